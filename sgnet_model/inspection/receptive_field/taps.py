"""The nine taps of one S-Conv for a pixel of the picture (paper, Eq. 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.config import TAPS
from sgnet_model.geometry import points_at
from sgnet_model.types import FloatArray, Intrinsics, LayerTrace

from .grids import (
    TAP_COLUMNS,
    TAP_ROWS,
    Positions,
    Size,
    beyond,
    guiding_position,
    output_index,
    picture_from_network,
)

FEWEST_POINTS = 5  # a spread in metres needs more than half of the nine taps to have depth


@dataclass(frozen=True, slots=True, eq=False)
class LayerTaps:
    """The taps of one S-Conv at the output index that a click picked.

    Positions are in pixels of the picture, sub-pixel, float64 of shape (9,), taps row-major; they
    may lie outside the picture. `dx`, `dy`: the learned offsets, in input-grid units. `modulation`:
    0..1. `grid_x`, `grid_y`: the regular 3x3 grid that the taps left.

    `outside`: the tap lies beyond the input map and contributes nothing. `partly_outside`: it
    counts, but a corner that its bilinear sample leans on lies beyond the map and contributes 0.

    `depth_from`: (u, v) of the depth that guided this index; it differs from `stands_for`
    because S is resized corner to corner. `points_m`: (9, 3) metres, camera frame, each tap lifted
    by the depth of its nearest pixel; NaN where that is missing or outside the picture.
    """

    name: str
    stride_in: int
    stride_out: int
    index: tuple[int, int]  # (row, column) on the output grid
    x: Positions
    y: Positions
    dx: Positions
    dy: Positions
    grid_x: Positions
    grid_y: Positions
    modulation: Positions
    outside: NDArray[np.bool_]
    partly_outside: NDArray[np.bool_]
    depth_from: tuple[float, float]
    points_m: Positions

    @property
    def stands_for(self) -> tuple[float, float]:
        """(u, v) of the picture where the output index lies by its stride."""
        return float(self.grid_x[TAPS // 2]), float(self.grid_y[TAPS // 2])

    @property
    def displacement_px(self) -> Positions:
        """(9,) distance of each tap from its place in the regular grid, pixels of the picture."""
        distance: Positions = np.hypot(self.x - self.grid_x, self.y - self.grid_y)
        return distance

    @property
    def spread_px(self) -> float:
        """Root-mean-square distance of the taps from their modulation-weighted mean, picture px.

        All nine count, outside ones too. A regular grid has sqrt(4/3) stride_in.
        """
        return _spread(np.stack((self.x, self.y), -1), self.modulation)

    @property
    def spread_m(self) -> float | None:
        """The same between the taps' 3D points, metres, over the taps that have one.

        None where fewer than five of the nine do: what is left says little about the field.
        """
        known = np.isfinite(self.points_m).all(-1)
        if known.sum() < FEWEST_POINTS:
            return None
        return _spread(self.points_m[known], self.modulation[known])


def taps_at(
    trace: LayerTrace,
    u: float,
    v: float,
    network_size: Size,
    picture_size: Size,
    depth_m: FloatArray | None = None,
    intrinsics: Intrinsics | None = None,
) -> LayerTaps:
    """The taps of the output index under the picture's pixel (u, v).

    The index is floor(p / s + 0.5), clamped to the map, with p the click in network pixels and s
    the *output* stride. The taps lie on the *input* grid, at y = row stride_out / stride_in - 1 +
    ky + dy and the same for x. Sizes are (height, width). `depth_m`: (H, W) float32 metres of the
    picture, 0 = missing; without it, or without `intrinsics`, no tap has a 3D point.
    """
    row, column = output_index(trace, u, v, network_size, picture_size)
    step = trace.stride_out // trace.stride_in
    offsets = trace.offsets[:, row, column].astype(np.float64)
    dy, dx = offsets[0::2], offsets[1::2]
    regular_y, regular_x = row * step + TAP_ROWS, column * step + TAP_COLUMNS
    outside, partly_outside = beyond(regular_y + dy, regular_x + dx, trace.input_size)
    y = _picture_from_input(regular_y + dy, trace, network_size[0], picture_size[0])
    x = _picture_from_input(regular_x + dx, trace, network_size[1], picture_size[1])
    return LayerTaps(
        name=trace.name,
        stride_in=trace.stride_in,
        stride_out=trace.stride_out,
        index=(row, column),
        x=x,
        y=y,
        dx=dx,
        dy=dy,
        grid_x=_picture_from_input(regular_x, trace, network_size[1], picture_size[1]),
        grid_y=_picture_from_input(regular_y, trace, network_size[0], picture_size[0]),
        modulation=trace.modulation[:, row, column].astype(np.float64),
        outside=outside,
        partly_outside=partly_outside,
        depth_from=_depth_from(trace, (row * step, column * step), network_size, picture_size),
        points_m=_lift(x, y, depth_m, intrinsics),
    )


def _picture_from_input(
    position: Positions, trace: LayerTrace, network: int, picture: int
) -> Positions:
    """Picture pixels from input-grid units, along one axis."""
    return picture_from_network(position * trace.stride_in, network, picture)


def _depth_from(
    trace: LayerTrace, centre: tuple[int, int], network_size: Size, picture_size: Size
) -> tuple[float, float]:
    """(u, v) from which S came to the input index at the kernel's centre, (row, column)."""
    y, x = (
        picture_from_network(guiding_position(index, length, network), network, picture)
        for index, length, network, picture in zip(
            centre, trace.input_size, network_size, picture_size, strict=True
        )
    )
    return x, y


def _lift(
    x: Positions, y: Positions, depth_m: FloatArray | None, intrinsics: Intrinsics | None
) -> Positions:
    """(9, 3) metres, NaN where there is no depth."""
    if intrinsics is None:
        return np.full((len(x), 3), np.nan)
    return points_at(depth_m, intrinsics, x, y)


def _spread(points: Positions, weights: Positions) -> float:
    """Root-mean-square distance of (n, d) points from their weighted mean."""
    total = weights.sum()
    mean = weights @ points / total if total > 0 else points.mean(0)
    return float(np.sqrt(((points - mean) ** 2).sum(-1).mean()))
