"""Taps bent as trained ones are: fresh offsets are zero, and show nothing of what moves them."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from .resnet import Backbone
from .sgnet import SGNet
from .two_stream import TwoStreamBackbone

OFFSET_CELLS = 1.5  # root mean square; trained layers have 0.5 to 3


def set_random_offsets(
    network: SGNet, picture: Tensor, spatial: Tensor | None, cells: float = OFFSET_CELLS
) -> None:
    """New offset generators, so that offsets are `cells` long on this input, root mean square.

    In place; draws from torch's generator. `picture`, `spatial`: as `SGNet.forward` takes them.
    """
    generators = dict(_offset_generators(network))
    for generator in generators.values():
        nn.init.normal_(generator.weight, std=0.1)
    with torch.no_grad():
        taps = network(picture, spatial).taps
    for name, generator in generators.items():
        if name in taps:  # not those of SGNet†, which read nothing by them
            generator.weight.data *= cells / max(rms_cells(taps[name].offsets), 1e-6)


def rms_cells(offsets: Tensor) -> float:
    """The length of offsets, root mean square over all."""
    return float(offsets.square().mean().sqrt())


def _offset_generators(network: SGNet) -> Iterator[tuple[str, nn.Conv2d]]:
    backbone = network.backbone
    assert isinstance(backbone, Backbone | TwoStreamBackbone)
    for name, block in backbone.named_blocks():
        generator = getattr(block.conv2, "offset_generator", None)
        if isinstance(generator, nn.Conv2d):
            yield name, generator
