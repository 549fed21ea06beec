"""S-Conv whose taps are weighted but stay where they are: +SP+WG (paper, Table III)."""

from __future__ import annotations

import torch
from torch import Tensor

from sgnet_model.config import TAPS
from sgnet_model.nn.operator import (
    UNCHANGED,
    Operator,
    OperatorOutput,
    TapChange,
    TapOutput,
    at_least_float32,
    resized,
)
from sgnet_model.nn.s_conv import SpatialProjector, WeightGenerator
from sgnet_model.nn.sampling import sample_taps, tap_positions


class WeightsOnly(Operator):
    """Y(p) = sum_i W_i m_i(p) X(p + d_i): Eq. 7 with Delta d = 0. Padding 1, dilation 1.

    The weight generator reads phi(S) at the same regular taps (Eq. 5 with Delta d = 0).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        stride: int = 1,
        spatial_channels: int = 1,
        projector_channels: int = 64,
    ) -> None:
        super().__init__(in_channels, out_channels, stride)
        self.projector = SpatialProjector(spatial_channels, projector_channels)
        self.weight_generator = WeightGenerator(projector_channels)
        self.reset_parameters()

    def forward(self, x: Tensor, spatial: Tensor, change: TapChange = UNCHANGED) -> OperatorOutput:
        """A `TapOutput` whose offsets are 0."""
        self.check(x, spatial)
        projected = self.projector(resized(spatial, x))
        height, width = x.shape[2:]
        cells = (-(-height // self.stride), -(-width // self.stride))
        still = torch.zeros(
            (x.shape[0], 2 * TAPS, *cells), device=x.device, dtype=at_least_float32(x).dtype
        )
        taps = tap_positions(still, (height, width), stride=self.stride)
        modulation = change.modulation(self.weight_generator(projected, taps), still)
        return TapOutput.of(sample_taps(x, taps, self.weight, modulation), still, modulation)
