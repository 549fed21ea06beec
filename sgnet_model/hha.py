"""HHA: horizontal disparity, height above ground, angle with gravity, from depth and a camera.

After Gupta, Girshick, Arbelaez and Malik, "Learning Rich Features from RGB-D Images" (ECCV 2014);
gravity as in Gupta, Arbelaez and Malik, "Perceptual Organization and Recognition of Indoor Scenes"
(CVPR 2013). Camera frame: x right, y down, z forward.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from .geometry import depth_to_points
from .types import FloatArray, Intrinsics, UInt8Array

Vectors = NDArray[np.float64]

DISPARITY_SCALE_M = 310.0  # 255 lies at 1.2 m
NEAREST_M = 1.0  # nearer depth counts as this
CAMERA_HEIGHT_M = 1.3  # where no point lies low enough to be the floor
LOWEST_FLOOR_M = 0.9  # below the camera: a higher lowest point is furniture
ANGLE_OFFSET = 38.0  # a wall, at 90 degrees, lies at 128
FINE_RADIUS, COARSE_RADIUS = 3, 10  # pixels: windows for the normals shown, and for gravity
GRAVITY_ROUNDS = ((45.0, 5), (15.0, 5))  # (tolerance in degrees, iterations)
# Of the direction before: where all that is seen is one wall, every direction along it fits as
# well. A direction that is best without it is best with it.
STEADINESS = 1e-3


def hha(depth_m: FloatArray, intrinsics: Intrinsics) -> UInt8Array:
    """(H, W) metres, 0 = missing -> (H, W, 3) uint8: 310 / z, height in cm, angle + 38 degrees.

    A floor has angle 38, a wall 128, a ceiling 218. Missing pixels are (0, 0, 0). Holes cost more
    than their own pixels, as no plane is fitted near them: fill them before (`fill_holes`).
    """
    points = depth_to_points(depth_m, intrinsics).astype(np.float64)  # (H, W, 3), NaN = missing
    valid = depth_m > 0
    if not valid.any():
        return np.zeros((*depth_m.shape, 3), np.uint8)
    down = gravity(normals(depth_m, intrinsics, COARSE_RADIUS)[valid])
    cosine = normals(depth_m, intrinsics, FINE_RADIUS) @ down
    channels = (
        DISPARITY_SCALE_M / np.maximum(depth_m, NEAREST_M),
        100 * _height(points @ down, valid),
        np.degrees(np.arccos(np.clip(cosine, -1, 1))) + ANGLE_OFFSET,
    )
    stacked = np.nan_to_num(np.stack(channels, -1))  # (H, W, 3)
    stacked[~valid] = 0
    return np.rint(np.clip(stacked, 0, 255)).astype(np.uint8)


def gravity(normals_of: Vectors, start: Sequence[float] = (0.0, 1.0, 0.0)) -> Vectors:
    """(3,) unit vector downwards, from (N, 3) unit normals of surfaces (NaN rows left out).

    Begins with `start`, by default the camera's own down, and turns to the direction that floors
    and ceilings are nearest to being parallel to, and walls nearest to being perpendicular: the
    smallest eigenvector of sum over walls of n n^T less sum over floors of n n^T.
    """
    known = normals_of[np.isfinite(normals_of).all(1)]
    down = np.asarray(start, np.float64)
    for tolerance, rounds in GRAVITY_ROUNDS:
        for _ in range(rounds):
            down = _improved(down, known, np.radians(tolerance))
    return down


def normals(depth_m: FloatArray, intrinsics: Intrinsics, radius: int) -> Vectors:
    """(H, W, 3) unit normals pointing away from the camera, NaN where none can be fitted.

    In a window of 2 radius + 1 pixels the plane n . X = 1 is fitted to the valid points by least
    squares: divided by z it is linear in 1/z, so that the sums are box filters.
    """
    camera = intrinsics.scaled_to(depth_m.shape[1], depth_m.shape[0])
    valid = depth_m > 0
    rays = _rays(depth_m.shape, camera)  # (H, W, 3): points at z = 1
    inverse = np.divide(1.0, depth_m, out=np.zeros(depth_m.shape), where=valid)
    weighted = rays * valid[..., None]
    squares = _box(weighted[..., :, None] * rays[..., None, :], radius)  # (H, W, 3, 3)
    moments = _box(rays * inverse[..., None], radius)  # (H, W, 3)
    return _solved(squares, moments, rays, valid)


def _solved(squares: Vectors, moments: Vectors, rays: Vectors, valid: NDArray[np.bool_]) -> Vectors:
    """Unit solutions of squares n = moments at valid pixels, turned along the rays."""
    result: Vectors = np.full(moments.shape, np.nan)
    fit = valid & (np.linalg.det(squares) > 1e-12 * squares[..., 2, 2] ** 3)
    found = np.linalg.solve(squares[fit], moments[fit][..., None])[..., 0]  # (N, 3)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    found = np.divide(found, length, out=np.full(found.shape, np.nan), where=length > 0)
    away = np.where((found * rays[fit]).sum(1) < 0, -1.0, 1.0)
    result[fit] = found * away[:, None]
    return result


def _rays(shape: tuple[int, ...], camera: Intrinsics) -> Vectors:
    u = (np.arange(shape[1]) - camera.cx) / camera.fx
    v = (np.arange(shape[0]) - camera.cy) / camera.fy
    return np.stack((*np.meshgrid(u, v), np.ones(shape)), -1)  # (H, W, 3)


def _box(values: Vectors, radius: int) -> Vectors:
    """Window sums over the first two axes; beyond the picture there is nothing."""
    flat = values.reshape(*values.shape[:2], -1)  # (H, W, n)
    side = 2 * radius + 1
    sums = [
        cv2.boxFilter(
            np.ascontiguousarray(flat[..., channel]),
            cv2.CV_64F,
            (side, side),
            normalize=False,
            borderType=cv2.BORDER_CONSTANT,
        )
        for channel in range(flat.shape[2])
    ]
    return np.stack(sums, -1).astype(np.float64, copy=False).reshape(values.shape)


def _improved(down: Vectors, known: Vectors, tolerance: float) -> Vectors:
    cosine = np.abs(known @ down)
    level = known[cosine > np.cos(tolerance)]  # floors, tables, ceilings
    upright = known[cosine < np.sin(tolerance)]
    if not len(level) and not len(upright):
        return down
    kept = STEADINESS * len(known) * np.outer(down, down)
    _, vectors = np.linalg.eigh(upright.T @ upright - level.T @ level - kept)
    smallest: Vectors = vectors[:, 0]
    return smallest if smallest @ down >= 0 else -smallest


def _height(downwards: Vectors, valid: NDArray[np.bool_]) -> Vectors:
    """(H, W) metres above the lowest point, taken for the floor where it lies low enough."""
    lowest = float(downwards[valid].max())
    floor = lowest if lowest >= LOWEST_FLOOR_M else CAMERA_HEIGHT_M
    return floor - downwards
