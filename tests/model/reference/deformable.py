"""Deformable convolution as the equations say it, one sample at a time, in float64.

Eq. 7 of the paper: Y(p) = sum_i W_i m_i(p) X(p + d_i + Delta d_i(p)), X between its elements by
bilinear interpolation, 0 outside.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def bilinear(x: Array, row: float, column: float) -> Array:
    """The (C,) values of x (C, H, W) at a position; a corner outside the map counts 0."""
    _, height, width = x.shape
    total = np.zeros(x.shape[0])
    if not (-1 < row < height and -1 < column < width):
        return total
    top, left = math.floor(row), math.floor(column)
    for i in (top, top + 1):
        for j in (left, left + 1):
            if 0 <= i < height and 0 <= j < width:
                total += x[:, i, j] * (1 - abs(row - i)) * (1 - abs(column - j))
    return total


def deformable(
    x: Array,
    offsets: Array,
    weight: Array,
    modulation: Array | None = None,
    bias: Array | None = None,
    stride: int = 1,
    padding: int = 1,
) -> Array:
    """`x` (N, C, H, W), `offsets` (N, G 2K, h, w) as (dy, dx) pairs, `weight` (O, C, kh, kw),
    `modulation` (N, G K, h, w), `bias` (O,). Returns (N, O, h, w).
    """
    n, channels = x.shape[:2]
    outputs, _, kernel_h, kernel_w = weight.shape
    taps = kernel_h * kernel_w
    groups = offsets.shape[1] // (2 * taps)
    size = channels // groups
    height, width = offsets.shape[2:]
    result = np.zeros((n, outputs, height, width))
    for b, oy, ox, group, tap in np.ndindex(n, height, width, groups, taps):
        ky, kx = divmod(tap, kernel_w)
        pair = 2 * (group * taps + tap)
        row = oy * stride - padding + ky + offsets[b, pair, oy, ox]
        column = ox * stride - padding + kx + offsets[b, pair + 1, oy, ox]
        own = slice(group * size, (group + 1) * size)
        value = bilinear(x[b, own], row, column)
        scale = 1.0 if modulation is None else modulation[b, group * taps + tap, oy, ox]
        result[b, :, oy, ox] += scale * (weight[:, own, ky, kx] @ value)
    return result if bias is None else result + bias[:, None, None]


def convolution(x: Array, weight: Array, bias: Array | None = None, stride: int = 1) -> Array:
    """A plain convolution with "same" padding: the deformable one that does not deform."""
    kernel = weight.shape[2]
    height, width = (-(-length // stride) for length in x.shape[2:])
    still = np.zeros((x.shape[0], 2 * kernel * kernel, height, width))
    return deformable(x, still, weight, None, bias, stride, kernel // 2)
