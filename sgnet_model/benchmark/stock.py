"""The same network as it would be written with the operators that PyTorch has.

Only what S-Conv computes differently is put back: the weight generator is two layers, samples go
through torchvision's deformable convolution on GPUs where it is installed, else through
grid_sample. Everything runs eagerly, channels-last, as trained.
"""

from __future__ import annotations

import importlib.util

import torch
from torch import Tensor

from sgnet_model.nn import SGNet
from sgnet_model.nn.operator import TAPS, Operator, OperatorOutput, TapOutput, resized
from sgnet_model.nn.operator import at_least_float32 as precise
from sgnet_model.nn.rivals import DCNv2, OffsetsOnly, UnappliedSConv, WeightsOnly
from sgnet_model.nn.s_conv import SConv, WeightGenerator
from sgnet_model.nn.sampling import deform_conv2d


def with_stock_operators(network: SGNet) -> SGNet:
    """The network itself, its sampling operators replaced; weights are shared, results equal."""
    for _, block in network.backbone.named_blocks():
        operator = block.conv2
        if isinstance(operator, UnappliedSConv):
            continue  # it applies no samples
        if isinstance(operator, SConv | OffsetsOnly | WeightsOnly | DCNv2):
            block.conv2 = StockOperator(operator)
    return network


class StockOperator(Operator):
    """What an operator with taps computes, by PyTorch's own functions."""

    def __init__(self, operator: Operator) -> None:
        out_channels, in_channels = operator.weight.shape[:2]
        super().__init__(in_channels, out_channels, operator.stride)
        self.operator = operator
        self.weight = operator.weight

    def forward(self, x: Tensor, spatial: Tensor) -> OperatorOutput:
        """A `TapOutput`, like the operator's own."""
        offsets, modulation = self._guide(x, spatial)
        features = deformed(x, offsets, self.weight, modulation, self.stride)
        bias = getattr(self.operator, "bias", None)
        if bias is not None:
            features = features + bias[:, None, None]
        if modulation is None:
            modulation = torch.ones_like(offsets[:, :TAPS])
        return TapOutput(features, offsets, modulation)

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
            offsets = torch.zeros((len(x), 2 * TAPS, *cells), device=x.device)
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
    return deform_conv2d(
        x, precise(offsets), weight, modulation=modulation, stride=stride, implementation="grid"
    )
