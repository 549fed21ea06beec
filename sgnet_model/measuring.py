"""Distances between pixels, in metres with their uncertainty, and in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .geometry import points_at
from .sensor_noise import LATERAL_PX, kinect_sigma_m
from .types import FloatArray, Intrinsics

Numbers = NDArray[np.float64]
Pixel = tuple[int, int]  # (u, v)


@dataclass(frozen=True, slots=True)
class Length:
    """Of a segment, or of a polyline. `distance_m`, `sigma_m`, `delta_m`: None where a depth is
    missing. `delta_m`: (dx, dy, dz) from the first to the last point, camera frame.

    `sigma_m`: one standard deviation of the distance, from the sensor's noise at every corner.
    """

    distance_px: float
    distance_m: float | None
    sigma_m: float | None
    delta_m: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """`segments`: from each point to the next. `total`: of the whole polyline."""

    points: tuple[Pixel, ...]
    segments: tuple[Length, ...]
    total: Length


def measure(
    points: Sequence[Pixel], depth_m: FloatArray | None, intrinsics: Intrinsics
) -> Measurement | None:
    """None for fewer than two points. `depth_m`: (H, W) float32 metres, 0 = missing.

    The noise is a Kinect's (`sensor_noise`): along the axis it grows with the square of the
    distance, sideways it is 0.8 pixels; corners are independent of each other.
    """
    if len(points) < 2:
        return None
    u, v = (np.array(values, np.float64) for values in zip(*points, strict=True))
    xyz = points_at(depth_m, intrinsics, u, v)  # (N, 3)
    camera = intrinsics if depth_m is None else intrinsics.scaled_to(*depth_m.shape[::-1])
    places = np.stack([u, v], -1)  # (N, 2)
    return Measurement(
        tuple(points),
        tuple(_length(places[i : i + 2], xyz[i : i + 2], camera) for i in range(len(points) - 1)),
        _length(places, xyz, camera),
    )


def _length(places: Numbers, xyz: Numbers, camera: Intrinsics) -> Length:
    """Of a polyline: (N, 2) pixels, (N, 3) metres."""
    pixels = float(np.linalg.norm(np.diff(places, axis=0), axis=1).sum())
    if not np.isfinite(xyz).all():
        return Length(pixels, None, None, None)
    steps = np.diff(xyz, axis=0)  # (N - 1, 3)
    lengths = np.linalg.norm(steps, axis=1)
    directions = steps / np.maximum(lengths, 1e-12)[:, None]
    gradient = np.zeros_like(xyz)  # of the length by every corner
    gradient[:-1] -= directions
    gradient[1:] += directions
    dx, dy, dz = (float(value) for value in xyz[-1] - xyz[0])
    sigma = float(np.sqrt(_variances(xyz, gradient, camera).sum()))
    return Length(pixels, float(lengths.sum()), sigma, (dx, dy, dz))


def _variances(xyz: Numbers, gradient: Numbers, camera: Intrinsics) -> Numbers:
    """(N,) square metres: what each corner's noise adds, to first order.

    A corner is z (x / z, y / z, 1): its depth moves it along its ray, its place across it.
    """
    z = xyz[:, 2]
    along = (gradient * (xyz / z[:, None])).sum(1) * kinect_sigma_m(z)
    across_x = gradient[:, 0] * z / camera.fx * LATERAL_PX
    across_y = gradient[:, 1] * z / camera.fy * LATERAL_PX
    result: Numbers = along**2 + across_x**2 + across_y**2
    return result


def length_text(length: Length) -> str:
    """ "1.234 ± 0.012 m", or pixels where there is no depth."""
    if length.distance_m is None or length.sigma_m is None:
        return f"{length.distance_px:.1f} px"
    return f"{length.distance_m:.3f} ± {length.sigma_m:.3f} m"


def measurement_text(measurement: Measurement) -> str:
    """Every segment and the total, a line each, with tabs between the columns."""
    rows = ["from\tto\tm\t±\tpx\tdx m\tdy m\tdz m"]
    pairs = pairwise(measurement.points)
    for (start, end), length in zip(pairs, measurement.segments, strict=True):
        rows.append("\t".join([_pixel(start), _pixel(end), *_columns(length)]))
    if len(measurement.segments) > 1:
        ends = _pixel(measurement.points[0]), _pixel(measurement.points[-1])
        rows.append("\t".join([*ends, *_columns(measurement.total)]))
    return "\n".join(rows)


def _pixel(at: Pixel) -> str:
    return f"({at[0]}, {at[1]})"


def _columns(length: Length) -> list[str]:
    metres = [length.distance_m, length.sigma_m]
    deltas = length.delta_m or (None, None, None)
    known = [f"{value:.4f}" if value is not None else "-" for value in (*metres, *deltas)]
    return [*known[:2], f"{length.distance_px:.1f}", *known[2:]]
