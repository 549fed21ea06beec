"""Where down and the floor are, the grid there, the light on surfaces, and the first view."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from cloud_support import front_view, two_planes

from sgnet_model.geometry import depth_to_points
from sgnet_model.types import Frame, Intrinsics
from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize, level_axes
from sgnet_viewer.cloud.grid import make_grid, round_length, visible_parts
from sgnet_viewer.cloud.overlay import length_text, scale_text
from sgnet_viewer.cloud.picking import project_scene
from sgnet_viewer.cloud.scene import make_cloud
from sgnet_viewer.cloud.viewpoints import from_above, oblique
from sgnet_viewer.contract.cloud import Ground
from sgnet_viewer.render.cloud_ground import ground_of
from sgnet_viewer.render.cloud_light import brightness, lit, towards_light

SIZE = (120, 160)  # (height, width)
CAMERA = Intrinsics(140.0, 140.0, 79.5, 59.5, 160, 120)
ROOM = {"floor": 1.4, "ceiling": -1.0, "wall": 4.0, "side": 1.5}  # metres from the sensor


def room(pitch_deg: float, *, surfaces: tuple[str, ...] = tuple(ROOM)) -> Frame:
    """What a sensor that looks down by `pitch_deg` sees of a room with level floor and ceiling."""
    axes = sensor_axes(pitch_deg)
    u, v = np.meshgrid(np.arange(160), np.arange(120))
    rays = np.stack(((u - 79.5) / 140, (v - 59.5) / 140, np.ones(u.shape)), -1) @ axes
    planes = {"floor": (1, 1), "ceiling": (1, 1), "wall": (2, 1), "side": (0, 1)}
    depth = np.full(SIZE, np.inf)
    for name in surfaces:
        along = rays[..., planes[name][0]]
        distance = np.divide(ROOM[name], along, out=np.full(SIZE, np.inf), where=along != 0)
        depth = np.minimum(depth, np.where(distance > 0, distance, np.inf))
    depth[~np.isfinite(depth) | (depth > 9)] = 0
    rgb = np.full((*SIZE, 3), 200, np.uint8)
    return Frame("room", rgb, depth.astype(np.float32), CAMERA)


def sensor_axes(pitch_deg: float) -> np.ndarray:
    """(3, 3), rows: the sensor's x, y, z in level axes (right, down, forward)."""
    s, c = sin(radians(pitch_deg)), cos(radians(pitch_deg))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


@pytest.mark.parametrize("pitch", [0.0, 15.0, 55.0])
def test_down_and_floor_of_a_room_however_steep_the_view(pitch: float) -> None:
    ground = ground_of(room(pitch))
    assert ground is not None
    assert ground.found
    np.testing.assert_allclose(ground.down, sensor_axes(pitch)[:, 1], atol=0.03)
    assert ground.height_m == pytest.approx(ROOM["floor"], abs=0.05)


def test_a_ceiling_is_no_floor_and_a_frame_without_depth_has_no_ground() -> None:
    ground = ground_of(room(-25.0, surfaces=("ceiling", "wall")))
    assert ground is not None
    assert not ground.found
    empty = Frame("none", np.zeros((*SIZE, 3), np.uint8), np.zeros(SIZE, np.float32), CAMERA)
    assert ground_of(empty) is None


def test_floor_walls_and_ceiling_differ_in_light() -> None:
    frame = room(0.0)
    light = brightness(frame.depth_m, CAMERA, towards_light(ground_of(frame)))
    floor, ceiling, wall = light[110, 60], light[5, 60], light[60, 75]
    assert floor > wall > ceiling
    assert np.ptp(light[50:65, 40:90]) < 0.02  # a wall is evenly lit
    colours = np.array([[200, 100, 0], [200, 100, 0]], np.uint8)
    assert lit(colours, np.array([0.5, 2.0], np.float32)).tolist() == [[100, 50, 0], [255, 128, 0]]


def test_a_plane_is_as_bright_as_its_normal_says() -> None:
    """0.5 + 0.75 ((1 + n . l) / 2)^2, seen by a lens with pixels that are not square."""
    camera = Intrinsics(200.0, 120.0, 79.5, 59.5, 160, 120)
    rays = depth_to_points(np.ones(SIZE, np.float32), camera).astype(np.float64)
    light = np.asarray(towards_light(None))
    for normal in ((0.0, -0.6, -0.8), (0.48, 0.36, -0.8)):
        depth = (-1.6 / (rays @ normal)).astype(np.float32)
        seen = brightness(depth, camera, towards_light(None))
        expected = 0.5 + 0.75 * ((1 + np.dot(normal, light)) / 2) ** 2
        assert seen[60, 80] == pytest.approx(expected, abs=0.01)


def test_level_axes_are_a_rotation_with_down_as_its_vertical() -> None:
    for down in ((0.0, 0.6, 0.8), (0.1, 0.7, -0.7), (0.0, 0.0, 1.0)):
        axes = level_axes(down)
        np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(axes) == pytest.approx(1.0)
        np.testing.assert_allclose(axes[1], np.asarray(down) / np.linalg.norm(down))
        assert axes[2, 2] >= 0  # forward is still where the sensor looked


