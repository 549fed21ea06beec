"""Depth of one camera, seen from another one beside it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, Intrinsics, UserError

from .calibration import Calibration

NO_DISTORTION: NDArray[np.float64] = np.zeros(0)
LARGEST_REACH = 6  # pixels of colour that one of depth may cover
NEAREST_M = 0.01


class Reprojector:
    """For depth pictures of one camera and colour pictures of another one, both of fixed size."""

    def __init__(self, calibration: Calibration, depth: Intrinsics, colour: Intrinsics) -> None:
        """`depth`: as its device tells; the calibration's wins. `colour`: without distortion."""
        self.sent = depth
        self._colour = colour
        camera = fitted(calibration.depth.camera, depth, "depth")
        own = calibration.depth.camera is not None
        lens = calibration.depth.distortion if own else NO_DISTORTION
        turned = viewing_rays(camera, lens) @ calibration.rotation.T.astype(np.float32)
        self._turned = np.ascontiguousarray(np.moveaxis(turned, 2, 0))  # (3, h, w): fast to select
        self._moved = calibration.translation_m.astype(np.float32)[:, None, None]
        self._footprint = colour.fx / camera.fx, colour.fy / camera.fy

    def seen_from_colour(self, depth_m: FloatArray) -> FloatArray:
        """(h, w) metres of the depth device, 0 = missing -> (H, W) metres of the webcam.

        Each depth pixel covers as many pixels of colour as it is large there; where several meet,
        the nearest surface wins. Pixels of colour that no depth reaches are 0.
        """
        points = self._turned * depth_m + self._moved  # (3, h, w)
        ahead = (depth_m > 0) & (points[2] > NEAREST_M)
        return splat(points[:, ahead], self._colour, self._footprint)


def viewing_rays(camera: Intrinsics, distortion: NDArray[np.float64]) -> FloatArray:
    """(H, W, 3) float32: what each pixel sees at z = 1, its lens distortion undone."""
    import cv2

    v, u = np.mgrid[: camera.height, : camera.width].astype(np.float32)
    if not distortion.size:
        x, y = (u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy
    else:
        pixels = np.stack((u, v), -1).reshape(-1, 1, 2)  # (H W, 1, 2)
        ideal = cv2.undistortPoints(pixels, matrix_of(camera), distortion)
        x, y = np.moveaxis(ideal.reshape(camera.height, camera.width, 2), 2, 0)
    return np.stack((x, y, np.ones_like(x)), -1).astype(np.float32)


def splat(points: FloatArray, camera: Intrinsics, footprint: tuple[float, float]) -> FloatArray:
    """(3, N) metres, z > 0 -> (H, W) float32 metres, the nearest in each pixel, 0 where none is.

    `footprint`: pixels of width and height that a point covers, at least one each.
    """
    width, height = (max(side, 1.0) for side in footprint)
    x, y, z = points
    left = x / z * camera.fx + camera.cx - width / 2
    top = y / z * camera.fy + camera.cy - height / 2
    nearest = np.full(camera.height * camera.width, np.inf, np.float32)
    for step_down in range(min(math.ceil(height), LARGEST_REACH)):
        row = np.ceil(top) + step_down
        for step_right in range(min(math.ceil(width), LARGEST_REACH)):
            column = np.ceil(left) + step_right
            covered = (row < top + height) & (column < left + width)
            inside = (row >= 0) & (row < camera.height) & (column >= 0) & (column < camera.width)
            chosen = covered & inside
            place = (row[chosen] * camera.width + column[chosen]).astype(np.int64)
            np.minimum.at(nearest, place, z[chosen])
    nearest[np.isinf(nearest)] = 0.0
    return nearest.reshape(camera.height, camera.width)


def matrix_of(camera: Intrinsics) -> NDArray[np.float64]:
    """(3, 3)."""
    return np.array([[camera.fx, 0, camera.cx], [0, camera.fy, camera.cy], [0, 0, 1]])


def fitted(calibrated: Intrinsics | None, sent: Intrinsics, what: str) -> Intrinsics:
    """The calibrated camera for the pictures that a device sends, its own where there is none.

    Raises UserError where they have another shape.
    """
    if calibrated is None:
        return sent
    width, height = sent.width, sent.height
    if abs(width * calibrated.height - height * calibrated.width) > max(width, height):
        raise UserError(
            f"The calibration's {what} camera is {calibrated.width}x{calibrated.height} but its "
            f"device sends {width}x{height}: calibrate it at that shape."
        )
    return calibrated.scaled_to(width, height)
