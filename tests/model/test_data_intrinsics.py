"""Cameras: given, from files of several makes, a data set's, guessed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from dataset_support import camera_in_files

from sgnet_model.data.intrinsics import (
    choose_camera,
    guess_intrinsics,
    parse_intrinsics,
    read_intrinsics,
    resolve_intrinsics,
)
from sgnet_model.types import Intrinsics, Origin, UserError

CAMERA = (520.0, 521.0, 310.0, 250.0)
BY_ROWS = [520.0, 0, 310.0, 0, 521.0, 250.0, 0, 0, 1]
BY_COLUMNS = [520.0, 0, 0, 0, 521.0, 0, 310.0, 250.0, 1]


def numbers(camera: Intrinsics) -> tuple[float, float, float, float]:
    return camera.fx, camera.fy, camera.cx, camera.cy


@pytest.mark.parametrize(
    "content",
    [
        {"width": 640, "height": 480, "intrinsic_matrix": BY_COLUMNS},
        {"intrinsic_matrix": BY_ROWS},
        {"intrinsic": {"width": 640, "height": 480, "intrinsic_matrix": BY_COLUMNS}},
        {"K": [[520.0, 0, 310.0], [0, 521.0, 250.0], [0, 0, 1]]},
        {"fx": 520, "fy": 521, "cx": 310, "cy": 250},
        {"fx": 520, "fy": 521, "ppx": 310, "ppy": 250, "width": 640, "height": 480},
        {"intrinsic": {"fx": 520, "fy": 521, "u0": 310, "v0": 250}, "extrinsic": {"x": 1}},
    ],
)
def test_json_files(tmp_path: Path, content: object) -> None:
    path = tmp_path / "camera.json"
    path.write_text(json.dumps(content))
    camera = read_intrinsics(path, 640, 480)
    assert numbers(camera) == CAMERA
    assert camera.origin is Origin.FILE


@pytest.mark.parametrize(
    "text",
    [
        "520 0 310 0 521 250 0 0 1",
        "520.0, 0.0, 310.0\n0.0, 521.0, 250.0\n0.0, 0.0, 1.0\n",
        "5.2e2 0 310 0\n0 521 250 0\n0 0 1 0\n0 0 0 1",
    ],
)
def test_text_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "intrinsics.txt"
    path.write_text(text)
    assert numbers(read_intrinsics(path, 640, 480)) == CAMERA


def test_a_file_of_another_size_is_scaled(tmp_path: Path) -> None:
    path = tmp_path / "camera.json"
    path.write_text(
        json.dumps({"width": 640, "height": 480, "fx": 520, "fy": 520, "cx": 319.5, "cy": 239.5})
    )
    camera = read_intrinsics(path, 320, 240)
    assert numbers(camera) == (260.0, 260.0, 159.5, 119.5)
    assert (camera.width, camera.height) == (320, 240)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("camera.json", "no json"),
        ("camera.json", "[1, 2, 3]"),
        ("camera.json", '{"fx": 520}'),
        ("camera.json", '{"fx": 520, "fy": "x", "cx": 1, "cy": 1}'),
        ("camera.json", '{"fx": -520, "fy": 520, "cx": 1, "cy": 1}'),
        ("camera.json", '{"fx": NaN, "fy": 520, "cx": 1, "cy": 1}'),
        ("camera.json", '{"fx": 520, "fy": 520, "cx": 900, "cy": 1}'),
        ("intrinsics.txt", "520 310 250"),
        ("intrinsics.txt", "1 2 3 4 5 6 7 8 9"),
        ("intrinsics.txt", "\x00\x80"),
    ],
)
def test_files_that_are_no_camera(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="latin-1")
    with pytest.raises(UserError) as refusal:
        read_intrinsics(tmp_path / name, 640, 480)
    assert "\n" not in str(refusal.value)
    assert camera_in_files(tmp_path / "rgb.png", 640, 480) is None  # passed over, not fatal


def test_flags() -> None:
    camera = parse_intrinsics("520,521, 310,250", 640, 480)
    assert numbers(camera) == CAMERA
    assert camera.origin is Origin.GIVEN
    for wrong in ("520,521,310", "a,b,c,d", "520,521,310,9999"):
        with pytest.raises(UserError):
            parse_intrinsics(wrong, 640, 480)


def test_who_wins(tmp_path: Path) -> None:
    rgb = tmp_path / "nyu" / "rgb" / "1.png"
    rgb.parent.mkdir(parents=True)
    assert resolve_intrinsics(None, rgb, 640, 480).fx == 518.857901
    assert resolve_intrinsics(None, rgb, 640, 480).origin is Origin.DATASET
    beside = rgb.parent.parent / "camera_intrinsic.json"
    beside.write_text(json.dumps({"fx": 500, "fy": 500, "cx": 300, "cy": 200}))
    assert resolve_intrinsics(None, rgb, 640, 480).fx == 500
    nearer = rgb.parent / "intrinsics.txt"
    nearer.write_text("400 0 300 0 400 200 0 0 1")
    assert resolve_intrinsics(None, rgb, 640, 480).fx == 400
    assert resolve_intrinsics(str(beside), rgb, 640, 480).origin is Origin.GIVEN
    assert resolve_intrinsics("520,521,310,250", rgb, 640, 480).fx == 520
    half = resolve_intrinsics(Intrinsics(*CAMERA, 640, 480), rgb, 320, 240)
    assert (half.fx, half.width) == (260, 320)
    with pytest.raises(UserError, match="cannot be read"):
        resolve_intrinsics(tmp_path / "none.json", rgb, 640, 480)


def test_a_folder_that_may_not_be_listed_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rgb = tmp_path / "rgb" / "1.png"
    rgb.parent.mkdir()
    (rgb.parent / "intrinsics.txt").write_text("400 0 300 0 400 200 0 0 1")
    listed = os.listdir

    def refuse(folder: Path) -> list[str]:
        if folder == tmp_path:
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    assert resolve_intrinsics(None, rgb, 640, 480).fx == 400
    (rgb.parent / "intrinsics.txt").unlink()
    assert resolve_intrinsics(None, rgb, 640, 480).origin is Origin.GUESS


def test_numbers_of_a_part_without_a_size_are_believed_where_the_user_names_them(
    tmp_path: Path,
) -> None:
    """A file that merely lies there may be of any picture; one that says its size is of a part."""
    numbers_file, sized = tmp_path / "camera.txt", tmp_path / "camera.json"
    numbers_file.write_text("900 0 80 0 900 400 0 0 1")
    found = choose_camera(None, tmp_path / "a.png", (640, 480))
    assert found.camera.origin is Origin.GUESS
    assert "far from the middle" in found.notes[0]
    for given in (numbers_file, "900,900,80,400"):
        choice = choose_camera(given, tmp_path / "a.png", (640, 480))
        assert numbers(choice.camera) == (900, 900, 80, 400)
        assert "cut from a larger one" in choice.notes[0]
    numbers_file.unlink()
    told = {"fx": 900, "fy": 900, "cx": 80, "cy": 400, "width": 640, "height": 480}
    sized.write_text(json.dumps(told))
    beside = choose_camera(None, tmp_path / "a.png", (640, 480))
    assert numbers(beside.camera) == (900, 900, 80, 400)
    assert "cut from a larger one" in beside.notes[0]


def test_a_guess_says_so(tmp_path: Path) -> None:
    camera = resolve_intrinsics(None, tmp_path / "rgb.png", 1280, 960)
    assert camera.origin is Origin.GUESS
    assert numbers(camera) == (1050.0, 1050.0, 639.5, 479.5)
    assert guess_intrinsics(480, 640).fx == guess_intrinsics(640, 480).fx  # a picture turned
    assert numbers(guess_intrinsics(512, 424)) == (365.0, 365.0, 255.5, 211.5)  # Kinect 2's depth


def test_scannet_export(tmp_path: Path) -> None:
    (tmp_path / "color").mkdir()
    (tmp_path / "intrinsic").mkdir()
    (tmp_path / "intrinsic" / "intrinsic_color.txt").write_text(
        "520 0 310 0\n0 521 250 0\n0 0 1 0\n0 0 0 1\n"
    )
    camera = camera_in_files(tmp_path / "color" / "0.jpg", 640, 480)
    assert camera is not None
    assert numbers(camera) == CAMERA


def test_real_files(shared_data: Path) -> None:
    redwood = camera_in_files(shared_data / "redwood" / "color" / "00000.jpg", 640, 480)
    assert redwood is not None
    assert numbers(redwood) == (525.0, 525.0, 319.5, 239.5)
    frame = shared_data / "sunrgbd/SUNRGBD/kv1/b3dodata/img_0063"
    sun = camera_in_files(frame / "image" / "img_0063.jpg", 561, 427)
    assert sun is not None
    assert numbers(sun) == (520.532, 520.7444, 277.9258, 215.115)
