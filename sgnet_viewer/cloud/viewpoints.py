"""Views of a whole cloud to begin with: obliquely from above, and straight from above."""

from __future__ import annotations

from dataclasses import replace
from math import asin, radians

import numpy as np

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.camera import (
    DEFAULT_FIELD_OF_VIEW,
    INSIDE_PERCENT,
    MAX_PITCH,
    NEAR_M,
    OrbitCamera,
    Vector,
    ViewSize,
    fit,
)

START_YAW = radians(20.0)  # from the left of the sensor
START_PITCH = radians(14.0)  # looking down more than the sensor does
LOWEST_PITCH, HIGHEST_PITCH = radians(14.0), radians(60.0)
FILLED = 0.94  # of width or height that the points take
ROUNDS = 4  # of centring and filling; a perspective view needs some
MOST_SAMPLES = 8_000


def oblique(
    points: FloatArray, size: ViewSize, down: Vector, covered_px: float = 0.0
) -> OrbitCamera:
    """The whole cloud ((N, 3) float32, metres) from the sensor's left and above it, level.

    Not far from where the sensor stood: what it could not see are holes. `covered_px`: rows at the
    top of the view that the points keep out of.
    """
    sensor_pitch = asin(max(-1.0, min(1.0, down[2])))  # its axis is z
    pitch = min(max(sensor_pitch + START_PITCH, LOWEST_PITCH), HIGHEST_PITCH)
    return _whole(OrbitCamera(yaw=START_YAW, pitch=pitch, down=down), points, size, covered_px)


def from_above(points: FloatArray, size: ViewSize, down: Vector) -> OrbitCamera:
    """The whole cloud ((N, 3) float32, metres) from straight above: a plan of the room."""
    return _whole(OrbitCamera(pitch=MAX_PITCH, down=down), points, size)


def from_side(points: FloatArray, size: ViewSize, down: Vector, left: bool) -> OrbitCamera:
    """The whole cloud ((N, 3) float32, metres), level, from the sensor's left or from its right."""
    yaw = radians(90.0) if left else -radians(90.0)
    return _whole(OrbitCamera(yaw=yaw, down=down), points, size)


def _whole(
    camera: OrbitCamera, points: FloatArray, size: ViewSize, covered_px: float = 0.0
) -> OrbitCamera:
    """`camera` with its direction kept, so that the points fill the view about its middle."""
    if not len(points):
        return replace(camera, field_of_view=DEFAULT_FIELD_OF_VIEW)
    sample = points[:: max(1, len(points) // MOST_SAMPLES)]
    camera = fit(camera, sample, size)
    for _ in range(ROUNDS):
        camera = _centred(camera, sample, size, covered_px)
    return camera


def _centred(
    camera: OrbitCamera, points: FloatArray, size: ViewSize, covered_px: float
) -> OrbitCamera:
    pixels = camera.project(points, size)
    seen = pixels.depth >= NEAR_M
    if not seen.any():
        return camera
    tail = (100.0 - INSIDE_PERCENT) / 2
    spans = np.stack((pixels.u[seen], pixels.v[seen]))
    (left, top), (right, bottom) = np.percentile(spans, [tail, 100.0 - tail], axis=1)
    centre_u, centre_v = size.centre
    centre_v += covered_px / 2
    moved = camera.pan(centre_u - (left + right) / 2, centre_v - (top + bottom) / 2, size)
    height = max(size.height - covered_px, 1.0)
    return moved.zoom(max((right - left) / size.width, (bottom - top) / height) / FILLED)