def test_the_first_view_stands_upright_above_the_floor_and_is_filled() -> None:
    down = tuple(sensor_axes(20.0)[:, 1].tolist())
    points = np.random.default_rng(1).uniform((-1, -1, 2), (1, 1, 4), (5000, 3)).astype(np.float32)
    size = ViewSize(400, 300)
    for camera in (oblique(points, size, down), from_above(points, size, down)):
        assert abs(np.asarray(camera.axes()[0]) @ down) < 1e-9  # the horizon is level
        assert (np.asarray(camera.target) - camera.eye()) @ down > 0  # it looks down
        seen = camera.project(points, size)
        assert seen.inside(size).mean() > 0.95
        assert max(np.ptp(seen.u) / 400, np.ptp(seen.v) / 300) > 0.9
    assert oblique(points[:0], size, down).down == down


def test_a_grid_lies_on_the_floor_in_round_steps_below_all_points() -> None:
    ground = Ground(tuple(sensor_axes(20.0)[:, 1].tolist()), 1.4)
    points = np.random.default_rng(1).uniform((-2, 0, 2), (2, 1, 5), (5000, 3)).astype(np.float32)
    grid = make_grid(points, ground)
    assert grid is not None
    assert grid.step_m == 0.5
    np.testing.assert_allclose(grid.parts @ ground.down, 1.4, atol=1e-5)
    level = grid.parts.reshape(-1, 3) @ level_axes(ground.down).T
    inside = points @ level_axes(ground.down).T
    for axis in (0, 2):
        assert level[:, axis].min() <= np.percentile(inside[:, axis], 1)
        assert level[:, axis].max() >= np.percentile(inside[:, axis], 99)
    assert make_grid(points[:0], ground) is None
    assert make_grid(points + np.float32([0, 0, 500]), ground) is None  # too far for any square


def test_what_stands_before_the_grid_hides_it() -> None:
    """A wall at two metres, and a level grid that reaches from before to behind it."""
    wall = two_planes()
    across = np.random.default_rng(2).uniform((-1, 0.2, 1), (1, 0.2, 4), (2000, 3))
    grid = make_grid(across.astype(np.float32), Ground((0.0, 1.0, 0.0), 0.3))
    scene = front_view(wall)
    shown = visible_parts(grid, project_scene(scene))
    nothing = make_cloud(wall.points[:0], wall.colours[:0], wall.source_index[:0])
    everything = visible_parts(grid, project_scene(front_view(nothing)))
    lines = 1 + np.any(grid.parts[1:, 0] != grid.parts[:-1, 1], axis=1).sum()
    assert 0 < len(everything) <= lines  # each in one piece
    assert 0 < len(shown) < len(grid.parts)
    # Behind the wall it would lie higher on the picture than where it meets the wall.
    foot = scene.camera.project(np.array([(0, 0.3, 2.0)], np.float32), scene.size).v[0]
    assert shown[..., 1].min() > foot - 3
    assert everything[..., 1].min() < foot - 3


@pytest.mark.parametrize(
    ("longest", "expected", "text"),
    [
        (1.0, 1.0, "1 m"),
        (4.9, 2.0, "2 m"),
        (0.7, 0.5, "50 cm"),
        (70, 50, "50 m"),
        (0.006, 0.005, "5 mm"),
    ],
)
def test_lengths_are_round(longest: float, expected: float, text: str) -> None:
    assert round_length(longest) == pytest.approx(expected)
    assert length_text(expected) == text


@pytest.mark.parametrize(
    ("scale", "grid", "text"),
    [
        (1.0, None, "1 m"),
        (1.0, 0.5, "1 m, grid 0.5 m"),
        (0.5, 1.0, "0.5 m, grid 1 m"),
        (0.2, 0.5, "20 cm, grid 50 cm"),
        (5.0, 1.0, "5 m, grid 1 m"),
    ],
)
def test_the_scale_and_the_grid_have_one_unit(scale: float, grid: float | None, text: str) -> None:
    assert scale_text(scale, grid) == text


def test_the_first_view_keeps_out_of_what_the_buttons_cover() -> None:
    frame = room(20.0)
    assert frame.depth_m is not None
    cloud = depth_to_points(frame.depth_m, frame.intrinsics)[frame.depth_m > 0]
    down = tuple(sensor_axes(20.0)[:, 1].tolist())
    size, covered = ViewSize(420, 210), 40.0
    pixels = oblique(cloud, size, down, covered).project(cloud, size)
    assert np.percentile(pixels.v, 2) >= covered
    assert np.percentile(pixels.v, 98) <= size.height
    assert np.percentile(oblique(cloud, size, down).project(cloud, size).v, 2) < covered


def test_a_camera_turns_about_its_own_vertical() -> None:
    down = (0.0, 0.6, 0.8)
    camera = OrbitCamera((0.0, 0.0, 2.0), 1.0, down=down)
    before, after = camera.eye() @ down, camera.orbit(1.0, 0.0).eye() @ down
    assert before == pytest.approx(after)
