"""Where the taps of a deformable convolution lie on its input grid."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class TapPositions:
    """Sample positions on an input map of `input_size` (height, width).

    `y`, `x`: (N, K, h, w), floating, in input-grid units; (0, 0) is the first element's centre.
    """

    y: Tensor
    x: Tensor
    input_size: tuple[int, int]

    def within_reach(self) -> tuple[Tensor, Tensor]:
        """`y` and `x`; taps that do not count are moved to two elements outside, without a slope.

        A tap counts where -1 < position < length. The others see four zeros wherever they lie, and
        stay in range of any integer. NaN stays NaN.
        """
        height, width = self.input_size
        return _counting(self.y, height), _counting(self.x, width)


def _counting(position: Tensor, length: int) -> Tensor:
    # Not a clamp at -1, which would keep the slope of what lies there: half of it is on the map.
    return position.masked_fill(position <= -1, -2).clamp(max=length + 1)


def tap_positions(
    offsets: Tensor,
    input_size: tuple[int, int],
    *,
    kernel_size: tuple[int, int] = (3, 3),
    stride: int = 1,
    padding: tuple[int, int] = (1, 1),
) -> TapPositions:
    """p + d_i + Delta d_i(p) of the paper's Eq. 5 and 7, for every output index p.

    `offsets`: (N, 2K, h, w), channels interleaved (dy_0, dx_0, dy_1, ...), taps row-major, in
    input-grid units. y = oy stride - padding + ky + dy, and the same for x. Of offsets in half
    precision float32 positions are made: at column 600 theirs would be whole pixels apart.
    """
    if offsets.dtype in (torch.bfloat16, torch.float16):
        offsets = offsets.float()
    n, channels, h, w = offsets.shape
    kernel_h, kernel_w = kernel_size
    dy, dx = offsets.view(n, channels // 2, 2, h, w).unbind(2)  # each (N, K, h, w)
    base_y = _grid(h, kernel_h, stride, padding[0], offsets)  # (kernel_h, h)
    base_x = _grid(w, kernel_w, stride, padding[1], offsets)  # (kernel_w, w)
    y = base_y.repeat_interleave(kernel_w, 0)[:, :, None]  # (K, h, 1)
    x = base_x.repeat(kernel_h, 1)[:, None, :]  # (K, 1, w)
    return TapPositions(dy + y, dx + x, input_size)


def _grid(length: int, taps: int, stride: int, padding: int, like: Tensor) -> Tensor:
    """(taps, length): input coordinate of each tap of an undeformed kernel along one axis."""
    index = torch.arange(length, device=like.device, dtype=like.dtype) * stride - padding
    return index + torch.arange(taps, device=like.device, dtype=like.dtype)[:, None]
