"""Picking, hidden marks, the packing of pixels and the place of a picture in its widget."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cloud_support import front_view, two_planes, unproject

from sgnet_model.types import UserError
from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize
from sgnet_viewer.cloud.marks import lay_marks, make_marks
from sgnet_viewer.cloud.picking import NOTHING, project_scene
from sgnet_viewer.cloud.pixels import fitted, grow_splats, pack_colour, pack_image
from sgnet_viewer.cloud.placement import MAX_PIXELS, picture_size, place
from sgnet_viewer.cloud.scene import EMPTY_CLOUD, Cloud, Scene, make_cloud, same_frame

SIZE = ViewSize(201, 101)
CAMERA = OrbitCamera((0.0, 0.0, 2.0), 2.0)


def scene_of(*points: tuple[float, float, float], point_size: float = 3.0) -> Scene:
    """Points with the source indices 100, 101, ..."""
    xyz = np.array(points, np.float32).reshape(-1, 3)
    cloud = make_cloud(xyz, np.zeros(xyz.shape, np.uint8), np.arange(len(xyz)) + 100)
    return Scene(cloud, CAMERA, SIZE, point_size, (0, 0, 0))


def test_every_point_of_a_wall_is_picked_at_its_own_pixel() -> None:
    scene = front_view(two_planes(16, 12), point_size=1.0)
    projected = project_scene(scene)
    u, v = projected.pixels.u, projected.pixels.v
    picked = [projected.pick_source(float(a), float(b)) for a, b in zip(u, v, strict=True)]
    assert picked == list(range(16 * 12))


def test_the_front_most_of_the_points_drawn_there_wins() -> None:
    projected = project_scene(scene_of((0, 0, 3), (0, 0, 1), (0, 0, 2)))
    assert projected.pick_source(100.0, 50.0) == 101


def test_a_point_drawn_under_the_cursor_wins_over_a_nearer_one_beside_it() -> None:
    beside = unproject(CAMERA, 105, 50, 1.0, SIZE)
    projected = project_scene(scene_of((0, 0, 3), beside))
    assert projected.pick_source(100.0, 50.0) == 100


def test_beside_all_points_the_closest_on_the_picture_is_picked() -> None:
    far_off, close = (unproject(CAMERA, u, 50, 1.0, SIZE) for u in (107, 95))
    projected = project_scene(scene_of(far_off, close))
    assert projected.pick_source(100.0, 50.0) == 101


def test_nothing_is_picked_out_of_reach_or_behind_the_eye() -> None:
    projected = project_scene(scene_of((0, 0, 3), (0, 0, -1)))
    assert projected.pick_source(120.0, 50.0) == NOTHING
    assert project_scene(scene_of((0, 0, -1))).pick(100.0, 50.0) == NOTHING
    assert project_scene(scene_of()).pick(100.0, 50.0) == NOTHING


def test_marks_behind_the_wall_are_hidden_and_those_behind_the_eye_left_out() -> None:
    picture = project_scene(front_view(two_planes()))
    xyz = np.array([(0, 0, 1), (0, 0, 2), (0, 0, 2.5), (0, 0, -1), (9, 0, 2)], np.float32)
    lines = np.array([[0, 1], [0, 3]])
    marks = make_marks(xyz, np.full((5, 4), 255, np.uint8), np.full(5, 6.0), lines)
    laid = lay_marks(marks, picture)
    assert laid.hidden[[0, 1, 2, 4]].tolist() == [False, False, True, False]
    assert laid.points.tolist() == [0, 1, 2, 4]
    assert laid.lines.tolist() == [0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"xyz": np.zeros((2, 3))}, "float64"),
        ({"rgba": np.zeros((3, 4), np.uint8)}, "expected"),
        ({"size_px": np.zeros(1, np.float32)}, "a size for each mark"),
        ({"lines": np.array([[0, 2]])}, "expected rows 0..1"),
        ({"xyz": np.full((2, 3), np.nan, np.float32)}, "without depth"),
    ],
)
def test_marks_that_do_not_fit_are_refused(changes: dict[str, np.ndarray], words: str) -> None:
    good = {
        "xyz": np.zeros((2, 3), np.float32),
        "rgba": np.zeros((2, 4), np.uint8),
        "size_px": np.zeros(2, np.float32),
        "lines": np.zeros((0, 2), np.int64),
    }
    with pytest.raises(UserError, match=words):
        make_marks(**{**good, **changes})


def test_clouds_that_do_not_fit_are_refused() -> None:
    cloud = two_planes(4, 3)
    with pytest.raises(UserError, match="colours of the cloud arrived as"):
        make_cloud(cloud.points, cloud.colours[:5], cloud.source_index)
    with pytest.raises(UserError, match="source index"):
        make_cloud(cloud.points, cloud.colours, cloud.source_index.astype(np.int32))
    holed = cloud.points.copy()
    holed[3, 2] = np.nan
    with pytest.raises(UserError, match="1 of 12 points"):
        make_cloud(holed, cloud.colours, cloud.source_index)


def test_a_frame_is_known_by_the_places_of_its_pixels() -> None:
    cloud = two_planes()
    part = Cloud(cloud.points[7::3], cloud.colours[7::3], cloud.source_index[7::3])
    edited = cloud.points.copy()
    edited[:500, 2] += 1.0
    moved = replace(cloud, points=cloud.points + np.float32(0.01))
    assert same_frame(cloud, part)
    assert same_frame(part, cloud)
    assert same_frame(cloud, replace(cloud, points=edited))
    assert not same_frame(cloud, moved)
    assert not same_frame(EMPTY_CLOUD, cloud)
    assert not same_frame(cloud, EMPTY_CLOUD)


def test_a_cloud_keeps_contiguous_copies_of_slices() -> None:
    cloud = two_planes(8, 6)
    half = make_cloud(cloud.points[::2], cloud.colours[::2], cloud.source_index[::2])
    assert isinstance(half, Cloud)
    assert half.points.flags.c_contiguous
    assert half.source_index.tolist() == list(range(0, 48, 2))


def test_every_8_bit_colour_survives_packing() -> None:
    levels = np.arange(256, dtype=np.float32) / np.float32(255)
    colours = np.stack([levels, levels[::-1], np.zeros(256, np.float32)], axis=-1)[None]
    packed = np.zeros((1, 256), np.uint32)
    pack_image(colours, packed)
    expected = [pack_colour((level, 255 - level, 0)) for level in range(256)]
    assert packed[0].tolist() == expected
    assert pack_colour((1, 2, 3)) == 0xFF010203


@pytest.mark.parametrize("side", [1, 2, 3, 4, 7, 12])
def test_grown_points_agree_with_a_loop(side: int) -> None:
    random = np.random.default_rng(side)
    depth = np.where(random.random((9, 11)) < 0.2, random.random((9, 11)), np.inf)
    colours = random.integers(0, 2**32, (9, 11), dtype=np.uint32)
    colours[~np.isfinite(depth)] = 7  # the background
    grown, _ = grow_splats(depth.astype(np.float32), colours, side)
    assert grown.tolist() == grown_by_loop(depth, colours, side).tolist()


def grown_by_loop(depth: np.ndarray, colours: np.ndarray, side: int) -> np.ndarray:
    before = (side - 1) // 2
    nearest, out = np.full(depth.shape, np.inf), np.full(depth.shape, 7, np.uint32)
    for row, column in zip(*np.nonzero(np.isfinite(depth)), strict=True):
        rows = slice(max(row - before, 0), row - before + side)
        columns = slice(max(column - before, 0), column - before + side)
        nearer = depth[row, column] < nearest[rows, columns]
        nearest[rows, columns][nearer] = depth[row, column]
        out[rows, columns][nearer] = colours[row, column]
    return out


def test_a_picture_of_another_size_is_scaled_by_height_and_centred() -> None:
    placement = place(ViewSize(400, 200), 300, 100)
    assert (placement.scale, placement.left) == (0.5, 50.0)
    at = placement.to_widget(np.array([0.0, 399.0]), np.array([0.0, 199.0]))
    np.testing.assert_allclose(at, [[50.25, 0.25], [249.75, 99.75]])
    np.testing.assert_allclose(placement.to_picture(*at[1]), (399, 199))


def test_pictures_have_the_pixels_of_the_screen_up_to_a_limit() -> None:
    assert picture_size(400, 300, 1.0) == (400, 300)
    assert picture_size(401, 300, 1.5) == (602, 450)
    large = picture_size(3000, 2000, 2.0)
    assert large.width * large.height == pytest.approx(MAX_PIXELS, rel=1e-3)
    assert large.width / large.height == pytest.approx(1.5, rel=1e-3)


def test_an_old_picture_means_the_same_after_a_resize() -> None:
    """Scaled by height and centred, it agrees with the picture drawn for the new size."""
    scene = front_view(two_planes(8, 6))
    other = replace(scene, size=ViewSize(90, 60))
    old = place(scene.size, 90, 60).to_widget(*project_scene(scene).pixels[:2])
    new = place(other.size, 90, 60).to_widget(*project_scene(other).pixels[:2])
    np.testing.assert_allclose(old, new, atol=1e-3)


@pytest.mark.parametrize("shape", [(4, 6), (5, 7), (8, 12), (3, 5)])
def test_a_picture_of_another_size_than_asked_is_brought_to_it(shape: tuple[int, int]) -> None:
    """As HiDPI screens give it: a pixel off, or twice as large."""
    columns = (np.arange(shape[1]) + 0.5) / shape[1]
    rows = (np.arange(shape[0]) + 0.5) / shape[0]
    drawn = np.stack(np.broadcast_arrays(rows[:, None], columns[None]), -1).astype(np.float32)
    found = fitted(drawn, (4, 6))
    assert found.shape == (4, 6, 2)
    wanted = (np.arange(4) + 0.5) / 4, (np.arange(6) + 0.5) / 6
    assert np.abs(found[..., 0] - wanted[0][:, None]).max() < 0.6 / shape[0]
    assert np.abs(found[..., 1] - wanted[1][None]).max() < 0.6 / shape[1]
    if shape == (4, 6):
        assert found is drawn
