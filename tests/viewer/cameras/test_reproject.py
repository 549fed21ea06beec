"""Depth of one camera in the pixels of another: hand-worked shifts, an independent slow version."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sgnet_model.types import Intrinsics, UserError
from sgnet_viewer.cameras.rig.calibration import Calibration, Side
from sgnet_viewer.cameras.rig.reproject import Reprojector, fitted, matrix_of, viewing_rays

NONE = np.zeros(0)
SMALL = Intrinsics(60, 60, 31.5, 23.5, 64, 48)


def calibration(
    rotation: np.ndarray | None = None, moved: tuple[float, float, float] = (0, 0, 0)
) -> Calibration:
    turned = np.eye(3) if rotation is None else rotation
    return Calibration(
        Side("webcam:0", SMALL, NONE), Side("realsense", None, NONE), turned, np.array(moved)
    )


def seen(depth: np.ndarray, which: Calibration, colour: Intrinsics = SMALL) -> np.ndarray:
    camera = Intrinsics(60, 60, 31.5, 23.5, depth.shape[1], depth.shape[0])
    return Reprojector(which, camera, colour).seen_from_colour(depth)


def test_the_same_camera_sees_the_same() -> None:
    depth = np.random.default_rng(0).uniform(0.5, 4, (48, 64)).astype(np.float32)
    depth[10:20, 5:9] = 0
    assert seen(depth, calibration()) == pytest.approx(depth)


def test_a_camera_beside_sees_a_plane_shifted_by_its_disparity() -> None:
    depth = np.full((48, 64), 2.0, np.float32)
    there = seen(depth, calibration(moved=(-0.2, 0, 0)))  # 60 * 0.2 / 2 = 6 pixels to the left
    assert (there[:, :58] == 2).all()
    assert (there[:, 58:] == 0).all()


def test_the_nearest_surface_wins() -> None:
    depth = np.full((48, 64), 3.0, np.float32)
    depth[:, 40:50] = 1.0
    there = seen(depth, calibration(moved=(-0.1, 0, 0)))  # 6 pixels for the near, 2 for the far
    assert (there[:, 34:44] == 1).all()
    assert (there[:, :34] == 3).all()
    assert (there[:, 44:48] == 0).all()  # behind the near one, seen by nobody
    there = seen(depth, calibration(moved=(0.1, 0, 0)))  # now the far ones are looked at last
    assert (there[:, 46:56] == 1).all()
    assert (there[:, 56:] == 3).all()


def test_a_turned_and_moved_camera_agrees_with_opencv() -> None:
    generator = np.random.default_rng(1)
    depth = np.zeros((48, 64), np.float32)
    rows, columns = generator.permutation(48)[:12], generator.permutation(64)[:12]
    depth[rows, columns] = generator.uniform(1, 3, 12)
    rotation, _ = cv2.Rodrigues(np.array([0.05, -0.1, 0.02]))
    moved = (0.03, -0.02, 0.05)
    points = (
        np.stack(((columns - 31.5) / 60, (rows - 23.5) / 60, np.ones(12)), -1)
        * depth[rows, columns][:, None]
    )
    pixels, _ = cv2.projectPoints(points, rotation, np.array(moved), matrix_of(SMALL), None)
    z = points @ rotation[2] + moved[2]
    expected = np.zeros_like(depth)
    for (u, v), metres in zip(np.rint(pixels[:, 0]).astype(int), z, strict=True):
        if 0 <= u < 64 and 0 <= v < 48:
            expected[v, u] = metres
    assert np.count_nonzero(expected) > 8
    assert seen(depth, calibration(rotation, moved)) == pytest.approx(expected, abs=1e-5)


def test_coarse_depth_fills_a_finer_picture() -> None:
    depth = np.full((24, 32), 2.0, np.float32)
    camera, fine = Intrinsics(30, 30, 15.5, 11.5, 32, 24), SMALL.scaled_to(160, 120)
    there = Reprojector(calibration(), camera, fine).seen_from_colour(depth)
    assert there.shape == (120, 160)
    assert (there == 2).all()


WALL_M, BOX_M = 3.0, 1.0
BOX_HALF_M = 0.35


def seen_by_rays(
    camera: Intrinsics, rotation: np.ndarray, moved: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(H, W) metres of a wall with a square before it, and where that square is; ray by ray.

    The scene stands in the frame of the depth device; a point p of it lies at rotation p + moved.
    """
    v, u = np.mgrid[: camera.height, : camera.width]
    rays = np.stack(((u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy, np.ones_like(u)), -1)
    there, eye = rays @ rotation, -rotation.T @ moved
    on_wall, on_box = ((z - eye[2]) / there[..., 2] for z in (WALL_M, BOX_M))
    x, y = (eye[axis] + there[..., axis] * on_box for axis in (0, 1))
    is_box = (np.abs(x) < BOX_HALF_M) & (np.abs(y) < BOX_HALF_M)
    return np.where(is_box, on_box, on_wall), is_box


@pytest.mark.parametrize(
    ("turned", "moved", "times"),
    [
        ((0, 0, 0), (-0.1, 0, 0), 1),
        ((0, 0, 0), (0, 0, -0.3), 1),  # closer to it: what was a pixel is larger there
        ((0, 0, 0.2), (-0.05, 0, 0), 1),  # askew: a pixel is longest across its corners
        ((0, 0, np.pi / 4), (-0.05, 0, 0), 1),
        ((0, 0.35, 0), (-0.1, 0, 0), 1),
        ((0, 0, 0), (-0.05, 0, 0), 12),  # of a far finer picture
    ],
)
def test_no_wall_shows_through_what_stands_before_it(
    turned: tuple[float, ...], moved: tuple[float, ...], times: int
) -> None:
    """DueFrame against the scene itself, seen by each of the two."""
    rotation, offset = cv2.Rodrigues(np.array(turned, float))[0], np.array(moved, float)
    colour = SMALL.scaled_to(64 * times, 48 * times)
    depth, _ = seen_by_rays(SMALL, np.eye(3), np.zeros(3))
    truth, is_box = seen_by_rays(colour, rotation, offset)
    which = Calibration(
        Side("webcam:0", colour, NONE), Side("realsense", None, NONE), rotation, offset
    )
    there = Reprojector(which, SMALL, colour).seen_from_colour(depth.astype(np.float32))
    inner = cv2.erode(is_box.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=times) > 0
    assert inner.any()
    assert there[inner] == pytest.approx(truth[inner], abs=0.02)


def test_what_lies_behind_is_not_seen() -> None:
    depth = np.full((48, 64), 1.0, np.float32)
    assert not seen(depth, calibration(moved=(0, 0, -2))).any()


@pytest.mark.parametrize(
    ("camera", "lens"),
    [
        (SMALL, [-0.2, 0.05, 0.001, 0.002, 0.0]),
        (Intrinsics(42, 42, 31.5, 23.5, 64, 48), [-0.35, 0.14, 0, 0, -0.025]),  # a wide webcam's
        (  # as of a depth sensor of 120 degrees
            Intrinsics(31.5, 31.5, 32, 32, 64, 64),
            [6.22, 3.72, 0.0, 0.0, 0.186, 6.55, 5.62, 0.988],
        ),
    ],
)
def test_a_lens_is_straightened_as_opencv_bends_it(camera: Intrinsics, lens: list[float]) -> None:
    rays = viewing_rays(camera, np.array(lens))
    bent, _ = cv2.projectPoints(
        rays.reshape(-1, 3).astype(np.float64),
        np.zeros(3),
        np.zeros(3),
        matrix_of(camera),
        np.array(lens),
    )
    v, u = np.mgrid[: camera.height, : camera.width]
    expected = np.stack((u, v), -1)
    assert bent.reshape(expected.shape) == pytest.approx(expected, abs=1e-3)


def test_what_no_ray_reaches_counts_as_missing() -> None:
    """A polynomial that folds: no ray comes out as far from the centre as the corners are."""
    lens = np.array([-0.9, 0.0, 0.0, 0.0])
    told = Side("realsense", SMALL, lens)
    bent = Calibration(Side("webcam:0", SMALL, NONE), told, np.eye(3), np.array([0, 0, 0.5]))
    rays = viewing_rays(SMALL, lens)
    assert np.isnan(rays[0, 0]).all()
    assert np.isfinite(rays[24, 32]).all()
    depth = np.zeros((48, 64), np.float32)
    depth[0, 0] = 2.0
    assert not Reprojector(bent, SMALL, SMALL).seen_from_colour(depth).any()


def test_the_depth_devices_lens_is_straightened_too() -> None:
    lens = np.array([-0.3, 0.1, 0.0, 0.0, 0.0])
    told = Side("realsense", SMALL, lens)
    bent = Calibration(Side("webcam:0", SMALL, NONE), told, np.eye(3), np.zeros(3))
    depth = np.zeros((48, 64), np.float32)
    depth[4, 6] = 2.0
    pixel = np.array([[[6.0, 4.0]]])
    u, v = cv2.undistortPoints(pixel, matrix_of(SMALL), lens, P=matrix_of(SMALL))[0, 0]
    assert round(v) != 4  # far enough from the centre to be moved
    there = Reprojector(bent, SMALL, SMALL).seen_from_colour(depth)
    assert [round(v), round(u)] in np.argwhere(there).tolist()
    assert np.count_nonzero(there) <= 2  # at the edge a pixel of such a lens sees more


def test_what_the_device_tells_matters_only_where_no_camera_is_calibrated() -> None:
    """An iPhone's changes with its focus: nothing is computed anew where it is not used."""
    focused = Intrinsics(61, 61, 31.5, 23.5, 64, 48)
    own = Calibration(Side("webcam:0", SMALL, NONE), Side("x", SMALL, NONE), np.eye(3), np.zeros(3))
    assert Reprojector(own, focused, SMALL).is_for(SMALL)
    assert not Reprojector(own, SMALL, SMALL).is_for(SMALL.scaled_to(128, 96))
    assert not Reprojector(calibration(), focused, SMALL).is_for(SMALL)
    assert Reprojector(calibration(), focused, SMALL).is_for(focused)


def test_another_size_is_scaled_another_shape_refused() -> None:
    assert fitted(SMALL, SMALL.scaled_to(128, 96), "colour").fx == 120
    assert fitted(None, SMALL, "depth") is SMALL
    with pytest.raises(UserError, match="64x48 but its device sends 64x36"):
        fitted(SMALL, SMALL.scaled_to(64, 36), "colour")
