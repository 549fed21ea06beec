"""What `--source` may name, and what is taken where it names nothing."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import plugins
import pytest

from sgnet_model.types import UserError
from sgnet_viewer.cameras.choose import choose_source
from sgnet_viewer.cameras.kinds import GROUP, CameraKinds
from sgnet_viewer.cameras.protocol import CameraOptions

STAND_INS = ("realsense", "webcam", "video", "replay", "virtual")


def kinds_of(*names: str) -> CameraKinds:
    return CameraKinds(EntryPoint(name, f"plugins:{name}", GROUP) for name in names)


@pytest.fixture
def kinds() -> CameraKinds:
    return kinds_of(*STAND_INS, "broken")


@pytest.mark.parametrize(
    ("text", "kind", "address"),
    [
        ("webcam", "webcam", ""),
        ("webcam:1", "webcam", "1"),
        ("webcam:rtsp://host:554/a", "webcam", "rtsp://host:554/a"),
        ("realsense:0123", "realsense", "0123"),
        ("rtsp://user:secret@host:554/a", "webcam", "rtsp://user:secret@host:554/a"),
        ("/dev/video99", "webcam", "/dev/video99"),
    ],
)
def test_a_kind_and_its_address(kinds: CameraKinds, text: str, kind: str, address: str) -> None:
    choice = choose_source(text, kinds)
    assert (choice.kind.name, choice.address, choice.note) == (kind, address, "")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.db3", "realsense"),
        ("a.BAG", "realsense"),
        ("a.mkv", "video"),
        ("a.mp4", "video"),
        ("a.avi", "video"),
        ("nyu.mat", "replay"),
    ],
)
def test_files_go_where_they_are_read(
    kinds: CameraKinds, tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / name).touch()
    choice = choose_source(str(tmp_path / name), kinds)
    assert (choice.kind.name, choice.address) == (kind, str(tmp_path / name))


def test_folders_are_replayed_unless_they_hold_a_pair_of_videos(
    kinds: CameraKinds, tmp_path: Path
) -> None:
    (tmp_path / "colour.mkv").touch()
    assert choose_source(str(tmp_path), kinds).kind.name == "replay"
    (tmp_path / "depth.mkv").touch()
    assert choose_source(str(tmp_path), kinds).kind.name == "video"


def test_a_folder_that_may_not_be_entered_is_for_the_replay_to_refuse(
    kinds: CameraKinds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: object, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    real = os.stat

    def stat(path: Any, *args: Any, **values: Any) -> Any:
        return denied(path) if tmp_path in Path(path).parents else real(path, *args, **values)

    monkeypatch.setattr(os, "stat", stat)
    assert choose_source(str(tmp_path), kinds).kind.name == "replay"
    with pytest.raises(UserError, match="neither a source nor a file"):
        choose_source(str(tmp_path / "a" / "b.mkv"), kinds)


def test_a_name_wins_over_a_folder_of_that_name(
    kinds: CameraKinds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "webcam").mkdir()
    monkeypatch.chdir(tmp_path)
    assert choose_source("webcam", kinds).kind.name == "webcam"
    assert choose_source("./webcam", kinds).kind.name == "replay"


ELSE = ["kinekt", "kinekt:1", "/no/such/file.bag", "C:\\a.bag", "~nobody-here/a.bag", 300 * "a"]


@pytest.mark.parametrize("text", ELSE)
def test_anything_else_is_refused(kinds: CameraKinds, text: str) -> None:
    with pytest.raises(UserError, match="name one of realsense, webcam"):
        choose_source(text, kinds)


def test_a_broken_plug_in_says_why(kinds: CameraKinds) -> None:
    with pytest.raises(UserError, match=r"libsensor\.so\.2"):
        choose_source("broken:1", kinds)


def test_nothing_named_takes_the_first_sensor() -> None:
    choice = choose_source("", kinds_of("realsense", "webcam", "virtual", "second", "good"))
    assert (choice.kind.name, choice.address) == ("scripted", "S1")
    assert choice.note == "Scripted camera is shown, the first one found."


def test_without_a_depth_sensor_it_is_the_virtual_camera(kinds: CameraKinds) -> None:
    choice = choose_source("", kinds)  # the webcam that is attached has no depth
    assert (choice.kind.name, choice.address) == ("virtual", "")
    assert "No depth camera is attached" in choice.note


def test_a_sensor_that_is_slow_to_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    plugins.HANGING.clear()
    kinds = kinds_of("virtual", "hanging")
    find_all = kinds.find_all
    monkeypatch.setattr(kinds, "find_all", lambda: find_all(0.05))
    choice = choose_source("", kinds)
    plugins.HANGING.set()
    assert choice.kind.name == "virtual"
    assert choice.note.startswith("No depth camera has answered yet (Hanging may)")


def test_reopening_goes_by_serial_where_there_is_one(kinds: CameraKinds) -> None:
    choice = choose_source("webcam:1", kinds)
    choice.open(CameraOptions())
    choice.reopen("S9", CameraOptions())
    choice.reopen("", CameraOptions())
    assert choice.kind.addresses == ["1", "S9", "1"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("given", [{"unit": "mm"}, {"intrinsics": "50,50,32,24"}])
def test_what_only_frames_on_disk_take_is_refused_elsewhere(given: dict[str, str]) -> None:
    with pytest.raises(UserError, match="takes neither a depth unit nor a camera"):
        choose_source("virtual").open(CameraOptions(**given))  # type: ignore[arg-type]
