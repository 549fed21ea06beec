"""Distances: by hand, against drawn noise, and where depth is missing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sgnet_model.measuring import length_text, measure, measurement_text
from sgnet_model.sensor_noise import LATERAL_PX, kinect_sigma_m
from sgnet_model.types import Intrinsics

CAMERA = Intrinsics(500.0, 400.0, 100.0, 50.0, 200, 100)


def plane(depth: float = 2.0) -> np.ndarray:
    return np.full((100, 200), depth, np.float32)


def test_a_distance_on_a_plane_is_worked_by_hand() -> None:
    found = measure([(100, 50), (150, 90)], plane(), CAMERA)
    assert found is not None
    dx, dy = 2 * 50 / 500, 2 * 40 / 400
    assert found.total.distance_m == pytest.approx(math.hypot(dx, dy))
    assert found.total.delta_m == pytest.approx((dx, dy, 0))
    assert found.total.distance_px == pytest.approx(math.hypot(50, 40))
    assert found.segments == (found.total,)


def test_along_the_axis_the_uncertainty_is_that_of_both_depths() -> None:
    depth = plane(1.0)
    depth[:, 100:] = 3.0
    camera = Intrinsics(500.0, 500.0, 99.5, 50.0, 200, 100)
    found = measure([(99, 50), (100, 50)], depth, camera)
    assert found is not None
    expected = math.hypot(0.0012 + 0.0019 * 0.6**2, 0.0012 + 0.0019 * 2.6**2)
    assert found.total.sigma_m == pytest.approx(expected, rel=1e-3)


def test_the_uncertainty_is_that_of_drawn_noise() -> None:
    """A polyline of three corners, its length drawn anew 20,000 times."""
    random = np.random.default_rng(0)
    depth = plane(2.0)
    depth[:, 60:] = 3.1
    points = [(20, 20), (90, 40), (150, 80)]
    found = measure(points, depth, CAMERA)
    assert found is not None
    z = np.array([depth[v, u] for u, v in points], np.float64)
    place = np.array(points) + random.normal(0, LATERAL_PX, (20_000, 3, 2))
    drawn = z + random.normal(0, 1, (20_000, 3)) * kinect_sigma_m(z)
    # The rays turn about the point that is seen: sideways noise moves it in its own plane.
    x = (place[..., 0] - 100) / 500 * z + (np.array(points)[:, 0] - 100) / 500 * (drawn - z)
    y = (place[..., 1] - 50) / 400 * z + (np.array(points)[:, 1] - 50) / 400 * (drawn - z)
    xyz = np.stack([x, y, drawn], -1)  # (20000, 3, 3)
    lengths = np.linalg.norm(np.diff(xyz, axis=1), axis=-1).sum(1)
    assert found.total.sigma_m == pytest.approx(lengths.std(), rel=0.03)
    assert found.total.distance_m == pytest.approx(
        sum(segment.distance_m or 0 for segment in found.segments)
    )


def test_without_depth_there_are_pixels() -> None:
    depth = plane()
    depth[50, 100] = 0
    found = measure([(100, 50), (103, 54), (106, 58)], depth, CAMERA)
    assert found is not None
    assert found.total.distance_m is None
    assert found.segments[1].distance_m is not None
    assert length_text(found.segments[0]) == "5.0 px"
    assert measure([(1, 1), (4, 5)], None, CAMERA).total.distance_px == 5  # type: ignore[union-attr]


def test_one_point_is_no_distance() -> None:
    assert measure([(1, 1)], plane(), CAMERA) is None


def test_the_text_has_a_line_a_segment_and_the_total() -> None:
    found = measure([(100, 50), (150, 50), (150, 90)], plane(), CAMERA)
    assert found is not None
    head, first, second, total = measurement_text(found).split("\n")
    assert len(head.split("\t")) == len(first.split("\t")) == 8
    assert first.split("\t")[:3] == ["(100, 50)", "(150, 50)", "0.2000"]
    assert total.split("\t")[:3] == ["(100, 50)", "(150, 90)", "0.4000"]
    assert second.split("\t")[5:] == ["0.0000", "0.2000", "0.0000"]
    assert length_text(found.total).startswith("0.400 ± ")
