"""The timeline of a recording: the playhead, the camera that obeys it, the controller, the line."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from live_bench import LiveBench
from live_support import STEADY, RecordingSource, until
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from scripted import frame, picture, unplug
from session_support import FakeView

from sgnet_viewer.cameras.playhead import Play, Playhead
from sgnet_viewer.cameras.protocol import CameraOptions, LiveFrame, StreamEnded
from sgnet_viewer.cameras.replay import replay_camera
from sgnet_viewer.cameras.replay.every_frame import EveryFrame
from sgnet_viewer.cameras.replay.replay_camera import PacedReplay, ReplayKind
from sgnet_viewer.cameras.replay.timeline import LONGEST_GAP_S
from sgnet_viewer.contract.live import TimelineModel
from sgnet_viewer.controllers.live_timeline import TimelineController
from sgnet_viewer.live.source import NamedSource
from sgnet_viewer.live.stream import FinishedFrame, Stream
from sgnet_viewer.views.live.timeline_bar import TimelineBar, TimelineTrack, clock, place_text

COUNT = 10
READ_S = 20.0


class Clock:
    """In the place of `time` in the replay: stands still until it is told."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pairs without times; the number of a frame is its grey."""
    for kind in ("rgb", "depth"):
        (tmp_path / kind).mkdir()
    for number in range(COUNT):
        grey = np.full((12, 16, 3), number, np.uint8)
        Image.fromarray(grey).save(tmp_path / f"rgb/{number:04d}.png")
        depth = np.full((12, 16), 1000 + number, np.uint16)
        Image.fromarray(depth).save(tmp_path / f"depth/{number:04d}.png")
    return tmp_path


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock_ = Clock()
    monkeypatch.setattr(replay_camera, "time", clock_)
    return clock_


@pytest.fixture
def camera(folder: Path, stopped: Clock) -> Iterator[PacedReplay]:
    assert stopped.now  # time stands still from here
    opened = ReplayKind().open(str(folder), CameraOptions(fps=10))
    assert isinstance(opened, PacedReplay)
    yield opened
    opened.close()


def index(live: LiveFrame | None) -> int | None:
    """Of a frame, by what it says and by what it is."""
    if live is None:
        return None
    assert live.index == live.frame.rgb[0, 0, 0]
    return live.index


def test_a_sought_frame_comes_at_once_and_the_next_a_step_later(
    camera: PacedReplay, stopped: Clock
) -> None:
    assert index(camera.read(0)) == 0
    camera.playhead.seek(6)
    sought = camera.read(0)
    assert index(sought) == 6
    assert sought is not None
    assert sought.number == 1  # nothing was dropped
    assert camera.read(0) is None
    stopped.now += 0.11
    assert index(camera.read(0)) == 7


def test_a_range_comes_round_again(camera: PacedReplay, stopped: Clock) -> None:
    camera.playhead.set_range(7, 5)  # in either order
    seen = []
    for _ in range(5):
        seen.append(index(camera.read(0)))
        stopped.now += 0.1001
    found = [at for at in seen if at is not None]
    assert found[:4] in ([5, 6, 7, 5], [6, 7, 5, 6])
    camera.playhead.seek(2)  # outside: the range is all again
    assert index(camera.read(0)) == 2
    assert (camera.playhead.play.first, camera.playhead.play.last) == (0, COUNT - 1)


def test_at_half_the_speed_frames_take_twice_as_long(camera: PacedReplay, stopped: Clock) -> None:
    assert index(camera.read(0)) == 0
    camera.playhead.set_speed(0.5)
    assert camera.read(0) is None
    stopped.now += 0.15
    assert camera.read(0) is None
    stopped.now += 0.06
    assert index(camera.read(0)) == 1


def test_played_slowly_no_gap_is_longer_than_is_waited_for(
    camera: PacedReplay, stopped: Clock
) -> None:
    assert index(camera.read(0)) == 0
    camera.playhead.set_speed(0.05)  # 2 s a frame
    assert camera.read(0) is None
    stopped.now += LONGEST_GAP_S - 0.01
    assert camera.read(0) is None
    stopped.now += 0.02
    assert index(camera.read(0)) == 1


