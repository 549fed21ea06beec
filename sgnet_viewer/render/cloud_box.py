"""The part of a cloud within a box: depth from the sensor, height above the floor, and sideways."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray
from sgnet_viewer.contract.cloud import SENSOR_DOWN, Ground
from sgnet_viewer.render.cloud import CloudArrays
from sgnet_viewer.state.view_settings import CloudBox, Limits

LEVEL_GROUND = Ground(SENSOR_DOWN, 0.0, found=False)


def inside(points: FloatArray, box: CloudBox, ground: Ground | None) -> NDArray[np.bool_]:
    """(N,) bool for (N, 3) float32 metres in the sensor's camera frame."""
    ground = ground or LEVEL_GROUND
    kept = np.ones(len(points), bool)
    if box.depth is not None:
        kept &= _between(points[:, 2], box.depth)
    if box.height is not None:
        kept &= _between(heights(points, ground), box.height)
    if box.across is not None:
        kept &= _between(across(points, ground), box.across)
    return kept


def cut(arrays: CloudArrays, box: CloudBox, ground: Ground | None) -> CloudArrays:
    """The points inside."""
    if box.is_open:
        return arrays
    points, colours, source = arrays
    kept = inside(points, box, ground)
    return points[kept], colours[kept], source[kept]


def heights(points: FloatArray, ground: Ground) -> FloatArray:
    """(N,) metres above the floor."""
    down = np.asarray(ground.down, np.float32)
    found: FloatArray = np.float32(ground.height_m) - points @ down
    return found


def across(points: FloatArray, ground: Ground) -> FloatArray:
    """(N,) metres to the right of the sensor, level."""
    down = np.asarray(ground.down)
    right = np.cross(down, np.array([0.0, 0.0, 1.0]))
    length = float(np.linalg.norm(right))
    right = right / length if length > 1e-3 else np.array([1.0, 0.0, 0.0])
    found: FloatArray = points @ right.astype(np.float32)
    return found


def _between(values: FloatArray, limits: Limits) -> NDArray[np.bool_]:
    return np.asarray((values >= limits[0]) & (values <= limits[1]))
