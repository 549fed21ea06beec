"""Depth-aware convolution (DAC; paper, Table IV): the less alike in depth, the less it counts.

Wang and Neumann, "Depth-aware CNN for RGB-D Segmentation", ECCV 2018, Eq. 2-3.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.config import TAPS
from sgnet_model.nn.operator import (
    UNCHANGED,
    Operator,
    OperatorOutput,
    TapChange,
    TapOutput,
    resized,
)

ALPHA = 8.3  # per metre


class DepthAwareConv(Operator):
    """Y(p) = sum_i W_i exp(-8.3 |D(p) - D(p + d_i)|) X(p + d_i). No parameters but the kernel.

    D is the last channel of S (depth, or the z of coordinates), in metres, resized to X's size; 0
    where missing, like any other value. Keeps the dilation of the convolution it stands for, which
    it equals where depth is constant; its offsets tell that dilation. They are not inferred, so
    switching offsets changes nothing here.
    """

    def __init__(
        self, in_channels: int, out_channels: int, *, stride: int = 1, dilation: int = 1
    ) -> None:
        super().__init__(in_channels, out_channels, stride)
        self.dilation = dilation
        self.reset_parameters()

    def forward(self, x: Tensor, spatial: Tensor, change: TapChange = UNCHANGED) -> OperatorOutput:
        """A `TapOutput`: constant offsets, and the likeness in depth as modulation."""
        self.check(x, spatial)
        depth = resized(spatial[:, -1:], x)
        likeness = likeness_of(depth, self.dilation, self.stride)  # (N, 9, h, w)
        offsets = offsets_like(likeness, self.dilation)
        modulation = change.modulation(likeness, offsets)
        n, channels = x.shape[:2]
        columns = self._neighbours(x).view(n, channels, TAPS, -1)  # (N, C, 9, h w)
        if modulation is not None:
            columns = columns * modulation.reshape(n, 1, TAPS, -1).to(x.dtype)
        kernel = self.weight.flatten(1).to(x.dtype)  # (O, C 9)
        features = (kernel @ columns.view(n, channels * TAPS, -1)).view(n, -1, *likeness.shape[2:])
        return TapOutput.of(features, offsets, modulation)

    def _neighbours(self, x: Tensor) -> Tensor:
        return F.unfold(x, 3, self.dilation, self.dilation, self.stride)


def likeness_of(depth: Tensor, dilation: int, stride: int) -> Tensor:
    """exp(-8.3 |D(p) - D(p + d_i)|): (N, 1, H, W) metres -> (N, 9, h, w) in 0..1.

    A tap outside the map counts 0 in X; its depth here is that of the nearest border cell.
    """
    around = F.pad(depth, (dilation,) * 4, mode="replicate")
    taps = F.unfold(around, 3, dilation, 0, stride)  # (N, 9, h w)
    centre = depth[:, :, ::stride, ::stride]  # (N, 1, h, w)
    return torch.exp(-ALPHA * (centre - taps.view(len(taps), TAPS, *centre.shape[2:])).abs())


def offsets_like(like: Tensor, dilation: int) -> Tensor:
    """(N, 18, h, w): from the 3x3 grid of dilation 1 to that of `dilation`, dy and dx in -1..1
    times dilation - 1. `like`: a map of that size."""
    one_way = torch.arange(-1, 2, device=like.device, dtype=like.dtype)
    grid = torch.stack(torch.meshgrid(one_way, one_way, indexing="ij"), -1)  # (3, 3, 2)
    offsets = (dilation - 1) * grid.view(1, 2 * TAPS, 1, 1)
    return offsets.expand(like.shape[0], -1, *like.shape[2:])