def test_paused_only_what_is_sought_comes(camera: PacedReplay, stopped: Clock) -> None:
    assert index(camera.read(0)) == 0
    camera.playhead.pause()
    stopped.now += 60
    assert camera.read(0) is None
    camera.playhead.seek(4)
    assert index(camera.read(0)) == 4
    stopped.now += 60
    assert camera.read(0) is None
    camera.playhead.resume()
    assert camera.read(0) is None
    stopped.now += 0.11
    assert index(camera.read(0)) == 5


def test_waiting_ends_with_what_is_asked_and_with_the_close() -> None:
    playhead = Playhead([0.1] * 4)
    threading.Timer(0.02, playhead.seek, [2]).start()
    assert not playhead.wait(30, 0)
    assert playhead.take(0) == (Play(0, 3, sought=2), 1)
    assert playhead.take(1) is None
    playhead.close()
    assert playhead.wait(30, 1)


@pytest.fixture
def bench() -> Iterator[LiveBench]:
    made = LiveBench()
    yield made
    assert made.close() == ()


def test_frozen_a_recording_goes_where_it_is_asked_to(bench: LiveBench, folder: Path) -> None:
    source = NamedSource(str(folder), CameraOptions(fps=20))
    bench.live.run(source, timeouts=STEADY)
    bench.until(lambda: bench.live.timeline.playhead is not None and bench.shown > 0)
    timeline: Any = bench.window.timeline
    bench.live.toggle_freeze()
    for wanted in (7, 2, 9):
        timeline.sought.emit(wanted)
        bench.until(lambda wanted=wanted: bench.grey == wanted)  # type: ignore[misc]
    timeline.stepped_back.emit()
    bench.until(lambda: bench.grey == 8)
    bench.live.step()
    bench.until(lambda: bench.grey == 9)
    assert bench.live._showing.frozen
    bench.live.timeline.end_range()
    timeline.speed_chosen.emit(2.0)
    bench.live.timeline.change_speed(1)
    playhead = bench.live.timeline.playhead
    assert playhead is not None
    assert (playhead.play.last, playhead.play.speed) == (9, 4.0)
    model: TimelineModel = timeline.shown["set_model"][0]
    assert (model.index, model.count, model.speed) == (9, COUNT, 4.0)
    bench.live.toggle_freeze()
    bench.until(lambda: bench.grey not in (8, 9))
    bench.live.stop()
    assert timeline.shown["set_model"] == (None,)


def test_the_range_begins_or_ends_with_the_frame_that_is_shown() -> None:
    """Beyond its other end it is that frame alone; times are those at which it was taken."""
    window: Any = FakeView(parts=True)
    window.timeline = FakeView()
    playhead = Playhead([1.0, 2.0, 4.0, 8.0, 0.5])
    showing: Any = SimpleNamespace(
        index=2, stream=SimpleNamespace(playhead=playhead, every_frame=False)
    )
    nothing: Any = None
    timeline = TimelineController(window, showing, nothing, nothing)

    def played() -> tuple[int, int]:
        return playhead.play.first, playhead.play.last

    timeline.end_range()
    assert played() == (0, 2)
    timeline.play_all()
    timeline.begin_range()
    assert played() == (2, 4)
    timeline.set_range(3, 4)
    timeline.end_range()
    assert played() == (2, 2)
    timeline.set_range(0, 1)
    timeline.begin_range()
    assert played() == (2, 2)
    (model,) = window.timeline.shown["set_model"]
    assert (model.index, model.time_s, model.duration_s) == (2, 3.0, 15.0)


def every_frame(folder: Path, loop: bool = True) -> EveryFrame:
    opened = ReplayKind().open(str(folder), CameraOptions(every_frame=True, loop=loop))
    assert isinstance(opened, EveryFrame)
    return opened


def test_of_every_frame_none_is_left_out_after_a_pause(folder: Path) -> None:
    camera = every_frame(folder)
    playhead = camera.playhead
    assert [index(camera.read(READ_S)) for _ in range(5)] == [0, 1, 2, 3, 4]
    playhead.pause()
    assert camera.read(0.01) is None
    playhead.resume(after=1)  # it was seen last; the others were under way
    assert [index(camera.read(READ_S)) for _ in range(3)] == [2, 3, 4]
    camera.close()


