"""S-Convs that begin as the convolutions whose weights they take."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.config import VARIANTS
from sgnet_model.nn.open_start import OPEN, open_start
from sgnet_model.nn.s_conv import SConv
from sgnet_model.nn.sgnet import SGNet
from sgnet_model.variants import build

SMALL = replace(VARIANTS["sgnet-compact"], width=4, projector_channels=4, head_channels=8)


def _network(stride: bool, **changes: object) -> SGNet:
    torch.manual_seed(0)
    network = build(replace(SMALL, **changes)).eval()  # type: ignore[arg-type]
    open_start(network, stride_in_1x1=stride)
    return network


def _operator(network: SGNet, name: str) -> SConv:
    operator = dict(network.backbone.named_blocks())[name].conv2
    assert isinstance(operator, SConv)
    return operator


def _called(operator: SConv, x: Tensor) -> Tensor:
    """With the modulation held at its start, so that only the places of the taps matter."""
    operator.weight_generator.to_taps.weight.data.zero_()
    with torch.no_grad():
        return operator(x, torch.ones(1, 1, *x.shape[2:])).features


def test_modulation_begins_near_one() -> None:
    network = _network(stride=False)
    depth = 1 + 3 * torch.rand(1, 1, 64, 64)
    with torch.no_grad():
        taps = network(torch.zeros(1, 3, 64, 64), depth).taps
    for name, one in taps.items():
        assert float(one.modulation.mean()) == pytest.approx(1 / (1 + math.exp(-OPEN)), abs=0.05), (
            name
        )
        assert not one.offsets.any()


@pytest.mark.parametrize(
    ("name", "stride", "dilation"),
    [("layer1.0", 1, 1), ("layer2.2", 1, 1), ("layer3.4", 1, 1), ("layer4.1", 1, 2)],
)
def test_taps_lie_where_the_original_had_them(name: str, stride: int, dilation: int) -> None:
    operator = _operator(_network(stride=True), name)
    x = torch.randn(1, operator.weight.shape[1], 12, 14)
    wanted = F.conv2d(x, operator.weight, stride=stride, padding=dilation, dilation=dilation)
    open_to = torch.tensor(OPEN).sigmoid()
    torch.testing.assert_close(_called(operator, x), open_to * wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["layer2.0", "layer3.0"])
def test_a_stride_in_the_1x1_is_the_same_as_taps_two_cells_apart(name: str) -> None:
    """The original drops every other row and column first, then convolves."""
    operator = _operator(_network(stride=True), name)
    x = torch.randn(1, operator.weight.shape[1], 12, 14)
    wanted = F.conv2d(x[:, :, ::2, ::2], operator.weight, padding=1)
    open_to = torch.tensor(OPEN).sigmoid()
    torch.testing.assert_close(_called(operator, x), open_to * wanted, rtol=1e-4, atol=1e-4)


def test_at_output_stride_8_layer_4_has_its_taps_four_cells_apart() -> None:
    operator = _operator(_network(stride=True, output_stride=8), "layer4.0")
    assert operator.offset_generator.bias is not None
    assert operator.offset_generator.bias[:2].tolist() == [-3, -3]


def test_a_stride_in_the_3x3_keeps_the_taps() -> None:
    network = _network(stride=False)
    for name, block in network.backbone.named_blocks():
        if isinstance(block.conv2, SConv):
            assert block.conv2.offset_generator.bias is not None
            assert not block.conv2.offset_generator.bias.any(), name
