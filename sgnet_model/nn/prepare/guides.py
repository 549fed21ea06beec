"""What moves and weighs the taps of a prepared operator: S-Conv's inference and its rivals'.

A guide is called with X (N, C, H, W) and the `Guidance`, and answers with offsets (N, 18, h, w) and
modulation (N, 9, h, w) in the target's precise format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sgnet_model.nn.operator import TAPS
from sgnet_model.nn.rivals import DCNv2, DepthAwareConv
from sgnet_model.nn.s_conv import WeightGenerator
from sgnet_model.nn.sampling.columns import SLOTS, sample_columns, sample_scores

from .convolution import Convolution
from .folding import Activation, Kernel, kernel_of
from .guidance import Guidance
from .target import Target


class Guide(NamedTuple):
    """`modulation` None: 1 everywhere."""

    offsets: Tensor
    modulation: Tensor | None


class ProjectedGuide(nn.Module):
    """Eq. 3-6 of S-Conv, whole or in part: a projector, then offsets, weights, or both."""

    def __init__(self, operator: nn.Module, stride: int, target: Target) -> None:
        super().__init__()
        self.stride = stride
        self._target = target
        self.projector = nn.Sequential(*_projector(operator.get_submodule("projector"), target))
        offsets: nn.Module | None = getattr(operator, "offset_generator", None)
        weights: WeightGenerator | None = getattr(operator, "weight_generator", None)
        make = ProjectedFirst if stride == 1 else SampledFirst
        self.offset_generator = None if offsets is None else Convolution(kernel_of(offsets), target)
        self.weight_generator = None if weights is None else make(weights, stride, target)

    def forward(self, x: Tensor, guidance: Guidance) -> Guide:
        projected = self.projector(guidance.rounded_for(x))  # Eq. 3
        offsets = self._offsets(projected)  # Eq. 4
        if self.weight_generator is None:
            return Guide(offsets, None)
        modulation: Tensor = self.weight_generator(projected, offsets)  # Eq. 5-6
        return Guide(offsets, modulation)

    def _offsets(self, projected: Tensor) -> Tensor:
        if self.offset_generator is None:
            return _still(projected, self.stride, self._target)
        offsets: Tensor = self.offset_generator(projected)
        return offsets.to(self._target.precise)


class ProjectedFirst(nn.Module):
    """f of Eq. 6 applied to S' before it is sampled: 81 products a pixel, of which a tap reads 9.

    Right because f is linear up to the sigmoid, as bilinear sampling is; the cheaper order where
    S' has as many pixels as there are positions.
    """

    def __init__(self, generator: WeightGenerator, stride: int, target: Target) -> None:
        super().__init__()
        self._stride = stride
        weight, self._bias = _folded(generator, target)  # (9, P, 3, 3)
        slots = weight.new_zeros(TAPS, SLOTS, weight.shape[1])
        slots[:, :TAPS] = weight.flatten(2).permute(2, 0, 1)  # (tap, score, P)
        kernel = Kernel(slots.flatten(0, 1)[:, :, None, None], weight.new_zeros(TAPS * SLOTS))
        self.products = Convolution(kernel, target)

    def forward(self, projected: Tensor, offsets: Tensor) -> Tensor:
        return sample_scores(self.products(projected), offsets, self._bias, self._stride)


class SampledFirst(nn.Module):
    """f of Eq. 6 on the sampled S*, its two maps folded into one: cheaper where the stride is 2."""

    def __init__(self, generator: WeightGenerator, stride: int, target: Target) -> None:
        super().__init__()
        self._stride = stride
        weight, self._bias = _folded(generator, target)
        self.scores = Convolution(on_columns(weight, weight.new_zeros(TAPS)), target)

    def forward(self, projected: Tensor, offsets: Tensor) -> Tensor:
        columns = sample_columns(projected, offsets, None, self._stride)
        scores = self.scores(columns).to(offsets.dtype)
        return torch.sigmoid(scores + self._bias[:, None, None])


class FeatureGuide(nn.Module):
    """DCNv2's: offsets and masks from the features themselves."""

    def __init__(self, operator: DCNv2, target: Target) -> None:
        super().__init__()
        self._target = target
        self.generator = Convolution(kernel_of(operator.offset_generator), target)

    def forward(self, x: Tensor, guidance: Guidance) -> Guide:  # noqa: ARG002 - one protocol
        both = self.generator(x).to(self._target.precise)
        offsets, masks = both.split((2 * TAPS, TAPS), 1)
        return Guide(offsets, torch.sigmoid(masks))


class DepthGuide(nn.Module):
    """DAC's: the taps of its dilation, weighted by likeness in depth."""

    def __init__(self, operator: DepthAwareConv) -> None:
        super().__init__()
        # Pure functions of depth and the dilation: the operator's kernel is not kept.
        self._likeness, self._offsets = operator.likeness, operator.offsets_like

    def forward(self, x: Tensor, guidance: Guidance) -> Guide:
        likeness = self._likeness(guidance.precise_for(x)[:, -1:])
        return Guide(self._offsets(likeness), likeness)


def on_columns(weight: Tensor, bias: Tensor, activation: Activation = "none") -> Kernel:
    """A 3x3 kernel (O, C, 3, 3) as the 1x1 kernel on its sampled columns (N, 9 C, h, w)."""
    rows = weight.flatten(2).transpose(1, 2).flatten(1)  # (O, 9 C), taps outermost
    return Kernel(rows[:, :, None, None], bias, activation=activation)


def _projector(projector: nn.Module, target: Target) -> Iterator[Convolution]:
    """phi with its norms folded; nothing where S itself guides."""
    layers = list(projector.children())
    for convolution, norm in zip(layers[0::3], layers[1::3], strict=True):
        yield Convolution(kernel_of(convolution, norm, "relu"), target)


def _folded(generator: WeightGenerator, target: Target) -> tuple[Tensor, Tensor]:
    """f as one 3x3 kernel (9, P, 3, 3), float64, and its bias (9,), precise."""
    with torch.no_grad():
        to_taps, sample = generator.to_taps, generator.sample
        weight = torch.einsum(
            "kp,pcij->kcij", to_taps.weight[:, :, 0, 0].double(), sample.weight.double()
        )
    assert to_taps.bias is not None
    return weight, to_taps.bias.detach().to(target.device, target.precise)


def _still(x: Tensor, stride: int, target: Target) -> Tensor:
    """Offsets of taps that stay where they are."""
    h, w = (-(-length // stride) for length in x.shape[2:])
    return torch.zeros((x.shape[0], 2 * TAPS, h, w), device=x.device, dtype=target.precise)
