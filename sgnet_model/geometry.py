"""Depth to points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .types import FloatArray, Intrinsics


def depth_to_points(depth_m: FloatArray, intrinsics: Intrinsics) -> FloatArray:
    """(H, W) metres, 0 = missing -> (H, W, 3) float32 metres, NaN where missing.

    Camera frame: x right, y down, z forward; x = (u - cx) z / fx, y = (v - cy) z / fy.
    """
    camera = intrinsics.scaled_to(depth_m.shape[1], depth_m.shape[0])
    z = np.where(depth_m > 0, depth_m, np.nan)
    u = np.arange(depth_m.shape[1], dtype=np.float32)
    v = np.arange(depth_m.shape[0], dtype=np.float32)[:, None]
    x = (u - camera.cx) * z / camera.fx
    y = (v - camera.cy) * z / camera.fy
    return np.stack((x, y, z), -1).astype(np.float32)  # (H, W, 3)


def point_at(
    depth_m: FloatArray | None, intrinsics: Intrinsics, u: float, v: float
) -> NDArray[np.float64]:
    """(3,) metres: the 3D point seen at the image position (u, v), by the nearest pixel's depth.

    NaN where the position is outside the picture or its depth is missing.
    """
    missing = np.full(3, np.nan)
    if depth_m is None:
        return missing
    column, row = int(np.floor(u + 0.5)), int(np.floor(v + 0.5))
    if not (0 <= row < depth_m.shape[0] and 0 <= column < depth_m.shape[1]):
        return missing
    z = float(depth_m[row, column])
    if z <= 0:
        return missing
    camera = intrinsics.scaled_to(depth_m.shape[1], depth_m.shape[0])
    return np.array([(u - camera.cx) * z / camera.fx, (v - camera.cy) * z / camera.fy, z])
