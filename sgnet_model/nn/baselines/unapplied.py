"""SGNet† (paper, Table VI): offsets and weights are computed and thrown away.

It tells what inferring them costs apart from what sampling by them costs.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.nn.operator import UNCHANGED, OperatorOutput, TapChange, resized
from sgnet_model.nn.s_conv import SConv


class UnappliedSConv(SConv):
    """The plain convolution of the baseline, dilation included, beside an S-Conv's inference.

    The same state dict as an `SConv`. No trace: the taps it computes touch nothing.
    """

    has_taps = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        stride: int = 1,
        dilation: int = 1,
        spatial_channels: int = 1,
        projector_channels: int = 64,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            stride=stride,
            spatial_channels=spatial_channels,
            projector_channels=projector_channels,
        )
        self.dilation = dilation

    def forward(
        self,
        x: Tensor,
        spatial: Tensor,
        change: TapChange = UNCHANGED,  # noqa: ARG002 - it has no taps to change
    ) -> OperatorOutput:
        """conv2d(x, weight): nothing that was inferred reaches the features or a gradient."""
        self.check(x, spatial)
        with torch.no_grad():
            self.infer(resized(spatial, x))
        return OperatorOutput(
            F.conv2d(x, self.weight, self.bias, self.stride, self.dilation, self.dilation)
        )