def test_of_every_frame_what_is_sought_comes_alone_while_it_is_paused(folder: Path) -> None:
    camera = every_frame(folder)
    first = camera.read(READ_S)
    camera.playhead.pause()
    for wanted in (7, 2, 9):
        asked = camera.playhead.seek(wanted)
        live = camera.read(READ_S)
        assert index(live) == wanted
        assert live is not None
        assert (live.asked, camera.read(0.01)) == (asked, None)
    assert first is not None
    assert (first.number, live.number, first.asked) == (0, 3, 0)
    camera.close()


def test_of_every_frame_a_range_comes_round_again(folder: Path) -> None:
    camera = every_frame(folder)
    camera.playhead.set_range(5, 7)
    assert [index(camera.read(READ_S)) for _ in range(7)] == [5, 6, 7, 5, 6, 7, 5]
    camera.playhead.seek(8)
    assert [index(camera.read(READ_S)) for _ in range(3)] == [8, 9, 0]
    camera.close()


def test_of_every_frame_played_once_the_end_is_the_end(folder: Path) -> None:
    camera = every_frame(folder, loop=False)
    camera.playhead.seek(8)
    assert [index(camera.read(READ_S)) for _ in range(2)] == [8, 9]
    camera.playhead.pause()
    assert camera.read(0.01) is None
    camera.playhead.seek(3)  # it can be looked at again
    assert index(camera.read(READ_S)) == 3
    camera.playhead.resume(after=9)
    with pytest.raises(StreamEnded):
        camera.read(READ_S)
    camera.close()


def test_frozen_every_frame_is_stepped_through_and_none_is_missed(
    bench: LiveBench, folder: Path
) -> None:
    options = CameraOptions(every_frame=True)
    bench.live.run(NamedSource(str(folder), options), every_frame=True, timeouts=STEADY)
    bench.until(lambda: bench.live.timeline.playhead is not None and bench.shown > 0)
    bench.live.toggle_freeze()
    seen = [bench.grey]
    for _ in range(2 * COUNT):
        wanted = min(seen[-1] + 1, COUNT - 1)
        bench.live.step()
        bench.until(lambda wanted=wanted: bench.grey == wanted)  # type: ignore[misc]
        seen.append(bench.grey)
    assert seen == [*range(seen[0], COUNT), *[COUNT - 1] * (2 * COUNT - COUNT + 1 + seen[0])]
    bench.live.step(-1)
    bench.until(lambda: bench.grey == COUNT - 2)
    shown: list[int] = []
    bench.live.shown.connect(lambda _: shown.append(bench.grey))
    bench.live.toggle_freeze()
    bench.until(lambda: len(shown) > 2 * COUNT)
    wanted_all = [(COUNT - 1 + at) % COUNT for at in range(len(shown))]
    assert shown == wanted_all
    model: TimelineModel = bench.window.timeline.shown["set_model"][0]
    assert model.speed is None
    bench.live.timeline.change_speed(1)
    playhead = bench.live.timeline.playhead
    assert playhead is not None
    assert playhead.play.speed == 1.0
    bench.live.stop()


@pytest.fixture
def streams() -> Iterator[list[Stream]]:
    """Ends what a test has started."""
    started: list[Stream] = []
    yield started
    for stream in started:
        stream.stop()
        assert stream.join(time.monotonic() + 10)


def start(streams: list[Stream], source: RecordingSource, every_frame: bool) -> Stream:
    streams.append(Stream(source, every_frame, STEADY))
    streams[-1].start()
    until(lambda: streams[-1].playhead is not None)
    return streams[-1]


def test_a_recording_that_was_opened_again_counts_its_changes_anew(streams: list[Stream]) -> None:
    source = RecordingSource([unplug()], [picture()], gated=True)
    stream = start(streams, source, every_frame=True)
    stream.seek(2)
    assert stream.is_past(frame(0))
    source.kind.cameras[0].release()
    until(lambda: len(source.kind.cameras) == 2)
    source.kind.cameras[1].release()
    until(lambda: stream.inbox.is_full)
    fresh = stream.inbox.take_back()
    assert fresh is not None
    assert not stream.is_past(fresh)


