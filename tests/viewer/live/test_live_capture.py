"""The camera's thread against scripted faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from live_support import QUICK, RecordingSource, ScriptedSource, until
from scripted import ScriptedCamera, ended, not_there, picture, raises, stall, unplug

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import CameraLost, CameraUnfit, LiveFrame
from sgnet_viewer.live.capture import Capture, CaptureTimeouts, Phase, close_within


class Run:
    """A capture under way, and what it delivered."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.frames: list[LiveFrame] = []
        self.capture = Capture(source, self.frames.append, QUICK)

    def start(self) -> Run:
        self.capture.start()
        return self

    @property
    def phase(self) -> Phase:
        return self.capture.link.phase

    def end(self) -> None:
        self.capture.stop()
        assert self.capture.join(time.monotonic() + 5)


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    """Ends what a test has started."""
    started: list[Run] = []
    yield started
    for run in started:
        run.end()


def start(runs: list[Run], *scripts: Any, **settings: Any) -> Run:
    runs.append(Run(ScriptedSource(*scripts, **settings)).start())
    return runs[-1]


def test_frames_come_in_order_until_it_is_stopped(runs: list[Run]) -> None:
    run = start(runs, [picture()] * 5)
    until(lambda: len(run.frames) == 5)
    assert [live.number for live in run.frames] == list(range(5))
    assert run.phase is Phase.RUNNING
    assert run.capture.link.title == "Scripted camera"
    run.end()
    assert run.source.kind.cameras[0].closes == 1


def test_an_unplugged_camera_is_found_by_its_serial_and_is_a_fresh_one(runs: list[Run]) -> None:
    run = start(runs, [picture(), unplug()], not_there(), not_there(), [picture(grey=7)])
    until(lambda: len(run.frames) == 2)
    assert run.source.reopened == ["S1"] * 3
    first, second = run.source.kind.cameras
    assert first is not second
    assert first.closes == 1
    assert run.frames[1].frame.rgb[0, 0, 0] == 7
    link = run.capture.link
    assert (link.phase, link.losses, link.error) == (Phase.RUNNING, 1, None)


def test_a_recording_that_is_opened_again_has_its_own_playhead(runs: list[Run]) -> None:
    def pause(camera: Any, _: float) -> None:
        camera.playhead.set_range(1, 2)
        camera.playhead.set_speed(0.5)
        camera.playhead.pause()

    run = Run(RecordingSource([picture(), pause, unplug()], [picture()]))
    runs.append(run.start())
    until(lambda: len(run.frames) == 2)
    second: Any = run.source.kind.cameras[1]
    assert run.capture.link.playhead is second.playhead
    play = second.playhead.play  # as it was left
    assert (play.first, play.last, play.speed, play.paused) == (1, 2, 0.5, True)


def test_each_attempt_waits_longer_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(ScriptedSource([unplug()], not_there()))
    waits: list[float | None] = []

    def wait(timeout: float | None = None) -> bool:
        waits.append(timeout)
        if len(waits) == 5:
            run.capture.stop()
        return True

    monkeypatch.setattr(run.capture._awake, "wait", wait)
    run.start()
    until(lambda: len(waits) == 5)
    run.end()
    assert waits == [0.01, 0.02, 0.04, 0.04, 0.04]
    assert run.phase is Phase.LOST


def test_three_time_outs_in_a_row_count_as_lost_two_do_not(runs: list[Run]) -> None:
    patient = start(runs, [stall(), stall(), picture(), stall(), stall(), picture()])
    until(lambda: len(patient.frames) == 2)
    assert patient.source.reopened == []
    run = start(runs, [picture(), stall(), stall(), stall()], not_there())
    until(lambda: run.phase is Phase.LOST and bool(run.source.reopened))
    assert run.capture.link.losses == 1


def test_a_stalled_camera_is_lost_with_a_sentence() -> None:
    run = Run(ScriptedSource([stall()] * 3, not_there())).start()
    until(lambda: run.phase is Phase.LOST)
    run.end()
    error = run.capture.link.error
    assert isinstance(error, UserError)
    assert str(error).endswith(".")


