"""Where the camera stood: the layouts of poses, each by its sequence's own pictures."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from dataset_support import write_depth, write_rgb
from scipy.spatial.transform import Rotation

from sgnet_model.data import open_frames
from sgnet_model.data.poses import find_pose, read_matrix, read_trajectory
from sgnet_model.types import UserError


def pose(seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_rotvec(np.random.default_rng(seed).uniform(-2, 2, 3)).as_matrix()
    matrix[:3, 3] = draw.uniform(-3, 3, 3)
    return matrix


POSES = [pose(seed) for seed in range(3)]


def rows(matrix: np.ndarray) -> str:
    return "\n".join(" ".join(f"{value:.8f}" for value in row) for row in matrix)


def line(matrix: np.ndarray, count: int = 16) -> str:
    return " ".join(f"{value:.8e}" for value in matrix.ravel()[:count])


def tum_line(time: float, matrix: np.ndarray) -> str:
    numbers = (*matrix[:3, 3], *Rotation.from_matrix(matrix[:3, :3]).as_quat())
    return f"{time:.4f} " + " ".join(f"{value:.7f}" for value in numbers)


def sequence(
    root: Path, names: tuple[str, ...], folders: tuple[str, str] = ("rgb", "depth")
) -> None:
    for name in names:
        write_rgb(root / folders[0] / f"{name}.png")
        write_depth(root / folders[1] / f"{name}.png", 1500)


def check(root: Path) -> None:
    """Every frame of the opened set has its own pose."""
    frames = open_frames(root)
    assert len(frames) == 3
    for index, expected in enumerate(POSES):
        found = frames.load(index).pose
        assert found is not None
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_tum_by_time(tmp_path: Path) -> None:
    times = (1305031790.645155, 1305031790.713097, 1305031790.781258)
    sequence(tmp_path, tuple(f"{time:.6f}" for time in times))
    lines = ["# ground truth trajectory", "# timestamp tx ty tz qx qy qz qw"]
    for time, matrix in zip(times, POSES, strict=True):
        lines += [tum_line(time - 0.03, np.eye(4)), tum_line(time + 0.004, matrix)]
    (tmp_path / "groundtruth.txt").write_text("\n".join(lines))
    check(tmp_path)
    write_rgb(tmp_path / "rgb" / "1305031799.000000.png")  # nothing was measured then
    assert find_pose(tmp_path / "rgb" / "1305031799.000000.png") is None


def test_scannet_by_name_and_a_lost_camera_has_none(tmp_path: Path) -> None:
    sequence(tmp_path, ("0", "1", "10"), ("color", "depth"))
    (tmp_path / "pose").mkdir()
    for name, matrix in zip(("0", "1", "10"), POSES, strict=True):
        (tmp_path / "pose" / f"{name}.txt").write_text(rows(matrix))
    check(tmp_path)
    lost = tmp_path / "pose" / "1.txt"
    lost.write_text("\n".join(["-inf -inf -inf -inf"] * 4))
    assert read_matrix(lost) is None
    assert open_frames(tmp_path).load(1).pose is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trajectory.log", "\n".join(f"{i} {i} {i + 1}\n{rows(p)}" for i, p in enumerate(POSES))),
        ("traj.txt", "\n".join(line(matrix) for matrix in POSES)),
        ("poses.txt", "\n".join(line(matrix, 12) for matrix in POSES)),
        ("traj.log", "\n".join(rows(matrix) for matrix in POSES)),
    ],
)
def test_by_the_order_of_the_pictures(tmp_path: Path, name: str, content: str) -> None:
    sequence(tmp_path, ("00008", "00009", "00010"), ("color", "depth"))
    (tmp_path / name).write_text(content)
    check(tmp_path)


@pytest.mark.parametrize("more", [0, 5])
def test_depth_and_labels_in_the_folder_take_no_pose(tmp_path: Path, more: int) -> None:
    """Replica's results: "depth0" comes before "frame0"."""
    poses = [*POSES, *(pose(seed) for seed in range(3, 3 + more))]
    for index in range(3):
        for kind in ("depth", "frame", "semantic"):
            write_rgb(tmp_path / "results" / f"{kind}{index:06}.png")
    (tmp_path / "traj.txt").write_text("\n".join(line(matrix) for matrix in poses))
    for index, expected in enumerate(POSES):
        found = find_pose(tmp_path / "results" / f"frame{index:06}.png")
        assert found is not None
        np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (("00000", "00010", "00020"), (0, 10, 20)),
        (("scene7_9", "scene7_29"), (9, 29)),
        (("00029", "00030"), (28, 29)),  # of 1 to 30
        (("00031",), (None,)),
        (("1-4", "2-8"), (None, None)),  # two numbers: none is known to be the place
        (("a", "b"), (None, None)),
    ],
)
def test_where_pictures_were_left_out_their_numbers_are_the_places(
    tmp_path: Path, names: tuple[str, ...], places: tuple[int | None, ...]
) -> None:
    poses = [pose(seed) for seed in range(30)]
    for name in names:
        write_rgb(tmp_path / "color" / f"{name}.jpg")
    (tmp_path / "traj.txt").write_text("\n".join(line(matrix) for matrix in poses))
    for name, place in zip(names, places, strict=True):
        found = find_pose(tmp_path / "color" / f"{name}.jpg")
        if place is None:
            assert found is None
        else:
            assert found is not None
            np.testing.assert_allclose(found, poses[place], atol=1e-5)


