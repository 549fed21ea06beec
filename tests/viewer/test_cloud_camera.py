"""The orbit camera: hand-worked values, round trips, and what each move keeps in place."""

from __future__ import annotations

from dataclasses import replace
from math import nan, pi, radians, tan

import numpy as np
import pytest
from cloud_support import unproject

from sgnet_model.types import UserError
from sgnet_viewer.cloud.camera import (
    MAX_DISTANCE_M,
    MAX_PITCH,
    MIN_DISTANCE_M,
    OrbitCamera,
    ViewSize,
    fit,
    home,
)

SIZE = ViewSize(201, 101)  # principal point at (100, 50)
RIGHT_ANGLE = OrbitCamera((0.0, 0.0, 2.0), 2.0, field_of_view=pi / 2)  # focal length 50.5
TURNED = OrbitCamera((0.3, -0.2, 1.7), 1.4, yaw=0.7, pitch=-0.4)


def points(*rows: tuple[float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32)


def test_sensor_view_by_hand() -> None:
    u, v, depth = RIGHT_ANGLE.project(points((0, 0, 2), (1, 0, 2), (0, 0.5, 1)), SIZE)
    np.testing.assert_allclose(u, [100, 125.25, 100], atol=1e-4)  # 50.5 / 2 to the right
    np.testing.assert_allclose(v, [50, 50, 75.25], atol=1e-4)  # y points down
    np.testing.assert_allclose(depth, [2, 2, 1], atol=1e-6)


def test_matrices_by_hand() -> None:
    np.testing.assert_allclose(RIGHT_ANGLE.view_from_world(), np.eye(4), atol=1e-12)
    expected = [[50.5, 0, 100], [0, 50.5, 50], [0, 0, 1]]
    np.testing.assert_allclose(RIGHT_ANGLE.image_from_view(SIZE), expected, atol=1e-9)


def test_quarter_turn_looks_along_x() -> None:
    camera = OrbitCamera((0.0, 0.0, 2.0), 2.0, yaw=pi / 2)
    np.testing.assert_allclose(camera.eye(), [-2, 0, 2], atol=1e-12)
    _, _, depth = camera.project(points((1, 0, 2)), SIZE)
    np.testing.assert_allclose(depth, [3], atol=1e-6)


def test_positive_pitch_looks_down() -> None:
    camera = OrbitCamera((0.0, 0.0, 2.0), 2.0, pitch=radians(30))
    assert camera.eye()[1] == pytest.approx(-1.0)  # above: y points down


def test_projection_agrees_with_the_matrices_given_to_the_renderer() -> None:
    cloud = points((0.1, 0.2, 1.5), (-0.4, 0.1, 2.5), (0.9, -0.3, 1.1))
    homogeneous = np.c_[cloud, np.ones(3)]
    view = (TURNED.view_from_world() @ homogeneous.T)[:3]
    image = TURNED.image_from_view(SIZE) @ view
    u, v, depth = TURNED.project(cloud, SIZE)
    np.testing.assert_allclose(u, image[0] / image[2], rtol=1e-5)
    np.testing.assert_allclose(v, image[1] / image[2], rtol=1e-5)
    np.testing.assert_allclose(depth, view[2], rtol=1e-5)


def test_a_view_that_is_carried_to_another_frame_shows_the_same() -> None:
    motion = np.eye(4, dtype=np.float32)
    motion[:3, :3] = np.stack(OrbitCamera(yaw=0.4, pitch=-0.3).axes())
    motion[:3, 3] = (0.3, -1.0, 0.6)
    cloud = frustum_cloud()
    there = (cloud @ motion[:3, :3].T + motion[:3, 3]).astype(np.float32)
    for camera in (TURNED, replace(TURNED, down=(0.0, 0.8, 0.6))):
        before, after = camera.project(cloud, SIZE), camera.carried(motion).project(there, SIZE)
        np.testing.assert_allclose(after.depth, before.depth, atol=1e-4)
        np.testing.assert_allclose(after.u, before.u, rtol=1e-4, atol=0.02)
        np.testing.assert_allclose(after.v, before.v, rtol=1e-4, atol=0.02)


def test_axes_are_a_right_handed_frame() -> None:
    axes = np.stack(TURNED.axes())
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)


def test_unproject_returns_the_projected_point() -> None:
    world = (0.42, -0.13, 1.9)
    u, v, depth = TURNED.project(points(world), SIZE)
    back = unproject(TURNED, float(u[0]), float(v[0]), float(depth[0]), SIZE)
    np.testing.assert_allclose(back, world, atol=1e-5)


