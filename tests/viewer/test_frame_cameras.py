"""A camera given to one frame, or to all of a set, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from session_support import FakeFrames, FakeView, HeldRunner, make_frame, make_screen

from sgnet_model.types import Origin, UserError
from sgnet_viewer.controllers.session import SessionController
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.frames import open_and_load
from sgnet_viewer.workers.own_cameras import with_camera

OWN, OTHERS = "90,91,60,50", "100,100,63.5,47.5"


class Bench:
    """A set of two frames, opened; `targets`: as what it was read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window = FakeView(parts=True)
        window: Any = self.window
        self.session, self.notices, self.reader = Session(), Notices(), HeldRunner()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.frames = FakeFrames(make_frame("a"), make_frame("b"))
        self.targets: list[Target] = []
        monkeypatch.setattr("sgnet_viewer.workers.frames.open_target", self._open)
        self.screen = make_screen(window, self.session)
        self.controller = SessionController(
            window, self.session, FrameRows(), self.notices, self.reader
        )
        self.controller.open(Target(("set",)))
        self.settle()

    def _open(self, target: Target, _: object) -> tuple[FakeFrames, int]:
        self.targets.append(target)
        return self.frames, 0

    def settle(self) -> None:
        while self.reader.waiting:
            self.reader.let_go()

    @property
    def focal(self) -> float:
        frame = self.session.frame
        assert frame is not None
        return frame.intrinsics.fx

    @property
    def departures(self) -> list[str]:
        return [one.text for one in self.window.shown["set_status"][0].departures]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def test_a_camera_for_one_frame_leaves_the_others_and_is_marked(bench: Bench) -> None:
    bench.window.intrinsics_entered.emit(OWN, False)
    bench.settle()
    frame = bench.session.frame
    assert frame is not None
    assert (frame.intrinsics.fx, frame.intrinsics.origin) == (90, Origin.GIVEN)
    assert bench.departures == ["own camera"]
    bench.controller.show(1)
    bench.settle()
    assert (bench.focal, bench.departures) == (100, [])
    bench.controller.show(0)
    bench.settle()
    assert bench.focal == 90
    bench.controller.reset_camera()
    bench.settle()
    assert (bench.focal, bench.departures) == (100, [])
    bench.session.document.undo()
    bench.settle()
    assert bench.focal == 90


def test_a_camera_for_all_frames_is_the_sets(bench: Bench) -> None:
    bench.window.intrinsics_entered.emit(OWN, False)
    bench.settle()
    bench.window.intrinsics_entered.emit(OTHERS, True)
    bench.settle()
    assert bench.targets[-1] == Target(("set",), intrinsics=OTHERS)
    assert bench.departures == ["given camera"]
    bench.window.camera_reset.emit()
    bench.settle()
    assert bench.targets[-1] == Target(("set",))


def test_a_camera_that_cannot_be_this_frames_is_refused_and_nothing_changes(bench: Bench) -> None:
    bench.window.intrinsics_entered.emit("9000,9,60,50", False)
    bench.settle()
    assert len(bench.reports) == 1
    assert (bench.focal, bench.session.target.cameras) == (100, ())


def test_a_camera_file_may_be_given_too(tmp_path: Path) -> None:
    path = tmp_path / "camera.txt"
    path.write_text("fx 95\nfy 95\ncx 63.5\ncy 47.5\n")
    frame = with_camera(make_frame(), str(path))
    assert (frame.intrinsics.fx, frame.intrinsics.origin) == (95, Origin.GIVEN)
    with pytest.raises(UserError):
        with_camera(make_frame(), str(tmp_path / "none.txt"))


def test_what_is_made_of_the_whole_set_sees_each_frame_by_its_own_camera(bench: Bench) -> None:
    bench.window.intrinsics_entered.emit(OWN, False)
    bench.settle()
    frames = bench.session.frames
    assert frames is not None
    assert [frames.load(at).intrinsics.fx for at in range(2)] == [90, 100]
    assert frames.name == "test set"
    assert (frames.frame_name(1), len(frames), frames.splits()) == ("b", 2, ())


def test_a_session_whose_frame_moved_takes_its_camera_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = FakeFrames(make_frame("new"), make_frame("a"), make_frame("b"))
    monkeypatch.setattr("sgnet_viewer.workers.frames.open_target", lambda *_: (frames, 0))
    saved = Target(("set",)).with_camera(0, OWN).with_camera(1, OTHERS)
    opened = open_and_load(saved, 0, Task(lambda _: None), name="a")
    assert opened.index == 1
    assert opened.frame.intrinsics.fx == 90
    assert opened.target.cameras == ((1, OWN),)
    same = open_and_load(saved, 0, Task(lambda _: None), name="new")
    assert same.target == saved


def test_cameras_of_frames_are_part_of_a_session(tmp_path: Path) -> None:
    target = Target((str(tmp_path / "set"),)).with_camera(3, OWN).with_camera(1, OTHERS)
    value = DocumentValue(target=target.with_camera(1, ""))
    found, remarks = document_from_json(document_to_json(value, tmp_path), tmp_path)
    assert (found.target.cameras, remarks) == (((3, OWN),), ())
