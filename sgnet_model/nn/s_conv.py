"""S-Conv: a 3x3 convolution whose offsets and weights are inferred from spatial information.

Chen et al., "Spatial Information Guided Convolution for Real-Time RGBD Semantic Segmentation",
IEEE TIP 2021, Eq. 3-7. Where the authors' released network differs from the text, the released
network is followed, because its checkpoints must load.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Never

import torch
from torch import Tensor, nn

from sgnet_model.config import TAPS
from sgnet_model.types import UserError

from .operator import (
    UNCHANGED,
    Operator,
    OperatorOutput,
    TapChange,
    TapOutput,
    at_least_float32,
    resized,
    zero,
)
from .sampling import TapPositions, sample_taps, tap_positions


class SpatialProjector(nn.Sequential):
    """phi, Eq. 3: three 3x3 convs with bias, each followed by norm and ReLU.

    (N, c', h, w) -> (N, P, h, w).
    """

    def __init__(self, spatial_channels: int, channels: int) -> None:
        widths = (spatial_channels, channels, channels, channels)
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [
                nn.Conv2d(before, after, 3, padding=1),
                nn.BatchNorm2d(after),
                nn.ReLU(inplace=True),
            ]
        super().__init__(*layers)


class WeightGenerator(nn.Module):
    """f, Eq. 6: S* at the shifted taps -> modulation in 0..1.

    The released network has no non-linearity between its two linear maps (the paper speaks of
    layers "with non-linear activation"), so they are folded into one product before sampling.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.sample = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.to_taps = nn.Conv2d(channels, TAPS, 1)

    def folded_weight(self) -> Tensor:
        """(9, P, 3, 3): `to_taps` after `sample`."""
        return torch.einsum("kp,pcij->kcij", self.to_taps.weight[:, :, 0, 0], self.sample.weight)

    def forward(self, projected: Tensor, taps: TapPositions) -> Tensor:
        """(N, 9, h, w) in 0..1 from the projected S', (N, P, h', w'), at the taps."""
        scores = sample_taps(projected, taps, self.folded_weight())  # Eq. 5
        bias = self.to_taps.bias
        assert bias is not None
        return torch.sigmoid(scores + bias[:, None, None])  # Eq. 6


class SConv(Operator):
    """Spatial-information-guided 3x3 convolution, padding 1, dilation 1.

    Called with X (N, C, h, w) and the spatial information S (N, c', H, W) of any size, which is
    resized bilinearly with align_corners=True: for depth metres, c' = 1, 0 = missing. Gives a
    `TapOutput`: features (N, O, ceil(h / stride), ceil(w / stride)), offsets and modulation. With
    zero offsets and unit modulation it equals `conv2d(x, weight, stride=stride, padding=1)`.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *others: Never,
        stride: int | tuple[int, int] = 1,
        spatial_channels: int = 1,
        projector_channels: int = 64,
    ) -> None:
        if others:
            raise UserError(
                f"SConv takes two numbers of channels, and {', '.join(map(repr, others))} came "
                "after them: its kernel is always 3x3; give all else by its name, as stride=2."
            )
        super().__init__(in_channels, out_channels, stride)
        # The released layout holds a zero bias that no optimiser ever touched; kept for its keys.
        self.bias = nn.Parameter(torch.zeros(out_channels), requires_grad=False)
        self.projector = SpatialProjector(spatial_channels, projector_channels)
        self.offset_generator = nn.Conv2d(projector_channels, 2 * TAPS, 3, self.stride, 1)
        self.weight_generator = WeightGenerator(projector_channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Offsets start at zero, the kernel as a convolution's would. The modulation starts near
        0.5, as released, not at 1: the features are about half of a regular convolution's."""
        super().reset_parameters()
        zero(self.offset_generator)

    def forward(self, x: Tensor, spatial: Tensor, change: TapChange = UNCHANGED) -> OperatorOutput:
        """Eq. 3-7. A `TapOutput`: the features with the offsets and modulation that made them."""
        self.check(x, spatial)
        taps, offsets, inferred = self.infer(resized(spatial, x), change)
        modulation = change.modulation(inferred, offsets)
        features = sample_taps(x, taps, self.weight, modulation)  # Eq. 7
        features = features + self.bias.to(features.dtype)[:, None, None]  # bfloat16 stays that
        return TapOutput.of(features, offsets, modulation)

    def infer(
        self, spatial: Tensor, change: TapChange = UNCHANGED
    ) -> tuple[TapPositions, Tensor, Tensor]:
        """Eq. 3-6 on S at the size of X: where the taps lie, offsets, modulation."""
        projected = self.projector(spatial)  # Eq. 3
        offsets = change.offsets(self.offset_generator(projected))  # Eq. 4
        size = (spatial.shape[2], spatial.shape[3])
        taps = tap_positions(at_least_float32(offsets), size, stride=self.stride)
        return taps, offsets, self.weight_generator(projected, taps)  # Eq. 5-6
