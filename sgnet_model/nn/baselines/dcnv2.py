"""Modulated deformable convolution guided by the features themselves (DCNv2; paper, Table IV).

Zhu et al., "Deformable ConvNets v2: More Deformable, Better Results", CVPR 2019, Eq. 1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sgnet_model.config import TAPS
from sgnet_model.nn.operator import (
    UNCHANGED,
    Operator,
    OperatorOutput,
    TapChange,
    TapOutput,
    at_least_float32,
    zero,
)
from sgnet_model.nn.sampling import sample_taps, tap_positions


class DCNv2(Operator):
    """Y(p) = sum_i W_i m_i(p) X(p + d_i + Delta d_i(p)), offsets and m from one 3x3 conv on X.

    That conv has 27 channels with bias: 18 offsets (dy_0, dx_0, ...), then 9 masks, m = sigmoid
    (mask), in 0..1 with no factor 2: it starts at 0.5, as in the article and as S-Conv's does.
    Padding 1, dilation 1 and one offset group, as the S-Conv whose place it takes.
    """

    def __init__(self, in_channels: int, out_channels: int, *, stride: int = 1) -> None:
        super().__init__(in_channels, out_channels, stride)
        # Named as S-Conv's, so that training gives it the offsets' learning rate.
        self.offset_generator = nn.Conv2d(in_channels, 3 * TAPS, 3, stride, 1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Offsets start at 0 and modulation at 0.5."""
        super().reset_parameters()
        zero(self.offset_generator)

    def forward(
        self,
        x: Tensor,
        spatial: Tensor,  # noqa: ARG002 - one protocol
        change: TapChange = UNCHANGED,
    ) -> OperatorOutput:
        """A `TapOutput`; S is not looked at."""
        offsets, masks = self.offset_generator(x).split((2 * TAPS, TAPS), 1)
        offsets = change.offsets(offsets)
        modulation = change.modulation(torch.sigmoid(masks), offsets)
        size = (x.shape[2], x.shape[3])
        taps = tap_positions(at_least_float32(offsets), size, stride=self.stride)
        return TapOutput.of(sample_taps(x, taps, self.weight, modulation), offsets, modulation)
