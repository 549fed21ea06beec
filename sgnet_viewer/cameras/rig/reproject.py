"""Depth of one camera, seen from another one beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, Intrinsics
from sgnet_viewer.cameras.protocol import CameraUnfit

from .calibration import Calibration

NO_DISTORTION: NDArray[np.float64] = np.zeros(0)
LARGEST_REACH = 32  # pixels of colour, across and down, that one of depth may cover
NEAREST_M = 0.01
MOST_STEPS = 100  # to undo a distortion: five, OpenCV's own number, miss by 48 pixels at times
CLOSE_PX = 1e-6  # ends them
LARGEST_MISS_PX = 0.5  # a ray that comes out farther from its pixel is none


class Reprojector:
    """For depth pictures of one camera and colour pictures of another one, both of fixed size."""

    def __init__(self, calibration: Calibration, depth: Intrinsics, colour: Intrinsics) -> None:
        """`depth`: as its device tells; the calibration's wins. `colour`: without distortion."""
        self._colour = colour
        self._calibrated = calibration.depth.camera
        self._camera = camera = fitted(self._calibrated, depth, "depth")
        lens = calibration.depth.distortion if self._calibrated is not None else NO_DISTORTION
        rotation = calibration.rotation.astype(np.float32)
        rays = viewing_rays(camera, lens) @ rotation.T
        turned: FloatArray = np.ascontiguousarray(np.moveaxis(rays, 2, 0))  # (3, h, w)
        self._moved = calibration.translation_m.astype(np.float32)[:, None, None]
        self._sees = np.isfinite(turned[2])
        # The sides of a pixel at z = 1: (3, 1, 1) each, and (3, h, w) where a lens makes them
        # larger at the edge.
        self._across: FloatArray = rotation[:, :1, None] / np.float32(camera.fx)
        self._down: FloatArray = rotation[:, 1:2, None] / np.float32(camera.fy)
        if lens.size:
            self._across, self._down = (
                np.nan_to_num(np.gradient(turned, axis=axis)) for axis in (2, 1)
            )
            turned = np.nan_to_num(turned)
        self._turned = turned

    def is_for(self, depth: Intrinsics) -> bool:
        """Whether it is the one for a device that tells this camera."""
        return fitted(self._calibrated, depth, "depth") == self._camera

    def seen_from_colour(self, depth_m: FloatArray) -> FloatArray:
        """(h, w) metres of the depth device, 0 = missing -> (H, W) metres of the webcam.

        Each depth pixel covers as many pixels of colour as it is large there; where several meet,
        the nearest surface wins. Pixels of colour that no depth reaches are 0.
        """
        colour = self._colour
        x, y, z = self._turned * depth_m + self._moved  # (h, w) each
        ahead = self._sees & (depth_m > 0) & (z > NEAREST_M)
        z = np.where(ahead, z, np.float32(np.inf))  # what is missing lies behind everything
        x, y, closer = x / z, y / z, depth_m / z
        columns = covered(
            x * colour.fx + colour.cx, self._side(0, x) * closer * colour.fx, colour.width
        )
        rows = covered(
            y * colour.fy + colour.cy, self._side(1, y) * closer * colour.fy, colour.height
        )
        return splat(z, columns, rows, colour)

    def _side(self, axis: int, at: FloatArray) -> FloatArray:
        """(h, w): how far a pixel at z = 1 reaches to the side (axis 0) or down (1) at z = 1 of
        the webcam, where its centre is seen `at` x / z or y / z: the derivative of that by both
        coordinates of the pixel."""
        across, down = (side[axis] - at * side[2] for side in (self._across, self._down))
        reach: FloatArray = np.abs(across) + np.abs(down)
        return reach


def viewing_rays(camera: Intrinsics, distortion: NDArray[np.float64]) -> FloatArray:
    """(H, W, 3) float32: what each pixel sees at z = 1, its lens distortion undone.

    NaN where the distortion cannot be undone: beyond what its polynomial was fitted to.
    """
    v, u = np.mgrid[: camera.height, : camera.width].astype(np.float32)
    if not distortion.size:
        x, y = (u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy
        return np.stack((x, y, np.ones_like(x)), -1).astype(np.float32)
    pixels = np.stack((u, v), -1).astype(np.float64)
    rows = [_rays_of(row, matrix_of(camera), distortion) for row in pixels]
    return np.stack(rows).astype(np.float32)


def _rays_of(
    pixels: NDArray[np.float64], matrix: NDArray[np.float64], distortion: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(W, 2) -> (W, 3): see `viewing_rays`."""
    import cv2

    until = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, MOST_STEPS, CLOSE_PX)
    ideal = cv2.undistortPoints(pixels[:, None], matrix, distortion, None, None, None, until)
    rays = np.ones((len(pixels), 3))
    rays[:, :2] = ideal[:, 0]
    again, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), matrix, distortion)
    missed = ~(np.abs(again[:, 0] - pixels).max(1) <= LARGEST_MISS_PX)  # NaN, too
    rays[missed] = np.nan
    return rays


def covered(
    centre: NDArray[np.floating[Any]], length: NDArray[np.floating[Any]], end: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Of pixels in a row of `end`: the first one that is covered, and how many are.

    A pixel is covered where its centre is; at least the one next to `centre` is.
    """
    half = np.clip(length, 1, LARGEST_REACH) / 2
    first = np.clip(centre - half + 1, 0, end).astype(np.int32)  # rounded up: none is below 0
    return first, np.clip(centre + half + 1, 0, end).astype(np.int32) - first


def splat(
    z: FloatArray,
    columns: tuple[NDArray[np.int32], NDArray[np.int32]],
    rows: tuple[NDArray[np.int32], NDArray[np.int32]],
    camera: Intrinsics,
) -> FloatArray:
    """(h, w) metres, infinite where missing -> (H, W) float32 metres: the nearest of those that
    cover a pixel, 0 where none does. `columns`, `rows`: see `covered`."""
    nearest = np.full((camera.height + 1) * camera.width, np.inf, np.float32)
    place = (rows[0] * camera.width + columns[0]).ravel()
    width, height, z = columns[1].ravel(), rows[1].ravel(), z.ravel()
    for step_down in range(height.max(initial=0)):
        chosen = np.flatnonzero(height > step_down)
        start, count, far = place[chosen] + step_down * camera.width, width[chosen], z[chosen]
        for step_right in range(count.max(initial=0)):
            reached = np.flatnonzero(count > step_right)
            np.minimum.at(nearest, start[reached] + step_right, far[reached])
    seen = nearest[: camera.height * camera.width].reshape(camera.height, camera.width)
    seen[np.isinf(seen)] = 0.0
    return seen


def matrix_of(camera: Intrinsics) -> NDArray[np.float64]:
    """(3, 3)."""
    return np.array([[camera.fx, 0, camera.cx], [0, camera.fy, camera.cy], [0, 0, 1]])


def fitted(calibrated: Intrinsics | None, sent: Intrinsics, what: str) -> Intrinsics:
    """The calibrated camera for the pictures that a device sends, its own where there is none.

    Raises CameraUnfit where they have another shape.
    """
    if calibrated is None:
        return sent
    width, height = sent.width, sent.height
    if abs(width * calibrated.height - height * calibrated.width) > max(width, height):
        raise CameraUnfit(
            f"The calibration's {what} camera is {calibrated.width}x{calibrated.height} but its "
            f"device sends {width}x{height}: calibrate it at that shape."
        )
    return calibrated.scaled_to(width, height)
