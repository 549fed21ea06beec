"""The operators of a prepared network: in place of a 3x3 convolution, its norm and its ReLU."""

from __future__ import annotations

import math

from torch import Tensor, nn

from sgnet_model.nn.baselines import DCNv2, DepthAwareConv, UnappliedSConv
from sgnet_model.nn.operator import UNCHANGED, Operator, TapChange, TapOutput

from .convolution import Convolution
from .folding import Kernel, with_norm
from .guidance import Guidance
from .guides import DepthGuide, FeatureGuide, Guide, ProjectedGuide
from .samplers import Sampler, make_sampler
from .target import Target


class PreparedOperator(nn.Module):
    """relu(norm(operator(x))) and what its taps did; None for those that apply no taps."""

    highest = math.inf  # of what it can put out

    def __init__(self, operator: Operator, norm: nn.BatchNorm2d, target: Target) -> None:
        super().__init__()
        self.guide = guide_of(operator, target)
        weight, bias = with_norm(operator.weight, getattr(operator, "bias", None), norm)
        if isinstance(operator, UnappliedSConv):
            step = operator.dilation
            kernel = Kernel(weight, bias, operator.stride, step, step, activation="relu")
            self.apply_taps: Sampler | None = None
            self.plain = Convolution(kernel, target)
        else:
            self.apply_taps = make_sampler(weight, bias, operator.stride, target, "relu")

    def forward(
        self, x: Tensor, guidance: Guidance, change: TapChange = UNCHANGED
    ) -> tuple[Tensor, TapOutput | None]:
        guide: Guide = self.guide(x, guidance, change)
        if self.apply_taps is None:
            return self.plain(x), None
        offsets, inferred = guide
        modulation = change.modulation(inferred, offsets)
        features = self.apply_taps(x, offsets, modulation)
        return features, TapOutput.of(features, offsets, modulation)

    def kernel(self) -> tuple[Tensor, Tensor]:
        """(O, C, 9) and (O,): what its samples are multiplied with and the bias, the norm in both,
        in the target's format. Of one that applies its taps."""
        assert self.apply_taps is not None
        weight, bias = self.apply_taps.kernel()
        return weight, bias

    def numbers(self, read: Tensor, put_out: Tensor) -> tuple[Tensor, Tensor]:
        """What it read and put out as numbers: they are."""
        return read, put_out


def guide_of(operator: Operator, target: Target) -> nn.Module:
    """What moves and weighs the operator's taps, in the target's format."""
    if isinstance(operator, DCNv2):
        return FeatureGuide(operator, target)
    if isinstance(operator, DepthAwareConv):
        return DepthGuide(operator)
    return ProjectedGuide(operator, operator.stride, target)