@pytest.mark.parametrize("spreadsheet", [False, True])
def test_a_recording_by_its_own_clock(tmp_path: Path, spreadsheet: bool) -> None:
    """Also where a spreadsheet wrote its list anew, with semicolons and decimal commas."""
    sequence(tmp_path, ("000000", "000001", "000002"))
    columns = "number,time_s,device_s,rgb,depth,depth_unit_m,width,height,fx,fy,cx,cy"
    lines = [columns] + [
        f"{i},{i / 10},,rgb/{i:06}.png,depth/{i:06}.png,0.001,64,48,60,60,31.5,23.5"
        for i in range(3)
    ]
    text = "\n".join(lines) + "\n"
    if spreadsheet:
        text = re.sub(r"(?<=\d)\.(?=\d)", ",", text.replace(",", ";"))
    (tmp_path / "frames.csv").write_text(text)
    poses = "\n".join(tum_line(i / 10, matrix) for i, matrix in enumerate(POSES))
    (tmp_path / "trajectory.txt").write_text(poses)
    check(tmp_path)


def test_without_poses_and_with_a_file_that_is_none(tmp_path: Path) -> None:
    sequence(tmp_path, ("a", "b", "c"))
    assert open_frames(tmp_path).load(0).pose is None
    (tmp_path / "groundtruth.txt").write_text("these are no poses\n")
    frame = open_frames(tmp_path).load(0)
    assert frame.pose is None
    assert any("groundtruth.txt is no trajectory" in note for note in frame.notes)


@pytest.mark.parametrize("content", ["", "1 2 3 4 5", "0 0 1\n1 0 0 nonsense\n" + "0 0 0 0\n" * 3])
def test_what_is_no_trajectory_is_said(tmp_path: Path, content: str) -> None:
    file = tmp_path / "trajectory.log"
    file.write_text(content)
    with pytest.raises(UserError, match="trajectory"):
        read_trajectory(file)


def test_what_is_no_rigid_motion_is_no_pose(tmp_path: Path) -> None:
    file = tmp_path / "pose.txt"
    for matrix in (2 * np.eye(4), np.diag([1, 1, -1, 1]), np.full((4, 4), np.nan)):
        file.write_text(rows(matrix))
        assert read_matrix(file) is None
    file.write_text("1 0 0")
    with pytest.raises(UserError, match="3 numbers"):
        read_matrix(file)
