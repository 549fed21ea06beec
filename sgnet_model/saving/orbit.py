"""A point cloud seen from a camera that swings around it, drawn with NumPy alone.

Frames: the sensor's camera frame (x right, y down, z forward, metres); view: the same axes for the
swinging camera.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

from sgnet_model.geometry import depth_to_points
from sgnet_model.types import Frame, UInt8Array, UserError

BACKGROUND_RGB = (24, 24, 28)
YAW, PITCH = radians(28.0), radians(9.0)  # how far it swings
FIELD_OF_VIEW = radians(50.0)  # vertical
PULL = 0.15  # how far behind the sensor it stands, in median depths
NEAR_M = 0.05
SPLAT = ((0, 0), (0, 1), (1, 0), (1, 1))  # pixels a point covers

Float64Array = NDArray[np.float64]


def orbit(
    frame: Frame, colours: UInt8Array, count: int, size: tuple[int, int] = (720, 960)
) -> Iterator[UInt8Array]:
    """`count` pictures of `size` (height, width), (H, W, 3) uint8 RGB: one swing that closes.

    `colours`: (H, W, 3) RGB of the frame's pixels. UserError for a frame without depth.
    """
    if frame.depth_m is None:
        raise UserError(f"{frame.name} has no usable depth, so there is no cloud to turn.")
    valid = frame.depth_m > 0
    points = depth_to_points(frame.depth_m, frame.intrinsics)[valid].astype(np.float64)  # (N, 3)
    shown = colours[valid]
    middle = np.median(points, axis=0)
    for index in range(count):
        turn = 2 * pi * index / count
        view = _view(points, middle, YAW * sin(turn), PITCH * sin(2 * turn))
        yield draw(view, shown, size)


def draw(points: Float64Array, colours: UInt8Array, size: tuple[int, int]) -> UInt8Array:
    """(N, 3) metres in the view frame, (N, 3) RGB -> (H, W, 3) RGB; the nearest point is seen."""
    height, width = size
    focal = height / 2 / tan(FIELD_OF_VIEW / 2)
    kept = points[:, 2] > NEAR_M
    x, y, z = points[kept].T
    u = np.rint(focal * x / z + (width - 1) / 2).astype(np.int64)
    v = np.rint(focal * y / z + (height - 1) / 2).astype(np.int64)
    order = np.argsort(-z, kind="stable")  # the nearest is written last
    u, v, z, rgb = u[order], v[order], z[order], colours[kept][order]
    image = np.empty((height, width, 3), np.uint8)
    image[:] = BACKGROUND_RGB
    nearest = np.full((height, width), np.inf)
    for down, right in SPLAT:
        _scatter(image, nearest, u + right, v + down, z, rgb)
    return image


def _scatter(
    image: UInt8Array,
    nearest: Float64Array,
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    z: Float64Array,
    rgb: UInt8Array,
) -> None:
    """Points, the farthest first, into `image` where they are nearer than what is there."""
    height, width = nearest.shape
    inside = (u >= 0) & (u < width) & (v >= 0) & (v < height)
    u, v, z, rgb = u[inside], v[inside], z[inside], rgb[inside]
    depth = np.full((height, width), np.inf)
    layer = np.zeros_like(image)
    depth[v, u], layer[v, u] = z, rgb  # of equal indices the last, nearest value stays
    nearer = depth < nearest
    image[nearer], nearest[nearer] = layer[nearer], depth[nearer]


def _view(points: Float64Array, middle: Float64Array, yaw: float, pitch: float) -> Float64Array:
    """Into the frame of a camera that looks at `middle` from behind the sensor, turned about it."""
    turned: Float64Array = (points - middle) @ _rotation(yaw, pitch).T
    distance = float(np.linalg.norm(middle)) * (1 + PULL)
    turned[:, 2] += distance
    return turned


def _rotation(yaw: float, pitch: float) -> Float64Array:
    about_y = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])
    return np.asarray(about_x @ about_y)
