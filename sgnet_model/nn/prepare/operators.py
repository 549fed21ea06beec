"""The operators of a prepared network: in place of a 3x3 convolution, its norm and its ReLU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sgnet_model.nn.operator import TAPS, Operator, TapOutput
from sgnet_model.nn.rivals import DCNv2, DepthAwareConv, UnappliedSConv
from sgnet_model.nn.sampling import sample_taps, tap_positions
from sgnet_model.nn.sampling.columns import sample_columns

from .convolution import Convolution
from .folding import Kernel, with_norm
from .guidance import Guidance
from .guides import DepthGuide, FeatureGuide, Guide, ProjectedGuide, on_columns
from .target import Target


class PreparedOperator(nn.Module):
    """relu(norm(operator(x))) and what its taps did; None for those that apply no taps."""

    def __init__(self, operator: Operator, norm: nn.BatchNorm2d, target: Target) -> None:
        super().__init__()
        self.guide = _guide(operator, target)
        weight, bias = with_norm(operator.weight, getattr(operator, "bias", None), norm)
        if isinstance(operator, UnappliedSConv):
            step = operator.dilation
            kernel = Kernel(weight, bias, operator.stride, step, step, activation="relu")
            self.apply_taps: nn.Module | None = None
            self.plain = Convolution(kernel, target)
        else:
            sampling = _ByColumns if target.device.type == "cpu" else _Fused
            self.apply_taps = sampling(weight, bias, operator.stride, target)

    def forward(self, x: Tensor, guidance: Guidance) -> tuple[Tensor, TapOutput | None]:
        guide: Guide = self.guide(x, guidance)
        if self.apply_taps is None:
            return self.plain(x), None
        features = self.apply_taps(x, guide)
        offsets, modulation = guide
        if modulation is None:
            modulation = torch.ones_like(offsets[:, :TAPS])
        return features, TapOutput(features, offsets, modulation)


class _ByColumns(nn.Module):
    """Gather the columns, then one product with norm and ReLU in it."""

    def __init__(self, weight: Tensor, bias: Tensor, stride: int, target: Target) -> None:
        super().__init__()
        self._stride = stride
        self.product = Convolution(on_columns(weight, bias, "relu"), target)

    def forward(self, x: Tensor, guide: Guide) -> Tensor:
        out: Tensor = self.product(sample_columns(x, guide.offsets, guide.modulation, self._stride))
        return out


class _Fused(nn.Module):
    """`sample_taps`, whose implementation on GPUs materialises no columns."""

    def __init__(self, weight: Tensor, bias: Tensor, stride: int, target: Target) -> None:
        super().__init__()
        self._stride = stride
        self._weight = target.map(weight)
        self._bias = bias.to(target.device, target.dtype)[:, None, None]

    def forward(self, x: Tensor, guide: Guide) -> Tensor:
        taps = tap_positions(guide.offsets, (x.shape[2], x.shape[3]), stride=self._stride)
        return (sample_taps(x, taps, self._weight, guide.modulation) + self._bias).relu_()


def _guide(operator: Operator, target: Target) -> nn.Module:
    if isinstance(operator, DCNv2):
        return FeatureGuide(operator, target)
    if isinstance(operator, DepthAwareConv):
        return DepthGuide(operator)
    return ProjectedGuide(operator, operator.stride, target)
