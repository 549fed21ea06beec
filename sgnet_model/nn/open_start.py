"""S-Convs that begin as the convolutions whose weights they take."""

from __future__ import annotations

import torch

from .s_conv import SConv
from .sgnet import SGNet

OPEN = 2.0  # bias before the sigmoid: a modulation of 0.88
QUIET = 0.1  # of the weight generator's fresh last layer: depth hardly shifts it at first


@torch.no_grad()
def open_start(network: SGNet, *, stride_in_1x1: bool) -> None:
    """Modulation near 1, in place; `stride_in_1x1`: and taps where the original's were.

    A fresh S-Conv halves what its kernel was taught on (modulation 0.5). And where an original
    strides in the 1x1 convolution before its 3x3, that kernel saw cells twice as far apart as ours
    does; so do all of its layer 4, which lies on a grid of stride 32 where ours stays at 16. The
    offsets' biases put the taps there, and training moves them from there.
    """
    geometry = network.geometry()
    for name, block in network.backbone.named_blocks():
        operator = block.conv2
        if not isinstance(operator, SConv):
            continue
        to_taps = operator.weight_generator.to_taps
        to_taps.weight.mul_(QUIET)
        assert to_taps.bias is not None
        to_taps.bias.fill_(OPEN)
        if stride_in_1x1:
            _space(operator, _original_stride(name) / geometry[name].stride_in)


def _original_stride(name: str) -> int:
    """Of the grid that a 3x3 of "layer2.0" sees in the original: 4, 8, 16, 32 by layer."""
    number = int(name.partition(".")[0][-1])
    return 4 << (number - 1)


def _space(operator: SConv, cells: float) -> None:
    """Offset biases that set neighbouring taps `cells` apart instead of 1."""
    bias = operator.offset_generator.bias
    assert bias is not None
    steps = torch.arange(3) - 1.0
    rows, columns = torch.meshgrid(steps, steps, indexing="ij")
    apart = torch.stack([rows.flatten(), columns.flatten()], 1).flatten()  # dy, dx a tap
    bias.copy_((cells - 1) * apart)
