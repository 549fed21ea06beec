"""The same network as a careful user would write it with the operators that PyTorch has.

What is replaced is what S-Conv needs that PyTorch lacks: the weight generator is two layers, as in
the paper, and samples go through torchvision's deformable convolution on GPUs where it is
installed, else through grid_sample: a call for each row of the kernel, whose three samples lie side
by side, so that an ordinary 1x3 convolution with stride 3 multiplies them. (One call for all nine
taps took longer.) What it is given: norms folded into convolutions by PyTorch's own function,
channels-last maps and weights, inference mode, and on CPUs weights in the number format asked for
(on GPUs autocast). It runs eagerly.
"""

from __future__ import annotations

import importlib.util
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from sgnet_model.config import TAPS
from sgnet_model.nn import SGNet
from sgnet_model.nn.baselines import DCNv2, OffsetsOnly, UnappliedSConv, WeightsOnly
from sgnet_model.nn.operator import (
    UNCHANGED,
    Operator,
    OperatorOutput,
    TapChange,
    TapOutput,
    resized,
)
from sgnet_model.nn.operator import at_least_float32 as precise
from sgnet_model.nn.resnet import Bottleneck
from sgnet_model.nn.s_conv import SConv, WeightGenerator
from sgnet_model.nn.sampling import tap_positions


def with_stock_operators(network: SGNet) -> SGNet:
    """The network itself, its sampling operators replaced; weights are shared, results equal."""
    for _, block in network.backbone.named_blocks():
        operator = block.conv2
        if isinstance(operator, UnappliedSConv):
            continue  # it applies no samples
        if isinstance(operator, SConv | OffsetsOnly | WeightsOnly | DCNv2):
            block.conv2 = StockOperator(operator)
    return network


def with_folded_norms(network: SGNet) -> SGNet:
    """The network itself, in eval mode, norms that follow a convolution folded into it."""
    for module in list(network.modules()):
        if isinstance(module, nn.Sequential):
            names = list(module._modules)
            for before, after in pairwise(names):
                _fold(module, before, after)
        elif isinstance(module, Bottleneck):
            for number in (1, 2, 3):
                _fold(module, f"conv{number}", f"bn{number}")
    return network


def _fold(module: nn.Module, convolution: str, norm: str) -> None:
    first, second = getattr(module, convolution), getattr(module, norm)
    if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
        setattr(module, convolution, fuse_conv_bn_eval(first, second))
        setattr(module, norm, nn.Identity())


class StockOperator(Operator):
    """What an operator with taps computes, by PyTorch's own functions."""

    def __init__(self, operator: Operator) -> None:
        out_channels, in_channels = operator.weight.shape[:2]
        super().__init__(in_channels, out_channels, operator.stride)
        self.operator = operator
        self.weight = operator.weight

    def forward(
        self,
        x: Tensor,
        spatial: Tensor,
        change: TapChange = UNCHANGED,  # noqa: ARG002 - nothing is switched in a benchmark
    ) -> OperatorOutput:
        """A `TapOutput`, like the operator's own."""
        offsets, modulation = self._guide(x, spatial)
        features = deformed(x, offsets, self.weight, modulation, self.stride)
        bias = getattr(self.operator, "bias", None)
        if bias is not None:
            features = features + bias[:, None, None]
        return TapOutput.of(features, offsets, modulation)

    def _guide(self, x: Tensor, spatial: Tensor) -> tuple[Tensor, Tensor | None]:
        """Offsets and modulation; None for 1."""
        operator = self.operator
        if isinstance(operator, DCNv2):
            offsets, masks = operator.offset_generator(x).split((2 * TAPS, TAPS), 1)
            return offsets, torch.sigmoid(masks)
        assert isinstance(operator, SConv | OffsetsOnly | WeightsOnly)
        projected = operator.projector(resized(spatial, x))
        if isinstance(operator, OffsetsOnly):
            return operator.offset_generator(projected), None
        if isinstance(operator, SConv):
            offsets = operator.offset_generator(projected)
        else:
            cells = [-(-length // self.stride) for length in x.shape[2:]]
            offsets = precise(x).new_zeros(len(x), 2 * TAPS, *cells)
        return offsets, self._modulation(operator.weight_generator, projected, offsets)

    def _modulation(self, generator: WeightGenerator, projected: Tensor, offsets: Tensor) -> Tensor:
        sampled = deformed(projected, offsets, generator.sample.weight, None, self.stride)
        return torch.sigmoid(generator.to_taps(sampled))


def deformed(
    x: Tensor, offsets: Tensor, weight: Tensor, modulation: Tensor | None, stride: int
) -> Tensor:
    """Modulated deformable 3x3 convolution, padding 1."""
    if x.is_cuda and importlib.util.find_spec("torchvision") is not None:
        from torchvision.ops import deform_conv2d as by_torchvision

        kinds = {"stride": stride, "padding": 1}
        mask = None if modulation is None else modulation.to(x.dtype)
        out: Tensor = by_torchvision(x, offsets.to(x.dtype), weight.to(x.dtype), mask=mask, **kinds)
        return out
    grid = _grid(x, precise(offsets), stride)
    out = _of_row(0, x, grid, modulation, weight)
    for row in (1, 2):
        out += _of_row(row, x, grid, modulation, weight)
    return out


def _grid(x: Tensor, offsets: Tensor, stride: int) -> Tensor:
    """(N, 9, h, w, 2) float32: where the taps lie, as grid_sample counts."""
    height, width = x.shape[2:]
    taps = tap_positions(offsets, (height, width), stride=stride)
    # align_corners=False maps -1..1 to the outer edges.
    return torch.stack(((2 * taps.x + 1) / width - 1, (2 * taps.y + 1) / height - 1), -1)


def _of_row(row: int, x: Tensor, grid: Tensor, modulation: Tensor | None, weight: Tensor) -> Tensor:
    """(N, O, h, w): what one row of the kernel adds."""
    taps = slice(3 * row, 3 * row + 3)
    # Half precision would move the positions themselves.
    samples = F.grid_sample(
        precise(x), _side_by_side(grid[:, taps]), padding_mode="zeros", align_corners=False
    )  # (N, C, h, 3 w)
    if modulation is not None:
        samples *= _side_by_side(modulation[:, taps, ..., None]).movedim(-1, 1)
    samples = samples.to(weight.dtype, memory_format=torch.channels_last)
    return F.conv2d(samples, weight[:, :, row : row + 1], stride=(1, 3))


def _side_by_side(of_taps: Tensor) -> Tensor:
    """(N, 3, h, w, D) -> (N, h, 3 w, D)."""
    return of_taps.permute(0, 2, 3, 1, 4).flatten(2, 3)
