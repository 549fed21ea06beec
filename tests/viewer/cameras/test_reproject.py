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


def test_what_lies_behind_is_not_seen() -> None:
    depth = np.full((48, 64), 1.0, np.float32)
    assert not seen(depth, calibration(moved=(0, 0, -2))).any()


def test_a_lens_is_straightened_as_opencv_bends_it() -> None:
    lens = np.array([-0.2, 0.05, 0.001, 0.002, 0.0])
    rays = viewing_rays(SMALL, lens)
    bent, _ = cv2.projectPoints(
        rays.reshape(-1, 3).astype(np.float64), np.zeros(3), np.zeros(3), matrix_of(SMALL), lens
    )
    v, u = np.mgrid[:48, :64]
    assert bent.reshape(48, 64, 2) == pytest.approx(np.stack((u, v), -1), abs=0.05)


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
    assert np.argwhere(there).tolist() == [[round(v), round(u)]]


def test_another_size_is_scaled_another_shape_refused() -> None:
    assert fitted(SMALL, SMALL.scaled_to(128, 96), "colour").fx == 120
    assert fitted(None, SMALL, "depth") is SMALL
    with pytest.raises(UserError, match="64x48 but its device sends 64x36"):
        fitted(SMALL, SMALL.scaled_to(64, 36), "colour")
