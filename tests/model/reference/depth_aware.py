"""Depth-aware convolution from its equation, one sample at a time, in float64."""

from __future__ import annotations

import math

import numpy as np

from .deformable import Array


def depth_aware(x: Array, depth: Array, weight: Array, stride: int, dilation: int) -> Array:
    """`x` (N, C, H, W), `depth` (N, H, W) metres, `weight` (O, C, 3, 3). Returns (N, O, h, w)."""
    n, _, height, width = x.shape
    rows, columns = -(-height // stride), -(-width // stride)
    result = np.zeros((n, weight.shape[0], rows, columns))
    for b, oy, ox, ky, kx in np.ndindex(n, rows, columns, 3, 3):
        row, column = oy * stride + (ky - 1) * dilation, ox * stride + (kx - 1) * dilation
        if 0 <= row < height and 0 <= column < width:
            apart = abs(depth[b, oy * stride, ox * stride] - depth[b, row, column])
            result[b, :, oy, ox] += (
                math.exp(-8.3 * apart) * weight[:, :, ky, kx] @ x[b, :, row, column]
            )
    return result
