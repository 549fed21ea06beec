"""A grid on the floor of the scene: its lines, and which parts of them the points hide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.camera import NEAR_M, Projected, level_axes
from sgnet_viewer.cloud.picking import ProjectedCloud, hidden_marks
from sgnet_viewer.contract.cloud import Ground

FEWEST_CELLS = 5  # along the longer side of the floor; at most two and a half times as many
PARTS = 6  # of a cell's side: each is drawn or hidden as a whole
INSIDE = (1.0, 99.0)  # percent of the points that the grid reaches across
LARGEST_M = 200.0  # strays beyond make no larger grid


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """`parts`: (N, 2, 3) float32, metres, world frame: short pieces of its lines."""

    step_m: float
    parts: FloatArray

    def carried(self, motion: FloatArray) -> Grid:
        """The same grid in another world frame; `motion`: (4, 4) rigid, to it from this one."""
        parts = self.parts @ motion[:3, :3].T + motion[:3, 3]
        return Grid(self.step_m, parts.astype(np.float32))


def round_length(longest: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is no longer than `longest` > 0."""
    power = 10.0 ** np.floor(np.log10(longest))
    return float(max(factor * power for factor in (1, 2, 5) if factor * power <= longest * 1.0001))


def make_grid(points: FloatArray, ground: Ground) -> Grid | None:
    """Squares on the ground below `points` ((N, 3) float32, metres); None without any
    within 200 m.
    """
    if not len(points):
        return None
    axes = level_axes(ground.down)
    sample = points[:: max(1, len(points) // 20_000)].astype(np.float64) @ axes.T
    low, high = np.percentile(sample[:, [0, 2]], INSIDE, axis=0)
    low, high = np.maximum(low, -LARGEST_M), np.minimum(high, LARGEST_M)
    if (high < low).any():  # all of it is further away
        return None
    span = float(max(*(high - low), 1e-2))
    step = round_length(span / FEWEST_CELLS)
    first, last = np.floor(low / step), np.ceil(high / step)
    level = _lines(first, last) * step  # (N, 2, 2): across, ahead
    height = np.full((*level.shape[:2], 1), ground.height_m)
    placed = np.concatenate((level[..., :1], height, level[..., 1:]), axis=-1)
    return Grid(step, (placed @ axes).astype(np.float32))


def visible_parts(grid: Grid, picture: ProjectedCloud) -> NDArray[np.float64]:
    """(M, 2, 2) float64: (u, v) of both ends of what no surface hides. Parts of one line that
    follow on each other are one piece, so that few are painted."""
    scene = picture.scene
    ends = scene.camera.project(grid.parts.reshape(-1, 3), scene.size)
    middles = scene.camera.project(grid.parts.mean(axis=1), scene.size)
    before = (ends.depth.reshape(-1, 2) >= NEAR_M).all(axis=1)
    shown = before & ~hidden_marks(picture, middles) & _near(middles, picture)
    places = np.stack((ends.u, ends.v), axis=-1).reshape(-1, 2, 2).astype(np.float64)
    goes_on = shown[1:] & shown[:-1] & (grid.parts[1:, 0] == grid.parts[:-1, 1]).all(axis=1)
    first = shown & ~np.concatenate(([False], goes_on))
    last = shown & ~np.concatenate((goes_on, [False]))
    return np.stack((places[first, 0], places[last, 1]), axis=1)


def _near(middles: Projected, picture: ProjectedCloud) -> NDArray[np.bool_]:
    """Parts far beside the picture cost time for nothing."""
    width, height = picture.scene.size
    across = np.abs(middles.u - width / 2) < width
    return np.asarray(across & (np.abs(middles.v - height / 2) < height))


def _lines(first: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 2, 2) in cells: the pieces of all lines both ways."""
    across, ahead = (np.arange(a, b + 1) for a, b in zip(first, last, strict=True))
    parts = []
    for fixed, (low, high), order in (
        (across, (first[1], last[1]), (0, 1)),
        (ahead, (first[0], last[0]), (1, 0)),
    ):
        cuts = np.linspace(low, high, round(high - low) * PARTS + 1)
        at, start = np.meshgrid(fixed, cuts[:-1], indexing="ij")
        end = np.meshgrid(fixed, cuts[1:], indexing="ij")[1]
        pieces = np.stack((np.stack((at, start), -1), np.stack((at, end), -1)), -2)
        parts.append(pieces.reshape(-1, 2, 2)[..., list(order)])
    return np.concatenate(parts)
