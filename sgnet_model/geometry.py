"""Depth to points, and depth that is none in metres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .types import FloatArray, Intrinsics, UserError

Positions = NDArray[np.float64]
NO_ROOM_M, FARTHEST_M = 100.0, 1000.0  # depth from files and edits ends at the latter


def depth_to_points(depth_m: FloatArray, intrinsics: Intrinsics, stride: int = 1) -> FloatArray:
    """(H, W) metres, 0 = missing -> (H, W, 3) float32 metres, NaN where missing.

    Camera frame: x right, y down, z forward; x = (u - cx) z / fx, y = (v - cy) z / fy. Of rows and
    columns every `stride`-th is taken: (ceil(H / stride), ceil(W / stride), 3).
    """
    height, width = depth_m.shape
    camera = intrinsics.scaled_to(width, height)
    z = depth_m[::stride, ::stride]
    z = np.where(z > 0, z, np.nan)
    u = np.arange(0, width, stride, dtype=np.float32)
    v = np.arange(0, height, stride, dtype=np.float32)[:, None]
    x = (u - camera.cx) * z / camera.fx
    y = (v - camera.cy) * z / camera.fy
    return np.stack((x, y, z), -1).astype(np.float32)  # (h, w, 3)


def point_at(
    depth_m: FloatArray | None, intrinsics: Intrinsics | None, u: float, v: float
) -> Positions:
    """(3,) metres: the 3D point seen at the image position (u, v), by the nearest pixel's depth.

    NaN where the position is outside the picture, its depth is missing or no camera is known.
    """
    point: Positions = points_at(depth_m, intrinsics, np.array([u]), np.array([v]))[0]
    return point


def points_at(
    depth_m: FloatArray | None, intrinsics: Intrinsics | None, u: Positions, v: Positions
) -> Positions:
    """(N, 3) metres: `point_at` for N positions; NaN also where a position is not finite."""
    points = np.full((len(u), 3), np.nan)
    if depth_m is None or intrinsics is None:
        return points
    height, width = depth_m.shape
    column, row = np.floor(u + 0.5), np.floor(v + 0.5)  # NaN compares false below
    at = np.flatnonzero((row >= 0) & (row < height) & (column >= 0) & (column < width))
    z = depth_m[row[at].astype(np.int64), column[at].astype(np.int64)].astype(np.float64)
    at, z = at[z > 0], z[z > 0]
    camera = intrinsics.scaled_to(width, height)
    points[at, 0] = (u[at] - camera.cx) * z / camera.fx
    points[at, 1] = (v[at] - camera.cy) * z / camera.fy
    points[at, 2] = z
    return points


def refuse_millimetres(depth_m: FloatArray) -> None:
    """UserError where (H, W) depth is none in metres, by a look at a few thousand of its pixels.

    A far sky alone, above near ground, is no reason.
    """
    every = max(min(depth_m.shape) // 64, 1)
    some = depth_m[::every, ::every]
    if not some.max() > FARTHEST_M:  # NaN neither
        return
    nearest = float(np.percentile(some[some > 0], 5))
    if nearest > NO_ROOM_M:
        raise UserError(
            f"Nearly all depth is beyond {nearest:.0f} m, which looks like millimetres: divide it "
            "by 1000."
        )
