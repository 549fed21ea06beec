"""What moves and weighs the taps of a prepared operator: S-Conv's inference and its baselines'.

A guide is called with X (N, C, H, W), the `Guidance` and a `TapChange`, and answers with offsets
(N, 18, h, w), changed, and modulation (N, 9, h, w), as inferred at the taps where those lie, in the
target's precise format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sgnet_model.config import TAPS
from sgnet_model.nn.baselines import DCNv2, DepthAwareConv
from sgnet_model.nn.baselines.depth_aware import likeness_of, offsets_like
from sgnet_model.nn.operator import TapChange
from sgnet_model.nn.s_conv import WeightGenerator

from .convolution import Convolution
from .folding import kernel_of
from .guidance import Guidance
from .target import Target
from .weights import prepared_weights


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
        self.offset_generator = None if offsets is None else Convolution(kernel_of(offsets), target)
        self.weight_generator = (
            None if weights is None else prepared_weights(weights, stride, target)
        )

    def forward(self, x: Tensor, guidance: Guidance, change: TapChange) -> Guide:
        projected = self.projector(guidance.rounded_for(x))  # Eq. 3
        offsets = change.offsets(self._offsets(projected))  # Eq. 4
        if self.weight_generator is None:
            return Guide(offsets, None)
        modulation: Tensor = self.weight_generator(projected, offsets)  # Eq. 5-6
        return Guide(offsets, modulation)

    def _offsets(self, projected: Tensor) -> Tensor:
        if self.offset_generator is None:
            return _still(projected, self.stride, self._target)
        offsets: Tensor = self.offset_generator(projected)
        return offsets.to(self._target.precise)


class FeatureGuide(nn.Module):
    """DCNv2's: offsets and masks from the features themselves."""

    def __init__(self, operator: DCNv2, target: Target) -> None:
        super().__init__()
        self._target = target
        self.generator = Convolution(kernel_of(operator.offset_generator), target)

    def forward(
        self,
        x: Tensor,
        guidance: Guidance,  # noqa: ARG002 - one protocol
        change: TapChange,
    ) -> Guide:
        both = self.generator(x).to(self._target.precise)
        offsets, masks = both.split((2 * TAPS, TAPS), 1)
        return Guide(change.offsets(offsets), torch.sigmoid(masks))


class DepthGuide(nn.Module):
    """DAC's: the taps of its dilation, weighted by likeness in depth."""

    def __init__(self, operator: DepthAwareConv) -> None:
        super().__init__()
        self._dilation, self._stride = operator.dilation, operator.stride

    def forward(
        self,
        x: Tensor,
        guidance: Guidance,
        change: TapChange,  # noqa: ARG002 - its offsets are not inferred
    ) -> Guide:
        depth = guidance.precise_for(x)[:, -1:]
        likeness = likeness_of(depth, self._dilation, self._stride)
        return Guide(offsets_like(likeness, self._dilation), likeness)


def _projector(projector: nn.Module, target: Target) -> Iterator[Convolution]:
    """phi with its norms folded; nothing where S itself guides."""
    layers = list(projector.children())
    for convolution, norm in zip(layers[0::3], layers[1::3], strict=True):
        yield Convolution(kernel_of(convolution, norm, "relu"), target)


def _still(x: Tensor, stride: int, target: Target) -> Tensor:
    """Offsets of taps that stay where they are."""
    h, w = (-(-length // stride) for length in x.shape[2:])
    return torch.zeros((x.shape[0], 2 * TAPS, h, w), device=x.device, dtype=target.precise)