def test_what_a_seek_passes_by_is_counted(streams: list[Stream]) -> None:
    stream = start(streams, RecordingSource([picture()]), every_frame=False)
    until(lambda: stream.inbox.is_full)
    stream.freeze()
    stream.seek(2)
    assert (stream.meters.counts.held, stream.meters.counts.under_way) == (1, 0)


def test_a_preview_is_not_counted_before_its_frame(streams: list[Stream]) -> None:
    stream = start(streams, RecordingSource([picture()]), every_frame=True)
    live: Any = stream.take()
    nothing: Any = None  # it is not drawn here
    stream.outbox.put(FinishedFrame(0, live, nothing, waiting=True))
    stream.seek(2)
    assert not stream.outbox.is_full
    assert stream.meters.counts.under_way == 1  # being segmented


def test_a_preview_that_comes_too_late_is_not_counted_either(bench: LiveBench) -> None:
    gate = bench.loader.gate = threading.Semaphore(0)
    bench.live.run(RecordingSource([picture()]), every_frame=True, timeouts=STEADY)
    bench.until(lambda: bench.window.picture.called("set_picture") == 1)
    bench.pump()
    before = bench.stream.meters.counts.under_way
    bench.stream.seek(2)
    nothing: Any = None
    bench.stream.outbox.put(FinishedFrame(0, frame(0), nothing, waiting=True))
    bench.live.tick()
    assert not bench.stream.outbox.is_full
    assert bench.stream.meters.counts.under_way == before == 1
    gate.release()


MODEL = TimelineModel(index=4, count=11, first=0, last=10, time_s=64.25, duration_s=100.0)


def test_the_line_says_where_it_is_and_asks(qtbot: QtBot) -> None:
    bar = TimelineBar()
    qtbot.addWidget(bar)
    bar.resize(700, 30)
    heard: list[tuple[object, ...]] = []
    bar.sought.connect(lambda at: heard.append(("seek", at)))
    bar.range_chosen.connect(lambda first, last: heard.append(("range", first, last)))
    bar.speed_chosen.connect(lambda speed: heard.append(("speed", speed)))
    bar.stepped_back.connect(lambda: heard.append(("back",)))
    bar.set_model(MODEL)
    bar.show()
    assert bar.label.text() == place_text(MODEL) == "5/11   1:04.2 / 1:40.0"
    assert heard == []  # a setter never emits
    track = bar.track
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 2, 8))
    bar.from_button.click()
    bar.to_button.click()
    bar.speeds.activated.emit(0)
    bar.back_button.click()
    assert heard == [("seek", 10), ("range", 4, 10), ("range", 0, 4), ("speed", 0.25), ("back",)]
    assert bar.speeds.isVisible()
    bar.set_model(replace(MODEL, speed=None))  # the network sets the pace
    assert not bar.speeds.isVisible()
    bar.set_model(None)
    assert bar.isHidden()


def test_a_press_on_the_track_goes_to_the_frame_whose_place_it_is(qtbot: QtBot) -> None:
    track = TimelineTrack()
    qtbot.addWidget(track)
    track.resize(132, 24)  # 6 pixels a frame, and half of the handle at either end
    track.setRange(0, 20)
    track.show()
    for frame_ in (20, 0, 1, 7, 19):
        place = QPoint(6 + 6 * frame_, 12)
        QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=place)
        assert track.value() == frame_


def test_the_buttons_of_the_range_have_words_where_there_is_room(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = TimelineBar(window)
    bar.set_model(MODEL)
    window.show()
    style = Qt.ToolButtonStyle
    worded, icons = style.ToolButtonTextBesideIcon, style.ToolButtonIconOnly
    for width, expected in ((900, worded), (590, worded), (330, icons)):
        bar.setGeometry(0, 0, width, 30)
        QApplication.processEvents()
        for button, word in ((bar.from_button, "From here"), (bar.to_button, "To here")):
            assert (button.text(), button.toolButtonStyle()) == (word, expected)
            assert not button.icon().isNull()
        assert bar.speeds.geometry().right() < width  # it fits
    assert bar.label.text() == "5/11"


def test_times_are_minutes_and_tenths() -> None:
    assert (clock(0), clock(61.25), clock(600)) == ("0:00.0", "1:01.2", "10:00.0")
