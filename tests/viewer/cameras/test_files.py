"""Streams by their names, before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgnet_viewer.cameras.files import streamed


@pytest.mark.parametrize("name", ["a.mkv", "a.MP4", "a.avi"])
def test_what_no_reader_of_frames_knows(name: str) -> None:
    assert streamed([f"/data/{name}"]) == f"/data/{name}"


@pytest.mark.parametrize(
    ("name", "head"), [("a.bag", b"#ROSBAG V2.0\n"), ("a.db3", b"SQLite format 3\0")]
)
def test_a_sensors_recording_is_known_by_its_topics(name: str, head: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(head + b"/device_0/sensor_0/Depth_0/image/data")
    assert streamed([str(path)]) == str(path)
    path.write_bytes(head + b"/camera/depth/image_raw")  # a robot's: frames are read from it
    assert streamed([str(path)]) == ""
    assert streamed([str(tmp_path / f"gone-{name}")]) == ""


@pytest.mark.parametrize(
    "paths", [["a.png"], ["a.mat"], ["frames"], [], ["a.mkv", "b.mkv"], ["a.png", "depth.mkv"]]
)
def test_frames_and_what_is_neither(paths: list[str]) -> None:
    assert streamed(paths) == ""


def test_a_folder_is_looked_into(tmp_path: Path) -> None:
    folder = str(tmp_path)
    (tmp_path / "depth.mkv").touch()
    assert streamed([folder]) == ""
    (tmp_path / "rgb.mkv").touch()
    assert streamed([folder]) == folder
    (tmp_path / "odd.mkv").mkdir()
    assert streamed([str(tmp_path / "odd.mkv")]) == ""


@pytest.mark.parametrize("paths", [["x/depth.mkv", "x/color.mkv"], ["x/rgb.mkv", "x/depth.mkv"]])
def test_both_files_of_a_pair(paths: list[str]) -> None:
    assert streamed(paths) == paths[0]
    assert streamed([paths[0], f"elsewhere/{Path(paths[1]).name}"]) == ""
