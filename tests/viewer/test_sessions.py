"""Saved sessions: the file, what is missing, damage; and what a crash leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from session_support import FakeFrames, FakeView, HeldRunner, make_frame, make_result

from sgnet_model.edits import parse_edits
from sgnet_model.types import UserError
from sgnet_viewer.contract.cloud import CloudCamera
from sgnet_viewer.contract.window import DockState
from sgnet_viewer.controllers.saved_sessions import OFFER, SavedSessionController
from sgnet_viewer.controllers.session import SessionController
from sgnet_viewer.sessions.recovery import Recovery
from sgnet_viewer.sessions.session_file import SavedSession, is_session, read_session, write_session
from sgnet_viewer.state.asking import ExplainOptions
from sgnet_viewer.state.brush import Brush
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.comparing import Comparing, Layout
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.frame_edits import FrameEdits
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probe_points import ProbePoint, ProbePoints
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings
from sgnet_viewer.workers.session_files import checked

CAMERA = CloudCamera((0.1, 0.2, 2.0), 3.0, 0.4, -0.2, (0.0, 0.8, 0.6))
DOCKS = (DockState("Classes", "right", True, False, 300, 200),)


def saved(folder: Path) -> SavedSession:
    value = DocumentValue(
        target=Target((str(folder / "set"),)),
        index=1,
        network=NetworkChoice(device="cpu"),
        probes=ProbePoints((ProbePoint(1, 3, 4),), 1),
        view=ViewSettings(mode=PictureMode.DEPTH),
        tool="measure",
        measured=((1, 2), (5, 6)),
        asking=ExplainOptions("chair", f"measured:{folder / 'still'}"),
    )
    return SavedSession(value, "b", None, CAMERA, DOCKS)


def test_a_session_comes_back_from_its_file_also_from_another_folder(tmp_path: Path) -> None:
    session = saved(tmp_path)
    write_session(tmp_path / "a.sgnet.json", session)
    assert read_session(tmp_path / "a.sgnet.json") == session
    moved = tmp_path / "moved"
    moved.mkdir()
    (moved / "a.sgnet.json").write_bytes((tmp_path / "a.sgnet.json").read_bytes())
    value = read_session(moved / "a.sgnet.json").value
    assert value.target.paths == (str(moved / "set"),)
    assert value.asking.noise == f"measured:{moved / 'still'}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no session"),
        ("[]", "no session"),
        ('{"format": "other"}', "no session"),
        ('{"format": "sgnet-viewer session", "version": 2}', "version 2"),
        ("[" * 100_000, "no session"),
        ("\x00\xff", "no session"),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.sgnet.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(UserError, match=words):
        read_session(path)


@pytest.mark.parametrize(
    ("key", "damage"),
    [
        ("cloud_camera", {"target": [1, 2], "distance": 1, "yaw": 0, "pitch": 0}),
        ("cloud_camera", {"target": [1, 2, 3], "distance": 1e9, "yaw": 0, "pitch": 0}),
        ("docks", "left"),
        ("docks", [{"name": "Classes", "area": "middle"}]),
        ("docks", [{}] * 1000),
    ],
)
def test_a_part_that_cannot_be_read_is_named(tmp_path: Path, key: str, damage: object) -> None:
    path = tmp_path / "a.sgnet.json"
    write_session(path, saved(tmp_path))
    data = json.loads(path.read_text()) | {key: damage}
    path.write_text(json.dumps(data))
    found = read_session(path)
    assert [key in remark for remark in found.remarks] == [True]
    assert found.value == saved(tmp_path).value


def test_a_checkpoint_that_is_gone_or_changed_is_said(tmp_path: Path) -> None:
    session = saved(tmp_path)
    network = replace(session.value.network, checkpoint=tmp_path / "gone.safetensors")
    found = checked(replace(session, value=replace(session.value, network=network)))
    assert "gone.safetensors is not there" in found.remarks[0]
    assert found.value.network.checkpoint is None
    assert "is not the file" in checked(replace(session, checkpoint_sha256="0" * 64)).remarks[0]


def test_session_files_are_known_by_name() -> None:
    assert is_session("/a/room.SGNET.json")
    assert not is_session("/a/camera.json")


class Bench:
    """The controllers of frames and of sessions; `opened`: what was asked to be opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, keeps: bool = True) -> None:
        self.window = FakeView(parts=True)
        window: Any = self.window
        window.cloud.camera_pose = lambda: CAMERA
        window.docks = lambda: DOCKS
        window.confirm = lambda _: self.confirmed
        self.confirmed = True
        self.session, self.notices = Session(), Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.set = FakeFrames(make_frame("a"), make_frame("b"))
        self.opened: list[Target] = []
        monkeypatch.setattr("sgnet_viewer.workers.frames.open_target", self.open_target)
        self.reader, self.runner = HeldRunner(), HeldRunner()
        self.frames = SessionController(
            window, self.session, FrameRows(), self.notices, self.reader
        )
        self.recovery = Recovery(folder / "recovery" if keeps else None)
        self.controller = SavedSessionController(
            window, self.session, self.frames, self.notices, self.runner, self.recovery
        )

    def open_target(self, target: Target, _: object) -> tuple[FakeFrames, int]:
        self.opened.append(target)
        if "gone" in target.paths[0]:
            raise UserError("There is no gone.")
        return self.set, 0

    def settle(self) -> None:
        while self.runner.waiting or self.reader.waiting:
            for runner in (self.runner, self.reader):
                if runner.waiting:
                    runner.let_go()

    def show(self) -> None:
        self.frames.open(Target(("/set",)))
        self.settle()
        self.session.set_result(make_result(self.session.frame))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bench:
    return Bench(monkeypatch, tmp_path)


