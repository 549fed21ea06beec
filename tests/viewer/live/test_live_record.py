"""The Record button: where to, how it goes, and what happens when the disk is full."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from live_bench import PARTS
from live_support import STEADY, ScriptedSource
from scripted import frame, picture
from session_support import FakeView, InlineRunner

from sgnet_model.types import UserError
from sgnet_viewer.controllers.live_record import RecordController, new_folder
from sgnet_viewer.controllers.live_showing import Showing
from sgnet_viewer.live.capture import Phase
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.recording.recorder import Recorder, RecordingStatus
from sgnet_viewer.state.notices import Notices

NOON = datetime(2024, 5, 6, 12, 30, 15)


class FakeRecorder:
    """Notes what it is given; `status` is the test's."""

    def __init__(self, folder: Path, title: str) -> None:
        self.title, self.frames, self.closed, self.stopped = title, [], 0, 0
        self.safe, self.late = True, ""
        self.status = RecordingStatus(folder)

    def put(self, live: Any) -> None:
        self.frames.append(live.number)

    def stop(self) -> None:
        self.stopped += 1

    def close(self, timeout_s: float = 2.0) -> RecordingStatus:  # noqa: ARG002
        self.closed += 1
        error = self.status.error or self.late
        count = len(self.frames)
        self.status = replace(self.status, running=False, frames=count, safe=self.safe, error=error)
        return self.status


class Bench:
    def __init__(self) -> None:
        self.window: Any = FakeView()
        for part in PARTS:
            setattr(self.window, part, FakeView())
        self.window.answers["ask_folder"] = "/place"
        self.notices, self.told = Notices(), []
        self.notices.added.connect(lambda report: self.told.append(report.text))
        self.showing = Showing(stream=Stream(ScriptedSource([picture()]), False, STEADY))
        self.has_phase(Phase.RUNNING)
        self.made: list[FakeRecorder] = []
        self.record = RecordController(
            self.window, self.notices, self.showing, InlineRunner(), self.make
        )

    def make(self, folder: Path, title: str) -> FakeRecorder:
        self.made.append(FakeRecorder(folder, title))
        return self.made[-1]

    def has_phase(self, phase: Phase) -> None:
        capture = self.stream._capture
        capture.link = replace(capture.link, phase=phase)

    def press(self) -> None:
        self.window.live_bar.record_toggled.emit()

    @property
    def stream(self) -> Stream:
        assert self.showing.stream is not None
        return self.showing.stream


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_first_recording_asks_for_a_place_the_second_begins_at_once(bench: Bench) -> None:
    bench.press()
    assert bench.stream.tap is not None
    for number in range(3):
        bench.stream.tap(frame(number))
    assert bench.made[0].frames == [0, 1, 2]
    bench.record.follow()
    assert bench.showing.recording is not None
    assert bench.showing.recording.running
    bench.press()
    assert bench.stream.tap is None
    assert bench.made[0].closed == 1
    assert bench.told[-1].startswith("3 frames were recorded into /place/recording-")
    assert bench.showing.recording is None
    bench.press()
    assert len(bench.made) == 2
    assert bench.window.called("ask_folder") == 1


def test_what_is_still_being_opened_is_not_recorded(bench: Bench) -> None:
    bench.has_phase(Phase.OPENING)
    bench.press()
    assert bench.made == []
    assert bench.told == ["The source is still being opened: record once its picture is there."]
    assert bench.window.called("ask_folder") == 0


def test_no_place_no_recording(bench: Bench) -> None:
    bench.window.answers["ask_folder"] = ""
    bench.press()
    assert bench.made == []
    assert bench.stream.tap is None


def test_a_full_disk_ends_the_recording_and_not_the_view(bench: Bench) -> None:
    bench.press()
    sentence = "Recording stopped after 7 frames (No space left on device)."
    bench.made[0].status = replace(bench.made[0].status, running=False, frames=7, error=sentence)
    bench.record.follow()
    bench.record.follow()
    assert bench.told.count(sentence) == 1
    assert bench.stream.tap is None
    assert bench.showing.recording is not None
    assert bench.showing.recording.problem == sentence


def test_what_goes_wrong_at_the_end_is_told_too(bench: Bench) -> None:
    bench.press()
    bench.made[0].late = "The disk has not confirmed the frames (Input/output error)."
    bench.press()
    assert bench.told == [bench.made[0].late]


def test_a_disk_that_still_writes_is_told(bench: Bench) -> None:
    bench.press()
    bench.made[0].safe = False
    bench.press()
    assert bench.told[-1].endswith("The disk is slow and still writing: keep it connected.")


class Idle:
    """A runner that is closed before its turn comes."""

    def submit(self, *_: Any) -> None:
        pass

    def cancel(self) -> bool:
        return False


def test_a_recording_ends_even_where_nobody_waits_for_it(bench: Bench) -> None:
    bench.press()
    bench.record._runner = Idle()
    bench.press()
    assert bench.made[0].stopped == 1


def test_a_place_that_cannot_be_used_is_told_and_asked_for_again(bench: Bench) -> None:
    def refuse(folder: Path, title: str) -> FakeRecorder:
        raise UserError(f"{folder} cannot be made for {title}: choose another place.")

    bench.record._make = refuse
    bench.press()
    assert "choose another place" in bench.told[-1]
    bench.record._make = bench.make
    bench.press()
    assert bench.window.called("ask_folder") == 2
    assert bench.stream.tap is not None


def test_what_the_camera_sent_opens_again(bench: Bench, tmp_path: Path) -> None:
    bench.record._make = Recorder
    bench.window.answers["ask_folder"] = str(tmp_path)
    bench.press()
    for number in range(3):
        assert bench.stream.tap is not None
        bench.stream.tap(frame(number))
    bench.press()
    (folder,) = tmp_path.iterdir()
    assert len(list(folder.rglob("*.png"))) >= 3


def test_names_of_folders_are_free(tmp_path: Path) -> None:
    first = new_folder(tmp_path, NOON)
    assert first.name == "recording-20240506-123015"
    first.mkdir()
    assert new_folder(tmp_path, NOON).name == "recording-20240506-123015-2"
