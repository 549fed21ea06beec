"""Recordings as a data set: written by hand here, by the recorder in the viewer's tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from dataset_support import HEIGHT, WIDTH, write_depth, write_rgb

from sgnet_model.data import open_frames
from sgnet_model.data.recording import read_index, recordings_in
from sgnet_model.data.recording_format import COLUMNS
from sgnet_model.types import Origin, UserError


def line(
    number: int, unit: float = 0.001, depth: bool = True, focal: float = 7.5, end: str = "dataset,"
) -> str:
    """A line of the index in the documented order."""
    stored = f"depth/{number:06d}.png" if depth else ""
    return (
        f"{number},{number / 10:.6f},{100 + number}.5,rgb/{number:06d}.png,{stored},{unit},"
        f"{WIDTH},{HEIGHT},{focal},{focal + 0.5},3.5,2.25,{end}\n"
    )


def make_recording(folder: Path, *lines: str, stored: int = 2000) -> None:
    """The index, and pictures for as many frames as it has lines."""
    for number in range(len(lines)):
        write_rgb(folder / "rgb" / f"{number:06d}.png")
        write_depth(folder / "depth" / f"{number:06d}.png", stored)
    (folder / "frames.csv").write_text(",".join(COLUMNS) + "\n" + "".join(lines))


def test_the_columns_are_those_that_are_documented() -> None:
    assert (
        *("number", "time_s", "device_s", "rgb", "depth", "depth_unit_m"),
        *("width", "height", "fx", "fy", "cx", "cy", "camera_from", "notes"),
    ) == COLUMNS


def test_camera_and_unit_are_the_recorded_ones(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0), line(1, unit=0.0001, focal=9.0), line(2, unit=0.00025))
    frames = open_frames(tmp_path)
    assert [frames.frame_name(k) for k in range(3)] == [
        "000000_0.000s",
        "000001_0.100s",
        "000002_0.200s",
    ]
    loaded = [frames.load(k) for k in range(3)]
    depths = [frame.depth_m[0, 0] for frame in loaded if frame.depth_m is not None]
    assert depths == pytest.approx([2.0, 0.2, 0.5])
    assert [frame.intrinsics.fx for frame in loaded] == [7.5, 9.0, 7.5]
    assert loaded[0].intrinsics.cy == 2.25
    assert loaded[0].intrinsics.origin is Origin.FILE
    infos = [frame.depth_info for frame in loaded if frame.depth_info]
    assert [info.unit for info in infos] == ["mm", "0.1mm", "0.25mm"]
    assert infos[0].origin is Origin.FILE
    assert frames.scene(0) == tmp_path.name


def test_what_was_guessed_or_said_stays_so(tmp_path: Path) -> None:
    said = "guess,Stand-in depth: a wall | No lens"
    make_recording(tmp_path, line(0), line(1, end=said), line(2, end=said))
    frames = open_frames(tmp_path)
    assert frames.load(1).intrinsics.origin is Origin.GUESS
    assert frames.notes == ("Stand-in depth: a wall", "No lens")
    assert read_index(tmp_path)[2].notes == frames.notes
    assert read_index(tmp_path)[0].notes == ()


def test_the_users_unit_wins(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0))
    frame = open_frames(tmp_path, unit="cm").load(0)
    assert frame.depth_m is not None
    assert frame.depth_m[0, 0] == pytest.approx(20.0)


def test_missing_counts_stay_missing(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0))
    from PIL import Image

    stored = np.full((HEIGHT, WIDTH), 10000, np.uint16)  # 10 m, not a mark for a hole
    stored[0], stored[1] = 0, 65535
    Image.fromarray(stored).save(tmp_path / "depth" / "000000.png")
    depth = open_frames(tmp_path).load(0).depth_m
    assert depth is not None
    assert (depth[:2] == 0).all()
    assert (depth[2:] == 10.0).all()


def test_frames_without_depth(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0, depth=False), line(1))
    frames = open_frames(tmp_path)
    assert frames.load(0, strict=False).depth_m is None
    with pytest.raises(UserError, match="without a depth file"):
        frames.load(0)
    assert frames.load(1).depth_m is not None


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0), line(1), line(2)[:30])
    assert len(open_frames(tmp_path)) == 2


def test_what_a_power_cut_leaves_can_be_opened(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0), line(1), line(2), "\0" * 300)  # the disk's empty blocks
    (tmp_path / "rgb" / "000002.png").write_bytes(b"")
    frames = open_frames(tmp_path)
    assert len(frames) == 3
    assert frames.load(1).depth_m is not None
    with pytest.raises(UserError, match=r"000002\.png is empty"):
        frames.load(2)


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0), "1,soon,,rgb/1.png\n", line(2))
    with pytest.raises(UserError, match=rf"Line 3 of {tmp_path.name}/frames\.csv"):
        open_frames(tmp_path)


@pytest.mark.parametrize("wrong", [{"unit": 0.0}, {"unit": float("nan")}, {"focal": -3.0}])
def test_what_cannot_be_is_named(tmp_path: Path, wrong: dict[str, float]) -> None:
    make_recording(tmp_path, line(0, **wrong))  # type: ignore[arg-type]
    with pytest.raises(UserError, match="must be positive"):
        open_frames(tmp_path)


def test_an_empty_recording_says_so(tmp_path: Path) -> None:
    make_recording(tmp_path)
    with pytest.raises(UserError, match="without a single frame"):
        open_frames(tmp_path)


def test_another_frames_csv_is_no_recording(tmp_path: Path) -> None:
    write_rgb(tmp_path / "rgb" / "1.png")
    write_depth(tmp_path / "depth" / "1.png", 2000)
    (tmp_path / "frames.csv").write_text("frame,time\n1,0.5\n")
    assert recordings_in(tmp_path) == []
    assert open_frames(tmp_path).frame_name(0) == "1"


def test_columns_may_be_missing_or_more(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0), line(1))
    index = tmp_path / "frames.csv"
    rows = [row.split(",") for row in index.read_text().splitlines()]
    index.write_text(
        "".join(",".join(["7", *row[:12]]) + "\n" for row in rows).replace("7", "x", 1)
    )
    frames = open_frames(tmp_path)
    assert frames.frame_name(1) == "000001_0.100s"
    assert frames.load(1).intrinsics.origin is Origin.FILE


def test_a_folder_of_recordings(tmp_path: Path) -> None:
    make_recording(tmp_path / "a", line(0), line(1))
    make_recording(tmp_path / "b", line(0, unit=0.0001))
    frames = open_frames(tmp_path)
    assert [frames.frame_name(k) for k in (0, 2)] == ["a/000000_0.000s", "b/000000_0.000s"]
    last = frames.load(2).depth_m
    assert last is not None
    assert last[0, 0] == pytest.approx(0.2)
    assert frames.scene(2) == "b"


def test_times_of_the_index(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0), line(1).replace("101.5", ""))
    first, second = read_index(tmp_path)
    assert (first.time_s, first.device_s) == (0.0, 100.5)
    assert (second.time_s, second.device_s) == (0.1, None)
    assert second.rgb == tmp_path / "rgb" / "000001.png"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_list_that_a_spreadsheet_wrote(tmp_path: Path, encoding: str) -> None:
    """Semicolons, decimal commas, backslashes, quotes, a byte order mark, no last line end."""
    make_recording(tmp_path, line(0), line(1, unit=0.00025))
    text = (tmp_path / "frames.csv").read_text()
    cells = [row.split(",") for row in text.splitlines()]
    for row in cells[1:]:
        row[:] = [cell.replace(".", ",") if cell[:1].isdigit() else cell for cell in row]
        row[3] = '"' + row[3].replace("/", "\\") + '"'
    touched = "\r\n".join(";".join(row) for row in cells)
    (tmp_path / "frames.csv").write_bytes(touched.encode(encoding))
    frames = open_frames(tmp_path)
    assert len(frames) == 2
    frame = frames.load(1)
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.median_m) == ("0.25mm", pytest.approx(0.5))
    assert frame.intrinsics.fx == 7.5


def test_a_recording_without_its_list(tmp_path: Path) -> None:
    make_recording(tmp_path, line(0), line(1))
    (tmp_path / "frames.csv").unlink()
    (tmp_path / "camera.json").write_text(
        json.dumps(
            {
                "width": WIDTH,
                "height": HEIGHT,
                "intrinsic_matrix": [7.5, 0, 0, 0, 7.5, 0, 3.5, 2.25, 1],
                "depth_unit_m": 0.00025,
            }
        )
    )
    frames = open_frames(tmp_path)
    assert len(frames) == 2
    assert "frames.csv is missing or damaged" in frames.notes[0]
    frame = frames.load(0)
    assert frame.depth_info is not None
    assert (frame.depth_info.median_m, frame.depth_info.origin) == (pytest.approx(0.5), Origin.FILE)
    assert frame.intrinsics.fx == 7.5


@pytest.mark.parametrize("name", ["recording_bom", "recording_semicolon", "recording_without_list"])
def test_field_recordings(shared_data: Path, name: str) -> None:
    info = open_frames(shared_data / "field" / name).load(0).depth_info
    assert info is not None
    assert (info.unit, info.origin) == ("0.25mm", Origin.FILE)
    assert info.median_m == pytest.approx(3.461, abs=0.001)