@pytest.mark.parametrize("finite", [True, False])
def test_a_file_without_a_frame_has_failed_a_camera_is_looked_for(
    runs: list[Run], finite: bool
) -> None:
    nothing = UserError("No picture is in it: record it again.")
    run = start(runs, [raises(nothing)], [picture()], finite=finite)
    if finite:
        until(lambda: run.phase is Phase.FAILED)
        assert run.capture.link.error is nothing
        assert run.source.reopened == []
        assert run.source.kind.cameras[0].closes == 1
    else:
        until(lambda: len(run.frames) == 1)
        assert run.source.reopened == ["S1"]


def test_what_sends_what_cannot_be_used_has_failed(runs: list[Run]) -> None:
    """To open it again would be no use."""
    unfit = CameraUnfit("It is 640x480: calibrate it at that size.")
    run = start(runs, [raises(unfit)], [picture()])
    until(lambda: run.phase is Phase.FAILED)
    assert run.capture.link.error is unfit
    assert run.source.reopened == []


def test_a_file_that_is_slow_to_begin_has_not_failed(runs: list[Run]) -> None:
    run = start(runs, [stall()] * 3, [picture()], finite=True)
    until(lambda: len(run.frames) == 1)
    assert run.phase is Phase.RUNNING


def test_what_sends_no_frames_is_lost_and_not_silent(
    runs: list[Run], caplog: pytest.LogCaptureFixture
) -> None:
    """A plug-in whose `read` returns something else: it fails where it is delivered."""
    run = Run(ScriptedSource([lambda *_: "a frame"], not_there()))
    run.capture._deliver = lambda frame: run.frames.append(frame.number)
    runs.append(run.start())
    until(lambda: run.phase is Phase.LOST)
    assert "no attribute 'number'" in caplog.text
    assert run.source.kind.cameras[0].closes == 1


def test_what_is_no_camera_has_failed(runs: list[Run]) -> None:
    run = Run(ScriptedSource([picture()]))
    closed: list[bool] = []

    class Half:
        def close(self) -> None:
            closed.append(True)

    run.source.open = Half
    runs.append(run.start())
    until(lambda: run.phase is Phase.FAILED)
    assert "title" in str(run.capture.link.error)
    assert closed == [True]