def test_a_saved_session_is_dropped_and_everything_is_as_it_was(
    bench: Bench, tmp_path: Path
) -> None:
    bench.show()
    bench.frames.show(1)
    bench.settle()
    value = saved(tmp_path).value
    edits = FrameEdits().replaced(1, parse_edits(["hole box=3,4,5,6"]))
    bench.session.document.amend(
        probes=value.probes,
        view=value.view,
        measured=((1, 2), (120, 90)),
        tool="measure",
        explain="reads",
        asking=ExplainOptions("chair", "0.02"),
        edits=edits,
        comparing=Comparing(NetworkChoice(device="cpu"), layout=Layout.SIDE),
        brush=Brush("constant", 9.0, 0.5, 1.5),
    )
    before = bench.session.document.value
    bench.window.answers["ask_save"] = str(tmp_path / "room")
    bench.controller.save()
    bench.settle()
    path = tmp_path / "room.sgnet.json"
    assert bench.reports[-1].text == f"Saved {path}"
    assert json.loads(path.read_text())["checkpoint_sha256"]
    bench.frames.open(Target(("/other",)))
    bench.settle()
    first = DocumentValue()
    parts = ("probes", "view", "tool", "measured", "explain", "asking", "edits", "comparing")
    bench.session.document.amend(
        brush=first.brush, **{part: getattr(first, part) for part in parts}
    )
    bench.frames.drop([str(path)])
    bench.settle()
    assert bench.session.document.value == replace(before, target=Target((str(Path("/set")),)))
    assert bench.session.frame is bench.set.frames[1]
    assert bench.window.cloud.shown["set_camera_pose"] == (CAMERA,)
    assert bench.window.shown["set_docks"] == (DOCKS,)
    assert bench.session.document.undo_title == ""


def test_a_file_is_not_replaced_unasked(bench: Bench, tmp_path: Path) -> None:
    bench.show()
    path = tmp_path / "room.sgnet.json"
    path.write_text("precious")
    bench.window.answers["ask_save"] = str(tmp_path / "room")  # Qt asked of no such file
    bench.confirmed = False
    bench.controller.save()
    bench.settle()
    assert path.read_text() == "precious"


def test_where_the_frame_moved_its_name_counts(bench: Bench, tmp_path: Path) -> None:
    session = saved(tmp_path)
    write_session(tmp_path / "a.sgnet.json", replace(session, frame="a"))
    bench.controller.open(tmp_path / "a.sgnet.json")
    bench.settle()
    assert bench.session.frame is bench.set.frames[0]
    write_session(tmp_path / "a.sgnet.json", replace(session, frame="c"))
    bench.controller.open(tmp_path / "a.sgnet.json")
    bench.settle()
    assert bench.reports[-1].text == "The session's frame c is not there any more."
    assert bench.session.document.value.probes == session.value.probes


def test_a_set_that_is_gone_leaves_what_is_shown(bench: Bench, tmp_path: Path) -> None:
    bench.show()
    session = saved(tmp_path)
    gone = replace(session.value, target=Target((str(tmp_path / "gone"),)))
    write_session(tmp_path / "a.sgnet.json", replace(session, value=gone))
    bench.controller.open(tmp_path / "a.sgnet.json")
    bench.settle()
    assert bench.reports[-1].text == "There is no gone."
    frame = bench.session.frame
    bench.frames.show(1)  # the session is not put upon the next frame
    bench.settle()
    assert bench.session.document.value.probes == ProbePoints()
    assert bench.session.frame is not frame


