"""What the taps of every output position of a layer do: distances, surfaces, labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.evaluation.bins import depth_bins
from sgnet_model.evaluation.boundaries import borders
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, LayerTrace, UInt8Array

from .noise import kinect_sigma
from .receptive_field.grids import TAP_COLUMNS, TAP_ROWS, beyond, picture_from_network

SIZE_EDGES_PX = (0.0, 32.0, 96.0)  # roots of a segment's area: COCO's small, medium, large
BORDER_EDGES_PX = (0.0, 4.0, 16.0, 64.0)  # from the nearest border of labels
NEIGHBOURS = tuple(
    [(3 * row + column, 3 * row + column + 1) for row in range(3) for column in range(2)]
    + [(3 * row + column, 3 * row + column + 3) for row in range(2) for column in range(3)]
)  # the 12 pairs of a 3x3 grid
SIGMAS = 3.0
PLANE_PX = 4  # how far from a centre its plane is measured
# What is summed: n is of all positions, the others of those where they are known.
FEATURES = (
    *("n", "cells", "cells2", "outside", "entropy"),
    *("with_m", "m", "m2"),
    *("with_plane", "same", "same_regular"),
    *("with_label", "pure", "pure_regular"),
)
Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One frame. `labels`: (H, W), 0 = void, k = class k - 1: truth, or what was predicted.
    `segment_px`: root of the area of each pixel's segment. `border_px`: distance to the nearest
    border of labels. `inverse`: 1 / depth, NaN where missing, with its slopes along u and v.
    """

    depth_m: FloatArray
    labels: UInt8Array
    segment_px: FloatArray
    border_px: FloatArray
    inverse: Sums
    slopes: tuple[Sums, Sums]
    sigma_m: FloatArray
    rays: tuple[Sums, Sums]  # x / z by column, y / z by row
    classes: int

    @classmethod
    def of(cls, frame: Frame, prediction: Prediction, classes: tuple[str, ...]) -> Scene:
        known = frame.labels is not None and frame.label_scheme is not None
        if known and frame.label_scheme is not None and frame.label_scheme.classes == classes:
            labels = np.asarray(frame.labels, np.uint8)
        else:
            labels = (prediction.labels + 1).astype(np.uint8)
        depth_m = np.asarray(frame.depth_m, np.float32)
        inverse = np.where(depth_m > 0, 1 / np.maximum(depth_m, 1e-3).astype(np.float64), np.nan)
        camera = frame.intrinsics.scaled_to(*frame.size[::-1])
        return cls(
            depth_m,
            labels,
            _segments(labels),
            _border_distance(labels),
            inverse,
            (_calmer_slope(inverse, 1), _calmer_slope(inverse, 0)),
            kinect_sigma(depth_m),
            (
                (np.arange(frame.size[1], dtype=np.float64) - camera.cx) / camera.fx,
                (np.arange(frame.size[0], dtype=np.float64) - camera.cy) / camera.fy,
            ),
            len(classes),
        )

    def groups_at(self, places: Places) -> dict[str, NDArray[np.int64]]:
        """Of every output position, (n,): the index of its group."""
        at = places.rows, places.columns
        label = self.labels[at].astype(np.int64)
        return {
            "by_depth": depth_bins(self.depth_m[at]),
            "by_class": np.where(label > 0, label - 1, self.classes),
            "by_size": np.searchsorted(SIZE_EDGES_PX, self.segment_px[at], side="right") - 1,
            "by_border": np.searchsorted(BORDER_EDGES_PX, self.border_px[at], side="right") - 1,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Of every output position of a layer, in rows: `rows`, `columns` (n,) the picture's pixel it
    stands for; `y`, `x` (9, n) its taps and `regular_y`, `regular_x` those of the regular grid, in
    pixels of the picture; `outside` (9, n)."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    y: Sums
    x: Sums
    regular_y: Sums
    regular_x: Sums
    outside: NDArray[np.bool_]

    @classmethod
    def of(cls, trace: LayerTrace, prediction: Prediction) -> Places:
        step = trace.stride_out // trace.stride_in
        h, w = trace.output_size
        row, column = (axis.ravel() for axis in np.mgrid[0:h, 0:w] * step)
        base_y, base_x = TAP_ROWS[:, None] + row, TAP_COLUMNS[:, None] + column  # (9, n)
        offsets = trace.offsets.reshape(9, 2, -1).astype(np.float64)
        y, x = base_y + offsets[:, 0], base_x + offsets[:, 1]
        outside, _ = beyond(y, x, trace.input_size)

        def pixels(position: Sums, axis: int) -> Sums:
            return picture_from_network(
                position * trace.stride_in, prediction.network_size[axis], prediction.size[axis]
            )

        centre = (pixels(row.astype(np.float64), 0), pixels(column.astype(np.float64), 1))
        rows, columns = (
            np.clip(np.rint(at), 0, length - 1).astype(np.int64)
            for at, length in zip(centre, prediction.size, strict=True)
        )
        return cls(
            rows,
            columns,
            pixels(y, 0),
            pixels(x, 1),
            pixels(base_y, 0),
            pixels(base_x, 1),
            outside,
        )


def features_of(trace: LayerTrace, places: Places, scene: Scene) -> tuple[Sums, Sums]:
    """(F, n) by FEATURES, and (n,) the effective dilation in cells: the mean of the 12 distances
    between neighbours of the nine taps."""
    offsets = trace.offsets.reshape(9, 2, -1).astype(np.float64)
    y, x = TAP_ROWS[:, None] + offsets[:, 0], TAP_COLUMNS[:, None] + offsets[:, 1]
    cells = np.mean([np.hypot(y[a] - y[b], x[a] - x[b]) for a, b in NEIGHBOURS], 0)
    weights = trace.modulation.reshape(9, -1).astype(np.float64)
    share = weights / np.maximum(weights.sum(0), 1e-12)
    entropy = -(share * np.log(np.maximum(share, 1e-12))).sum(0) / np.log(9)
    metres, with_m = _metric_dilation(places, scene)
    same, with_plane = _same_surface(places, scene, share, (places.y, places.x))
    even = np.full_like(share, 1 / 9)
    same_regular, _ = _same_surface(places, scene, even, (places.regular_y, places.regular_x))
    own = scene.labels[places.rows, places.columns]
    with_label = (own > 0).astype(np.float64)
    pure = _purity(scene, own, share, (places.y, places.x)) * with_label
    pure_regular = _purity(scene, own, even, (places.regular_y, places.regular_x)) * with_label
    features = [
        *(np.ones_like(cells), cells, cells**2, places.outside.mean(0), entropy),
        *(with_m, metres, metres**2),
        *(with_plane, same, same_regular * with_plane),
        *(with_label, pure, pure_regular),
    ]
    return np.stack(features), cells


def _at(values: NDArray[Any], y: Sums, x: Sums) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The values of the pixels nearest to positions, and whether they are in the picture."""
    height, width = values.shape
    row, column = np.floor(y + 0.5), np.floor(x + 0.5)
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    at = (
        np.clip(row, 0, height - 1).astype(np.int64),
        np.clip(column, 0, width - 1).astype(np.int64),
    )
    return values[at], inside


def _metric_dilation(places: Places, scene: Scene) -> tuple[Sums, Sums]:
    """(n,) metres between neighbours whose both taps have depth, 0 where fewer than half of the
    pairs do, and (n,) whether they do."""
    z, inside = _at(scene.depth_m, places.y, places.x)  # (9, n)
    known = inside & (z > 0)
    across, down = scene.rays
    points = np.stack(
        (
            z * np.interp(places.x, np.arange(len(across)), across),
            z * np.interp(places.y, np.arange(len(down)), down),
            z,
        )
    )
    total, count = np.zeros(z.shape[1]), np.zeros(z.shape[1])
    for a, b in NEIGHBOURS:
        both = known[a] & known[b]
        total += np.where(both, np.sqrt(((points[:, a] - points[:, b]) ** 2).sum(0)), 0)
        count += both
    enough = (count >= len(NEIGHBOURS) / 2).astype(np.float64)
    return total / np.maximum(count, 1) * enough, enough


def _same_surface(
    places: Places, scene: Scene, share: Sums, taps: tuple[Sums, Sums]
) -> tuple[Sums, Sums]:
    """(n,) the share of modulation on taps within 3 sigma of the centre's plane, and where that
    plane is known. A tap without depth is on no surface."""
    at = places.rows, places.columns
    inverse = scene.inverse[at]
    along_u, along_v = scene.slopes[0][at], scene.slopes[1][at]
    known = np.isfinite(inverse) & np.isfinite(along_u) & np.isfinite(along_v)
    y, x = taps
    z, inside = _at(scene.depth_m, y, x)
    sigma, _ = _at(scene.sigma_m, y, x)
    plane = inverse + along_u * (x - places.columns) + along_v * (y - places.rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(z - 1 / plane)
    on = inside & (z > 0) & (plane > 0) & (off <= SIGMAS * sigma)
    return np.where(known, (share * on).sum(0), 0.0), known.astype(np.float64)


def _purity(scene: Scene, own: UInt8Array, share: Sums, taps: tuple[Sums, Sums]) -> Sums:
    """(n,) the share of modulation on taps whose label is the centre's."""
    labels, inside = _at(scene.labels, *taps)
    pure: Sums = (share * (inside & (labels == own))).sum(0)
    return pure


def _calmer_slope(inverse: Sums, axis: int) -> Sums:
    """The slope to one side or the other, whichever is smaller: not the one across an edge."""
    step = PLANE_PX
    padded = np.pad(
        inverse,
        [(step, step) if axis == one else (0, 0) for one in (0, 1)],
        constant_values=np.nan,
    )
    ahead = np.take(padded, np.arange(2 * step, padded.shape[axis]), axis)
    behind = np.take(padded, np.arange(0, padded.shape[axis] - 2 * step), axis)
    up, down = (ahead - inverse) / step, (inverse - behind) / step
    calmer = np.where(np.abs(up) < np.abs(down), up, down)
    calmer = np.where(np.isfinite(down), calmer, up)
    return np.where(np.isfinite(up), calmer, down)


def _segments(labels: UInt8Array) -> FloatArray:
    """(H, W): the root of the area of the connected segment of each pixel."""
    found = np.zeros(labels.shape, np.float32)
    for label in np.unique(labels):
        mask = (labels == label).astype(np.uint8)
        _, parts, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        roots = np.sqrt(statistics[:, cv2.CC_STAT_AREA]).astype(np.float32)
        found = np.where(mask > 0, roots[parts], found)
    return found


def _border_distance(labels: UInt8Array) -> FloatArray:
    """(H, W) pixels; the picture's diagonal where there is no border."""
    border = borders(labels, labels > 0)
    if not border.any():
        return np.full(labels.shape, np.hypot(*labels.shape), np.float32)
    away = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away, np.float32)