def test_points_behind_the_eye_have_no_pixel() -> None:
    projected = RIGHT_ANGLE.project(points((0, 0, -1), (0, 0, 0), (0, 0, 1)), SIZE)
    assert np.isnan(projected.u).tolist() == [True, True, False]
    assert projected.inside(SIZE).tolist() == [False, False, True]


def test_inside_ends_at_the_outer_edge_of_the_border_pixels() -> None:
    edges = [unproject(RIGHT_ANGLE, u, 50, 1.0, SIZE) for u in (-0.4, -0.6, 200.4, 200.6)]
    inside = RIGHT_ANGLE.project(np.array(edges, np.float32), SIZE).inside(SIZE)
    assert inside.tolist() == [True, False, True, False]


def test_orbit_keeps_target_and_distance_and_stops_at_the_poles() -> None:
    moved = TURNED.orbit(1.0, 10.0)
    assert (moved.target, moved.distance) == (TURNED.target, TURNED.distance)
    assert moved.pitch == MAX_PITCH
    assert TURNED.orbit(2 * pi, 0.0).yaw == pytest.approx(TURNED.yaw)


def test_pan_moves_the_target_by_the_pixels_dragged() -> None:
    target = points(TURNED.target)
    u, v, _ = TURNED.pan(17, -9, SIZE).project(target, SIZE)
    np.testing.assert_allclose([u[0] - 100, v[0] - 50], [17, -9], atol=1e-3)


def test_zoom_keeps_what_lies_under_the_anchor() -> None:
    anchor = (150.0, 20.0)
    under = points(unproject(TURNED, *anchor, TURNED.distance, SIZE))
    closer = TURNED.zoom(0.5, anchor, SIZE)
    assert closer.distance == pytest.approx(0.7)
    u, v, _ = closer.project(under, SIZE)
    np.testing.assert_allclose([u[0], v[0]], anchor, atol=1e-3)


def test_zoom_without_an_anchor_keeps_the_target_and_stays_in_bounds() -> None:
    assert TURNED.zoom(0.5).target == TURNED.target
    assert TURNED.zoom(1e-9).distance == MIN_DISTANCE_M
    assert TURNED.zoom(1e9).distance == MAX_DISTANCE_M


@pytest.mark.parametrize("size", [ViewSize(640, 480), ViewSize(200, 500), ViewSize(900, 200)])
def test_home_looks_along_the_axis_and_holds_the_points(size: ViewSize) -> None:
    cloud = frustum_cloud()
    camera = home(cloud, size)
    assert (camera.yaw, camera.pitch) == (0.0, 0.0)
    assert camera.eye()[:2].tolist() == [0.0, 0.0]
    assert camera.eye()[2] < 0  # pulled back behind the sensor
    assert camera.project(cloud, size).inside(size).mean() > 0.95


def test_home_of_a_narrow_cloud_is_pulled_back_all_the_same() -> None:
    assert home(points((0, 0, 2), (0.01, 0, 2)), SIZE).distance == pytest.approx(2.24)


def test_home_without_points_is_the_default() -> None:
    assert home(points().reshape(0, 3), SIZE) == OrbitCamera()


def test_fit_keeps_the_direction_and_fills_the_view() -> None:
    cloud, size = frustum_cloud(), ViewSize(400, 300)
    camera = fit(TURNED, cloud, size)
    assert (camera.yaw, camera.pitch) == (TURNED.yaw, TURNED.pitch)
    projected = camera.project(cloud, size)
    assert projected.inside(size).mean() > 0.95
    spans = np.nanmax(projected.u) - np.nanmin(projected.u), np.nanmax(projected.v)
    assert spans[0] > 200 or spans[1] > 150


def test_a_camera_that_is_not_finite_is_refused() -> None:
    with pytest.raises(UserError, match="must be finite"):
        OrbitCamera(distance=nan)


def frustum_cloud() -> np.ndarray:
    """What a sensor with 60 degrees sees between 1 and 4 metres, (2000, 3) float32."""
    random = np.random.default_rng(3)
    z = random.uniform(1.0, 4.0, 2000)
    x, y = random.uniform(-1, 1, (2, 2000)) * z * tan(radians(30))
    return np.stack([x, 0.75 * y, z], axis=1).astype(np.float32)