@pytest.mark.parametrize("overtaken", ["Esc", "another set"])
def test_a_session_that_is_given_up_is_put_upon_no_other_frame(
    bench: Bench, tmp_path: Path, overtaken: str
) -> None:
    bench.show()
    write_session(tmp_path / "a.sgnet.json", saved(tmp_path))
    bench.controller.open(tmp_path / "a.sgnet.json")
    bench.runner.let_go()  # the file is read, its frame is being opened
    bench.reader.waiting.clear()  # a worker does the newest alone
    if overtaken == "Esc":
        bench.frames.cancel()
        bench.frames.show(1)
    else:
        bench.frames.open(Target(("/other",)))
    bench.settle()
    assert bench.session.document.value.probes == ProbePoints()
    assert bench.session.document.value.tool == "probe"


def test_a_stream_is_kept_in_no_session(bench: Bench) -> None:
    bench.session.begin_stream()
    bench.session.stream(make_frame("live"), None)
    bench.session.end_stream()  # frozen, or at its end
    bench.controller.save()
    assert "a stream has none: record it" in bench.reports[-1].text
    assert "ask_save" not in bench.window.shown
    bench.controller.tick()
    assert bench.runner.waiting == []


def test_a_probe_beyond_the_picture_is_left_out(bench: Bench, tmp_path: Path) -> None:
    session = saved(tmp_path)
    far = replace(session.value, probes=ProbePoints((ProbePoint(1, 9999, 4),), 1))
    write_session(tmp_path / "a.sgnet.json", replace(session, value=far))
    bench.controller.open(tmp_path / "a.sgnet.json")
    bench.settle()
    assert bench.session.document.value.probes == ProbePoints()


# --- after a crash


def left_behind(folder: Path, session: SavedSession) -> Path:
    """As a process that is gone left it."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    path = folder / "recovery" / f"{gone.pid}.sgnet.json"
    path.parent.mkdir(exist_ok=True)
    write_session(path, session)
    return path


def test_the_state_is_kept_while_it_changes_and_goes_with_the_window(
    bench: Bench, tmp_path: Path
) -> None:
    bench.controller.tick()  # nothing is open yet
    bench.show()
    bench.controller.tick()
    bench.controller.tick()
    assert len(bench.runner.waiting) == 1
    bench.settle()
    own = tmp_path / "recovery" / f"{os.getpid()}.sgnet.json"
    assert read_session(own).value == bench.session.document.value
    assert bench.recovery.left_behind() is None  # its process still runs
    bench.controller.close()
    assert not own.exists()


def test_what_a_crash_left_is_offered_and_restored_once(bench: Bench, tmp_path: Path) -> None:
    path = left_behind(tmp_path, saved(tmp_path))
    bench.controller.offer_restoring()
    assert (bench.reports[-1].text, bench.reports[-1].action) == (OFFER, "Restore")
    bench.controller.restore()
    bench.settle()
    assert bench.session.document.value.measured == ((1, 2), (5, 6))
    assert not path.exists()
    bench.controller.restore()
    assert not bench.runner.waiting


def test_the_newest_of_several_is_offered_and_the_others_go(bench: Bench, tmp_path: Path) -> None:
    old, new = (left_behind(tmp_path, saved(tmp_path)) for _ in range(2))
    os.utime(old, (1, 1))
    assert bench.recovery.left_behind() == new
    assert not old.exists()


def test_a_damaged_one_is_a_sentence_and_goes(bench: Bench, tmp_path: Path) -> None:
    path = left_behind(tmp_path, saved(tmp_path))
    path.write_text("{")
    bench.controller.offer_restoring()
    bench.controller.restore()
    bench.settle()
    assert "no session" in bench.reports[-1].text
    assert not path.exists()


def test_nothing_is_kept_where_nothing_is_to_be_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench = Bench(monkeypatch, tmp_path, keeps=False)
    bench.show()
    bench.controller.tick()
    bench.controller.offer_restoring()
    bench.controller.close()
    assert not (tmp_path / "recovery").exists()
    assert bench.reports == []


def test_a_folder_that_cannot_be_written_to_keeps_nothing_and_says_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    recovery = Recovery(tmp_path / "file" / "recovery")
    recovery.save(saved(tmp_path))
    assert recovery.left_behind() is None
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
