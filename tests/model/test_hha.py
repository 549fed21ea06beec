"""HHA of planes worked by hand, and against the reference picture of a real frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sgnet_model.config import VARIANTS
from sgnet_model.data import load_pair
from sgnet_model.data.images import read_rgb
from sgnet_model.hha import gravity, hha, normals
from sgnet_model.preprocess import spatial_tensor
from sgnet_model.types import Intrinsics

CAMERA = Intrinsics(360, 360, 239.5, 179.5, 480, 360)
WALL, FLOOR, CEILING = (180, 240), (353, 240), (6, 240)  # pixels of a level camera
FLOOR_Y, WALL_Z, CEILING_Y = 1.4, 3.0, -1.1


def room(tilt_deg: float = 0.0) -> np.ndarray:
    """(360, 480) metres: floor, back wall, ceiling, seen by a camera tilted downwards."""
    u, v = np.meshgrid(np.arange(480), np.arange(360))
    rays = np.stack(
        ((u - CAMERA.cx) / CAMERA.fx, (v - CAMERA.cy) / CAMERA.fy, np.ones(u.shape)), -1
    )
    tilt = np.radians(tilt_deg)
    down = np.array([0, np.cos(tilt), np.sin(tilt)])
    ahead = np.array([0, -np.sin(tilt), np.cos(tilt)])
    hits = [FLOOR_Y / (rays @ down), CEILING_Y / (rays @ down), WALL_Z / (rays @ ahead)]
    return np.min([np.where(hit > 0, hit, np.inf) for hit in hits], 0).astype(np.float32)


def test_floor_wall_and_ceiling_by_hand() -> None:
    depth = room()
    picture = hha(depth, CAMERA)
    assert (picture.shape, picture.dtype) == ((360, 480, 3), np.uint8)
    floor, wall, ceiling = picture[FLOOR], picture[WALL], picture[CEILING]
    assert wall.tolist() == [103, 140, 128]  # 310 / 3; 1.4 m over the floor
    assert floor.tolist() == [round(310 / (FLOOR_Y * 360 / 173.5)), 0, 38]
    assert ceiling.tolist() == [round(310 / (CEILING_Y * 360 / -173.5)), 250, 218]
    assert hha(np.full((360, 480), 0.5, np.float32), CAMERA)[..., 0].max() == 255  # nearer than 1 m


def test_without_a_floor_the_camera_is_at_eye_level() -> None:
    """A wall at 1 m ends 0.5 m below the axis: 1.3 m are taken, and furniture is no floor."""
    height = hha(np.full((360, 480), 1, np.float32), CAMERA)[..., 1]
    assert height[[0, 180, 359], 240].tolist() == [180, 130, 80]


@pytest.mark.parametrize("tilt", [-20, 10, 30])
def test_gravity_of_a_tilted_camera(tilt: float) -> None:
    depth = room(tilt)
    down = gravity(normals(depth, CAMERA, 3).reshape(-1, 3))
    expected = [0, np.cos(np.radians(tilt)), np.sin(np.radians(tilt))]
    assert np.degrees(np.arccos(down @ expected)) < 0.2
    angles = hha(depth, CAMERA)[..., 2].astype(int)
    known = np.abs(angles[..., None] - [38, 128, 218]).min(-1) <= 1
    assert known.mean() > 0.95  # floor, walls and ceiling; the rest are the edges between them


def test_normals_of_a_plane_point_away_from_the_camera() -> None:
    found = normals(room(), CAMERA, 3)
    np.testing.assert_allclose(found[WALL], [0, 0, 1], atol=1e-5)
    np.testing.assert_allclose(found[FLOOR], [0, 1, 0], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found, axis=2), 1)


def test_missing_depth_is_black_and_never_warns() -> None:
    depth = room()
    depth[80:200, 120:320] = 0
    picture = hha(depth, CAMERA)
    assert (picture[80:200, 120:320] == 0).all()
    assert picture[180, 400, 2] == 128
    assert (hha(np.zeros((360, 480), np.float32), CAMERA) == 0).all()
    alone = np.zeros((360, 480), np.float32)
    alone[40, 40] = 2  # one point: no plane, no gravity but the camera's
    assert hha(alone, CAMERA)[40, 40].tolist()[0] == 155


def test_what_the_network_is_fed() -> None:
    config = replace(VARIANTS["sgnet-r50"], spatial="hha")
    depth = room()
    depth[:5] = 0
    tensor = spatial_tensor(depth, CAMERA, (360, 480), config)
    assert tensor is not None
    assert tensor.shape == (1, 3, 360, 480)
    assert tensor[0, :, *WALL].tolist() == [103 - 128, 140 - 128, 0]
    assert tensor[0, 0, 0, 240] == tensor[0, 0, 5, 240]  # a hole takes the nearest depth


def test_agreement_with_the_reference_picture(shared_data: Path) -> None:
    folder = shared_data / "nyuv2" / "0001"
    frame = load_pair(folder / "rgb.png", folder / "depth_mm.png")
    assert frame.depth_m is not None
    assert frame.intrinsics.fx == pytest.approx(518.857901)
    expected = read_rgb(folder / "hha_matlab.png")[0].astype(int)
    apart = np.abs(hha(frame.depth_m, frame.intrinsics).astype(int) - expected)  # (H, W, 3)
    within_1 = (apart <= 1).mean((0, 1))
    assert (apart.mean((0, 1)) < [0.05, 0.1, 0.3]).all()
    assert (within_1 > [0.9999, 0.9999, 0.998]).all()
