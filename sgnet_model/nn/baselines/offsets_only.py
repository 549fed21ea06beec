"""S-Conv whose taps move but keep their weights: +OG and +SP+OG (paper, Table III)."""

from __future__ import annotations

from torch import Tensor, nn

from sgnet_model.config import TAPS
from sgnet_model.nn.operator import (
    UNCHANGED,
    Operator,
    OperatorOutput,
    TapChange,
    TapOutput,
    at_least_float32,
    resized,
    zero,
)
from sgnet_model.nn.s_conv import SpatialProjector
from sgnet_model.nn.sampling import sample_taps, tap_positions


class OffsetsOnly(Operator):
    """Y(p) = sum_i W_i X(p + d_i + Delta d_i(p)): Eq. 7 with m = 1. Padding 1, dilation 1.

    `projector_channels` None: +OG, one 3x3 conv c' -> 18 on S itself, as in the authors' released
    code. A number: +SP+OG, that conv on phi(S) of so many channels (Eq. 3-4).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        stride: int = 1,
        spatial_channels: int = 1,
        projector_channels: int | None = None,
    ) -> None:
        super().__init__(in_channels, out_channels, stride)
        self.projector: nn.Module = (
            nn.Identity()
            if projector_channels is None
            else SpatialProjector(spatial_channels, projector_channels)
        )
        guided_by = projector_channels or spatial_channels
        self.offset_generator = nn.Conv2d(guided_by, 2 * TAPS, 3, stride, 1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Offsets start at zero: a regular convolution."""
        super().reset_parameters()
        zero(self.offset_generator)

    def forward(self, x: Tensor, spatial: Tensor, change: TapChange = UNCHANGED) -> OperatorOutput:
        """A `TapOutput` whose modulation is 1."""
        self.check(x, spatial)
        offsets = change.offsets(self.offset_generator(self.projector(resized(spatial, x))))
        modulation = change.modulation(None, offsets)
        size = (x.shape[2], x.shape[3])
        taps = tap_positions(at_least_float32(offsets), size, stride=self.stride)
        return TapOutput.of(sample_taps(x, taps, self.weight, modulation), offsets, modulation)
