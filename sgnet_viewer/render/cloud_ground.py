"""Where down is in a frame, and how far below the sensor its floor lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sgnet_model.geometry import depth_to_points
from sgnet_model.hha import gravity, normals
from sgnet_model.types import FloatArray, Frame
from sgnet_viewer.contract.cloud import Ground

SIDE = 160  # pixels: the longer side of the depth it is found in
RADIUS = 3  # of these pixels: windows that planes are fitted in
LEVEL = np.cos(np.radians(20.0))  # a surface nearer to level than this may be floor
UPRIGHT = np.sin(np.radians(20.0))
LAYER_M = 0.05  # heights are counted in layers; a floor is two of them thick
LEAST_SHARE = 0.006  # of all points that a floor has
NEAREST_FLOOR_M = 0.2  # below the sensor: what is level and higher is a table, or the ceiling
STARTS_DEG = (0.0, 35.0, 65.0, -35.0)  # how far a sensor may look down, in the order of trying
LARGEST_ROLL = 0.35  # of down across the picture: a sensor is not held on its side
STEEPEST = 0.3  # of down along the picture: 72 degrees; a wall seen straight on is no floor
PREFERENCE = 1.1  # how much better a later start must be


def ground_of(frame: Frame) -> Ground | None:
    """The ground of a frame; None without depth.

    Down is `hha.gravity` from several starts: a sensor that looks steeply down sees its floor where
    another sees a wall. The floor is the lowest layer that holds a good
    part of the level surfaces: a table is higher, and strays below it are few.
    """
    if frame.depth_m is None or not (frame.depth_m > 0).any():
        return None
    step = max(-(-max(frame.size) // SIDE), 1)
    depth = np.ascontiguousarray(frame.depth_m[::step, ::step])
    points = depth_to_points(frame.depth_m, frame.intrinsics, step)
    camera = frame.intrinsics.scaled_to(depth.shape[1], depth.shape[0])
    known = depth > 0
    if not known.any():
        return None
    facing = normals(depth, camera, RADIUS)[known]
    down = _down(facing[np.isfinite(facing).all(axis=1)])
    below = points[known] @ down.astype(np.float32)  # metres below the sensor
    level = below[np.abs(facing @ down) > LEVEL]  # NaN compares false
    level = level[level > NEAREST_FLOOR_M]
    floor = _lowest_layer(level, max(round(LEAST_SHARE * len(below)), 20))
    height = float(np.percentile(below, 99)) if floor is None else floor
    return Ground((float(down[0]), float(down[1]), float(down[2])), height, floor is not None)


def _down(facing: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of what gravity ends with from each start, what explains the surfaces best."""
    best, most = np.array([0.0, 1.0, 0.0]), 0.0
    for angle in np.radians(STARTS_DEG):
        down = gravity(facing, (0.0, float(np.cos(angle)), float(np.sin(angle))))
        if abs(down[0]) < LARGEST_ROLL and down[1] > STEEPEST:
            share = _explained(facing, down)
            if share > PREFERENCE * most:
                best, most = down, share
    return best


def _explained(facing: NDArray[np.float64], down: NDArray[np.float64]) -> float:
    """How many surfaces are level or upright. The level ones count double: everything upright can
    be explained by a wrong direction along it.
    """
    cosine = np.abs(facing @ down)
    return float(2 * (cosine > LEVEL).mean() + (cosine < UPRIGHT).mean())


def _lowest_layer(level: FloatArray, least: int) -> float | None:
    """Metres below the sensor of the lowest layer with `least` points; None where there is none."""
    if len(level) < least:
        return None
    layers = np.floor(level / LAYER_M).astype(np.int64)
    counts = np.bincount(layers - layers.min())
    both = counts[:-1] + counts[1:] if len(counts) > 1 else counts
    full: NDArray[np.int64] = np.flatnonzero(both >= least)
    if not full.size:
        return None
    lowest = full[-1] + layers.min()
    within = level[(layers == lowest) | (layers == lowest + 1)]
    return float(np.median(within))