def test_an_error_of_our_own_ends_the_stream_with_it(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever it is raised, the window hears that nobody reads any more."""
    run = Run(ScriptedSource([picture(), unplug()]))

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(run.capture, "_find_again", broken)
    runs.append(run.start())
    until(lambda: run.phase is Phase.FAILED)
    assert isinstance(run.capture.link.error, ZeroDivisionError)
    assert "a bug" in caplog.text


def test_a_source_that_raises_is_opened_again(
    runs: list[Run], caplog: pytest.LogCaptureFixture
) -> None:
    run = start(runs, [picture(), raises(RuntimeError("driver"))], [picture()])
    until(lambda: len(run.frames) == 2)
    assert run.phase is Phase.RUNNING
    assert "driver" in caplog.text


def test_a_file_ends(runs: list[Run]) -> None:
    run = start(runs, [picture(), ended()], finite=True)
    until(lambda: run.phase is Phase.ENDED)
    assert len(run.frames) == 1
    assert run.source.kind.cameras[0].closes == 1


def test_what_cannot_be_opened_fails_and_is_not_tried_again(runs: list[Run]) -> None:
    run = start(runs, not_there())
    until(lambda: run.phase is Phase.FAILED)
    assert "plug it in" in str(run.capture.link.error)
    assert run.source.reopened == []


def test_a_close_that_hangs_is_left_and_the_camera_opened_anew(runs: list[Run]) -> None:
    run = start(runs, [unplug()], [picture()], hangs=True)
    until(lambda: len(run.frames) == 1)
    assert run.capture.link.unclosed == 1
    run.end()
    for camera in run.source.kind.cameras:
        camera.let_go.set()


def test_a_hurry_cuts_the_wait_short() -> None:
    source = ScriptedSource([unplug()], [picture()])
    frames: list[LiveFrame] = []
    timeouts = CaptureTimeouts(back_off_s=(60.0,), close_s=0.1)
    capture = Capture(source, frames.append, timeouts)
    capture.start()
    until(lambda: capture.link.retry_at is not None)
    capture.hurry()
    until(lambda: len(frames) == 1)
    capture.stop()
    assert capture.join(time.monotonic() + 5)


def test_a_read_that_hangs_is_noticed_and_another_thread_takes_over() -> None:
    let_go = threading.Event()

    def hang(*_: Any) -> None:
        let_go.wait(60)

    source = ScriptedSource([picture(), hang], [picture()])
    frames: list[LiveFrame] = []
    capture = Capture(source, frames.append, QUICK)
    capture.start()
    until(lambda: capture.is_hung)
    following = capture.successor()
    following.start()
    until(lambda: len(frames) == 2)
    assert source.reopened == ["S1"]
    assert not following.is_hung
    let_go.set()
    following.stop()
    assert capture.join(time.monotonic() + 5)
    assert following.join(time.monotonic() + 5)
    assert len(frames) == 2


def hang_until_closed(camera: ScriptedCamera, _: float) -> None:
    """As many drivers do: the read goes on until the device is closed."""
    camera.closed.wait(600)


def test_a_device_whose_read_hangs_is_closed_before_it_is_opened_again() -> None:
    class Single(ScriptedSource):
        """Only one can have it."""

        def reopen(self, serial: str) -> Any:
            if not self.kind.cameras[-1].closes:
                raise UserError("It is in use.")
            return super().reopen(serial)

    source = Single([picture(), hang_until_closed], [picture()])
    frames: list[LiveFrame] = []
    capture = Capture(source, frames.append, QUICK)
    capture.start()
    until(lambda: capture.is_hung)
    following = capture.successor()
    following.start()
    until(lambda: len(frames) == 2)
    following.stop()
    assert capture.join(time.monotonic() + 5)
    assert following.join(time.monotonic() + 5)
    assert [camera.closes for camera in source.kind.cameras] == [1, 1]


def test_a_stop_closes_the_device_of_a_read_that_hangs() -> None:
    run = Run(ScriptedSource([picture(), hang_until_closed])).start()
    until(lambda: len(run.frames) == 1 and run.source.kind.cameras[0].reads == 2)
    run.end()
    assert run.source.kind.cameras[0].closes == 1


@pytest.mark.parametrize("again", [False, True])
def test_opening_that_hangs_is_noticed_and_another_thread_tries(again: bool) -> None:
    let_go = threading.Event()

    class Stuck(ScriptedSource):
        open_s = 0.1
        tries = 0

        def open(self) -> Any:
            return super().open() if again else self.stuck(super().open)

        def reopen(self, serial: str) -> Any:
            return self.stuck(lambda: super(Stuck, self).reopen(serial))

        def stuck(self, open_it: Any) -> Any:
            self.tries += 1
            if self.tries == 1:
                let_go.wait(60)
            return open_it()

    source = Stuck([unplug()] if again else [picture()], [picture()], [picture()])
    frames: list[LiveFrame] = []
    capture = Capture(source, frames.append, QUICK)
    capture.start()
    until(lambda: capture.is_hung)
    following = capture.successor()
    following.start()
    until(lambda: following.link.phase is Phase.LOST)
    assert "has not opened for 0 s: unplug it and plug it in again." in str(following.link.error)
    until(lambda: len(frames) == 1)
    link = following.link
    assert (link.phase, link.title, link.serial) == (Phase.RUNNING, "Scripted camera", "S1")
    let_go.set()  # what opens after all is closed again
    assert capture.join(time.monotonic() + 5)
    assert source.kind.cameras[-1].closes == 1
    following.stop()
    assert following.join(time.monotonic() + 5)
    assert len(frames) == 1


def test_a_camera_that_answers_early_is_not_silent(runs: list[Run]) -> None:
    """A plug-in that polls: twenty answers without a frame are no time-outs."""
    run = Run(ScriptedSource([*[lambda *_: None] * 20, picture()], repeat=True))
    run.capture = Capture(run.source, run.frames.append, replace(QUICK, read_s=20))
    runs.append(run.start())
    until(lambda: len(run.frames) == 1)
    assert run.source.reopened == []


def test_a_camera_that_opens_after_the_stop_is_closed_again() -> None:
    opened = threading.Event()

    class Slow(ScriptedSource):
        def open(self) -> Any:
            opened.wait(60)
            return super().open()

    run = Run(Slow([picture()])).start()
    run.capture.stop()
    opened.set()
    run.end()
    assert run.source.kind.cameras[0].closes == 1
    assert run.frames == []


def test_a_close_that_raises_counts_as_closed(caplog: pytest.LogCaptureFixture) -> None:
    class Rude(ScriptedCamera):
        def close(self) -> None:
            raise CameraLost("gone already")

    assert close_within(Rude([]), 5.0)
    assert "gone already" in caplog.text
