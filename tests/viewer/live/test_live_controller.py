"""Streams on the screen: what is shown, kept, dropped and told, against stand-ins for the views."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from live_bench import LiveBench
from live_support import QUICK, FakePredictor
from scripted import ScriptedCamera, ended, frame, not_there, picture, raises, stall, unplug
from session_support import FakeFrames

from sgnet_model.edits import NO_EDITS, parse_edits
from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.contract.live import LiveState
from sgnet_viewer.controllers.live_link import back_of
from sgnet_viewer.live.capture import Link, Phase
from sgnet_viewer.live.checking import NO_DEPTH
from sgnet_viewer.live.segment_thread import LOADING
from sgnet_viewer.state.activity import Step
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.notices import Subject
from sgnet_viewer.state.view_settings import PictureMode


@pytest.fixture
def make_bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., LiveBench]]:
    """Ends the threads of what a test has made.

    The stream's network is another than that of still frames, as on processors with bfloat16;
    elsewhere "auto" is the one that is there, and nothing would be waited for.
    """
    monkeypatch.setattr("sgnet_viewer.workers.networks._resolved", lambda key: key)
    made: list[LiveBench] = []

    def make(predictor: FakePredictor | None = None) -> LiveBench:
        made.append(LiveBench(predictor))
        made[-1].session.choose(NetworkChoice(Path("weights"), "cpu", (48, 64)))
        return made[-1]

    yield make
    for bench in made:
        assert bench.close() == ()


@pytest.fixture
def bench(make_bench: Callable[..., LiveBench]) -> LiveBench:
    return make_bench()


def test_every_frame_is_shown_once_and_in_order(bench: LiveBench) -> None:
    greys: list[int] = []
    bench.live.shown.connect(lambda _: greys.append(bench.grey))
    bench.run([picture()] * 12)
    bench.until_shown(12)
    assert greys == list(range(12))
    counts = bench.stream.meters.counts
    assert (counts.captured, counts.inferred, counts.dropped) == (12, 12, 0)
    assert bench.session.result is not None
    assert bench.window.picture.called("set_picture") == 12


def test_a_frame_is_shown_only_when_the_last_one_was_painted(bench: LiveBench) -> None:
    bench.paints = False
    bench.run([picture()] * 5)
    bench.until(lambda: bench.window.picture.called("set_picture") == 1)
    for _ in range(5):
        bench.desk.run()
    assert bench.window.picture.called("set_picture") == 1
    assert bench.shown == 0
    bench.paints = True
    bench.until_shown(5)


def test_a_hidden_window_does_not_stop_the_stream(bench: LiveBench) -> None:
    bench.paints = False
    bench.run([picture()] * 2)
    bench.until_shown(2)
    assert bench.grey == 1  # the second frame has come, though none was painted
    assert bench.window.picture.called("set_picture") == 2
    assert bench.stream.meters.counts.under_way == 0


def test_the_picture_is_there_before_the_network(bench: LiveBench) -> None:
    finished: list[int] = []
    bench.live.shown.connect(lambda _: finished.append(bench.grey))
    bench.loader.gate = threading.Semaphore(0)
    source = bench.run([picture()] * 50, every_frame=False, gated=True)
    bench.camera(source).release(1)
    bench.until_shown(1)
    assert bench.window.picture.shown["set_picture"][0].note == LOADING
    assert bench.message == ""  # nothing lies over the picture
    assert bench.session.result is None
    assert bench.activity.current == Step("Loading weights")
    assert (bench.stream.meters.counts.plain, finished) == (1, [])
    assert bench.stream.meters.latency_ms() is None
    bench.loader.gate.release()
    bench.until(lambda: bench.activity.current is None)
    bench.camera(source).release(2)
    bench.until(lambda: bench.session.result is not None)
    assert bench.window.picture.shown["set_picture"][0].note == ""
    bench.until(lambda: bool(finished))
    assert bench.stream.meters.counts.plain == 1


@pytest.mark.parametrize("how", ["freeze", "stop"])
def test_a_picture_that_stays_is_segmented_though_it_came_before_the_network(
    bench: LiveBench, how: str
) -> None:
    gate = bench.loader.gate = threading.Semaphore(0)
    source = bench.run([picture()] * 50, every_frame=False, gated=True)
    bench.camera(source).release(1)
    bench.until_shown(1)
    assert bench.session.result is None
    gate.release(2)  # the stream's, and the still frame's
    bench.live.toggle_freeze() if how == "freeze" else bench.live.stop()
    assert bench.session.result is not None
    assert bench.grey == 0


def test_of_every_frame_the_first_is_seen_twice_and_counted_once(bench: LiveBench) -> None:
    bench.loader.gate = threading.Semaphore(0)
    bench.run([picture()] * 3)
    bench.until(lambda: bench.window.picture.called("set_picture") == 1)
    for _ in range(3):
        bench.pump()
    assert (bench.shown, bench.grey) == (0, 0)
    bench.loader.gate.release()
    bench.until_shown(3)
    counts = bench.stream.meters.counts
    assert (counts.captured, counts.inferred, counts.plain) == (3, 3, 0)
    assert bench.window.picture.called("set_picture") == 4


def test_a_slow_network_shows_the_newest_and_tells_the_drops(
    make_bench: Callable[..., LiveBench],
) -> None:
    gate = threading.Semaphore(0)
    bench = make_bench(FakePredictor(gate))
    bench.run([picture()] * 40, every_frame=False)
    bench.until(lambda: bench.stream.meters.counts.captured == 40)
    gate.release(40)
    bench.until(lambda: bench.shown > 0 and bench.stream.meters.counts.under_way == 0)
    assert bench.grey == 39
    counts = bench.stream.meters.counts
    assert counts.dropped == 40 - counts.shown
    assert counts.dropped >= 37
    bench.until(lambda: bench.bar is not None and bench.bar.dropped == counts.dropped)


def test_at_most_one_call_waits_for_the_gui_however_many_frames_come(bench: LiveBench) -> None:
    bench.run([picture()] * 60, every_frame=False)
    bench.paints = False
    for _ in range(50):
        assert bench.desk.waiting <= 3  # one to take, and loading's two words
        bench.stream.inbox.take_back()
    bench.paints = True


def test_frozen_the_picture_stays_and_is_a_frame_like_any_other(bench: LiveBench) -> None:
    source = bench.run([picture()] * 50, gated=True)
    bench.camera(source).release(3)
    bench.until_shown(3)
    bench.live.toggle_freeze()
    bench.camera(source).release(10)
    assert bench.bar is not None
    assert bench.bar.state is LiveState.FROZEN
    before = bench.session.result
    bench.pump()
    assert bench.session.result is before
    assert not bench.session.streaming
    bench.network.choose_size("32x64")  # segmented anew, as a still frame
    assert (2, (32, 64)) in bench.loader.predictor.seen
    bench.live.toggle_freeze()
    assert bench.session.streaming
    bench.until_shown(13)
    assert bench.grey == 12


def test_a_frozen_frame_takes_edits_and_the_next_one_has_none(bench: LiveBench) -> None:
    rested: list[bool] = []
    bench.session.settled.connect(lambda: rested.append(bench.session.streaming))
    source = bench.run([picture()] * 50, gated=True)
    bench.camera(source).release(3)
    bench.until_shown(3)
    edits = parse_edits(["constant=1.5 box=0,0,8,8"])
    bench.session.edit("constant", edits)
    assert bench.session.edits == NO_EDITS  # of frames that come and go there are none
    bench.session.edit("reset", NO_EDITS)
    bench.live.toggle_freeze()
    assert rested == [False]
    read = bench.session.frame
    bench.session.edit("constant", edits)
    result = bench.session.result
    assert result is not None
    assert (result.edits, result.as_read) == (edits, read)
    assert result.frame.depth_m is not None
    assert result.frame.depth_m[4, 4] == 1.5
    bench.live.toggle_freeze()
    bench.camera(source).release(3)
    bench.until_shown(6)
    assert bench.session.result is not None
    assert not bench.session.result.edits
    assert not bench.session.document.value.edits


def test_steps_show_one_frame_each(bench: LiveBench) -> None:
    source = bench.run([picture()] * 50, gated=True)
    bench.camera(source).release(30)
    bench.until(lambda: bench.shown >= 2)
    bench.window.live_bar.stepped.emit()  # one more, after what was finished at that moment
    at = bench.settled()
    assert bench.live._showing.frozen
    for more in (1, 2, 3):
        bench.live.step()
        bench.until_shown(at + more)
        assert bench.settled() == at + more
        assert bench.grey == at + more - 1


def test_mode_probes_and_size_change_while_it_streams(bench: LiveBench) -> None:
    source = bench.run([picture()] * 50, gated=True)
    bench.camera(source).release(2)
    bench.until_shown(2)
    bench.view.change(mode=PictureMode.DEPTH)
    bench.probes.clear()
    bench.probes.place(10, 20)
    bench.network.choose_size("32x64")
    bench.camera(source).release(2)
    bench.until_shown(4)
    # Two frames are in hand at once: either may have come first.
    assert set(bench.loader.predictor.seen[-2:]) == {(2, (32, 64)), (3, (32, 64))}
    assert bench.window.picture.shown["set_picture"][0].bar is not None
    (marks,) = bench.window.picture.shown["set_probes"][0]
    assert (marks.u, marks.v) == (10, 20)
    assert [taps.layer for taps in marks.taps]


def test_pinned_probes_stay_and_their_spreads_are_plotted(bench: LiveBench) -> None:
    source = bench.run([picture()] * 50, gated=True)
    bench.camera(source).release(1)
    bench.until_shown(1)
    bench.probes.clear()
    bench.probes.place(10, 20)
    bench.probes.toggle_pin()
    bench.probes.place(30, 30)
    bench.camera(source).release(5)
    bench.until_shown(6)
    assert [(point.u, point.v) for point in bench.probes.points] == [(10, 20), (30, 30)]
    bench.live.toggle_freeze()
    model = bench.window.spread.shown["set_spread"][0]
    assert model.title == "Probe 2"
    assert [curve.layer for curve in model.curves] == ["layer1.2", "layer2.0"]
    assert set(bench.live.steadiness) == {(10, 20), (30, 30)}  # the scripted frames are all alike
    jitter = dict(bench.live.steadiness[10, 20].jitter_px)
    assert jitter == pytest.approx({"layer1.2": 0.0, "layer2.0": 0.0}, abs=1e-6)
    assert bench.stream.meters.flips.per_s == 0
    assert len(model.curves[0].seconds) >= 5
    assert model.curves[0].seconds[-1] == 0


def test_an_unplugged_camera_dims_the_picture_until_it_is_back(bench: LiveBench) -> None:
    source = bench.run([picture(), unplug()], not_there(), [picture(grey=9)], timeouts=QUICK)
    dimmed: list[bool] = []
    messages: list[str] = []

    def back() -> bool:
        dimmed.append(bench.window.picture.shown["set_dimmed"][0])
        messages.append(bench.message)
        return bench.shown == 2 and not dimmed[-1]

    bench.until(back)
    assert source.reopened[:2] == ["S1", "S1"]
    assert bench.grey == 9
    assert bench.message == ""
    if any(dimmed):  # the loss may have been over between two turns
        assert any(text.startswith("Lost") for text in messages)


def test_lost_is_said_with_the_reason_and_the_next_attempt(bench: LiveBench) -> None:
    timeouts = replace(QUICK, back_off_s=(30.0,))
    bench.run([picture(), stall(), stall(), stall()], [picture(grey=7)], timeouts=timeouts)
    bench.until(lambda: bench.bar is not None and bench.bar.state is LiveState.LOST)
    bench.pump()
    assert bench.window.picture.shown["set_dimmed"] == (True,)
    assert bench.message.startswith("Lost\n")
    assert "Looking again in 30 s." in bench.message
    bench.window.live_bar.hurried.emit()
    bench.until(lambda: bench.grey == 7)
    assert bench.window.picture.shown["set_dimmed"] == (False,)


def test_another_camera_in_the_place_of_the_lost_one_is_not_said_to_be_back() -> None:
    """Where the system only counts webcams, another one may have its number by now."""
    lost = Link(Phase.LOST, "Desk camera", "0")
    assert back_of(lost, replace(lost, phase=Phase.RUNNING)) == "Desk camera is back."
    assert back_of(lost, Link(Phase.RUNNING, "Built-in camera", "0")) == (
        "Built-in camera is shown: it was found in the place of Desk camera."
    )


def test_a_source_that_raises_is_told_by_its_words(
    bench: LiveBench, caplog: pytest.LogCaptureFixture
) -> None:
    timeouts = replace(QUICK, back_off_s=(30.0,))
    bench.run([picture(), raises(OSError("bus error"))], timeouts=timeouts)
    bench.until(lambda: "bus error" in bench.message)
    assert "bus error" in caplog.text


def test_another_size_is_told_and_probes_outside_it_are_forgotten(bench: LiveBench) -> None:
    source = bench.run([picture(), picture(size=(24, 32)), picture(size=(24, 32))], gated=True)
    bench.camera(source).release(1)
    bench.until_shown(1)
    bench.probes.clear()
    bench.probes.place(60, 40)
    bench.probes.toggle_pin()
    bench.probes.place(5, 6)
    bench.camera(source).release(2)
    bench.until_shown(3)
    assert [(point.u, point.v) for point in bench.probes.points] == [(5, 6)]
    assert bench.told.count("The camera now sends pictures of 32x24 pixels.") == 1
    assert bench.session.frame is not None
    assert bench.session.frame.size == (24, 32)


def test_other_intrinsics_are_told_and_used(bench: LiveBench) -> None:
    bench.run([picture(), picture(focal=90.0), picture(focal=90.0)])
    bench.until_shown(3)
    assert sum("intrinsics have changed" in text for text in bench.told) == 1
    assert bench.session.frame is not None
    assert bench.session.frame.intrinsics.fx == 90.0


def test_a_camera_that_differs_in_every_frame_is_told_once(bench: LiveBench) -> None:
    withdrawn: list[str] = []
    bench.run([picture(focal=60.0 + number) for number in range(6)])
    bench.until_shown(6)
    assert sum("intrinsics have changed" in text for text in bench.told) == 1
    assert bench.session.frame is not None
    assert bench.session.frame.intrinsics.fx == 65.0
    bench.run([picture(), picture(focal=90.0)])  # another stream
    bench.until_shown(2)
    assert sum("intrinsics have changed" in text for text in bench.told) == 2
    bench.notices.withdrawn.connect(withdrawn.append)
    for _ in range(3):
        bench.notices.tell("The same.", subject=Subject.SET)
    bench.notices.forget(Subject.SET)
    assert withdrawn.count("The same.") == 1


def test_frames_without_depth_are_shown_with_the_reason(bench: LiveBench) -> None:
    source = bench.run([picture("none"), picture("none"), picture()], gated=True)
    bench.camera(source).release(2)
    bench.until_shown(2)
    bench.until(lambda: bench.bar is not None and bench.bar.sentence == NO_DEPTH)
    assert bench.session.result is None
    assert bench.stream.meters.counts.inferred == 0
    assert bench.window.shown["set_modes_enabled"] == (frozenset({PictureMode.RGB}),)
    bench.until(lambda: "No point cloud" in bench.window.cloud.shown["set_message"][0])
    bench.camera(source).release(1)
    bench.until_shown(3)
    assert bench.session.result is not None
    assert PictureMode.OVERLAY in bench.window.shown["set_modes_enabled"][0]


def test_the_line_tells_what_is_opened_and_the_first_frame_at_once(bench: LiveBench) -> None:
    source = bench.run([picture()], gated=True)
    bench.pump()
    assert status_of(bench) == "Opening a script…"
    bench.camera(source).release(1)
    bench.until(lambda: bench.session.frame is not None)
    assert status_of(bench) == "scripted 0  64×48"


def test_the_line_is_empty_again_where_nothing_could_be_opened(bench: LiveBench) -> None:
    bench.run(not_there())
    bench.until(lambda: bench.live.stream is None)
    assert status_of(bench) is None


def status_of(bench: LiveBench) -> str | None:
    (model,) = bench.window.shown["set_status"]
    return None if model is None else model.frame


def test_the_legend_of_a_stream_that_ended_is_its_last_frames(bench: LiveBench) -> None:
    bench.run([picture()])
    bench.until_shown(1)
    bench.screen._order = (1, 0)  # as in the frames before
    bench.live.stop()
    assert [row.index for row in bench.window.legend.shown["set_rows"][0]] == [0, 1]


def test_what_a_source_says_of_its_frames_stands_in_the_bar(bench: LiveBench) -> None:
    note = "Stand-in depth, not measured: a wall 2 m away."

    def labelled(camera: ScriptedCamera, timeout_s: float) -> LiveFrame | None:
        live = picture()(camera, timeout_s)
        assert live is not None
        return replace(live, frame=replace(live.frame, notes=(note,)))

    bench.run([labelled])
    bench.until_shown(1)
    bench.until(lambda: bench.bar is not None and bench.bar.sentence == note)
    assert bench.session.result is not None


def test_the_cloud_is_made_once_of_each_frame(bench: LiveBench) -> None:
    bench.run([picture()])
    bench.until_shown(1)
    pace = bench.live._pace
    pace._refresh_cloud()
    assert not pace._cloud_may_follow()  # it is not drawn yet
    bench.window.cloud.drawn.emit()
    assert not pace._cloud_may_follow()  # nothing new
    bench.live._showing.frame = frame(7).frame
    assert pace._cloud_may_follow()


def test_nan_and_empty_depth_do_no_harm(bench: LiveBench) -> None:
    bench.run([picture("nan"), picture("inf"), picture("zero"), picture()])
    bench.until_shown(4)
    assert bench.stream.meters.counts.inferred == 3
    frame = bench.session.frame
    assert frame is not None
    assert frame.depth_m is not None
    assert np.isfinite(frame.depth_m).all()


def test_a_recording_played_once_ends_and_leaves_its_last_frame(bench: LiveBench) -> None:
    over: list[Any] = []
    running: list[bool] = []
    bench.live.ended.connect(over.append)
    bench.live.running.connect(running.append)
    bench.run([picture()] * 3 + [ended()], finite=True)
    bench.until(lambda: bool(over))
    assert over == [None]
    assert running[-2:] == [True, False]
    assert bench.live.stream is None
    assert bench.grey == 2
    assert bench.session.result is not None
    assert not bench.session.streaming
    assert bench.bar is None
    bench.network.choose_size("32x64")
    assert (2, (32, 64)) in bench.loader.predictor.seen


def test_what_cannot_be_opened_is_a_notice(bench: LiveBench) -> None:
    over: list[Any] = []
    bench.live.ended.connect(over.append)
    bench.run(not_there())
    bench.until(lambda: bool(over))
    assert "plug it in" in bench.told[-1]
    assert bench.bar is None
    assert bench.message == ""


def test_a_network_that_fails_goes_back_to_the_one_that_worked(bench: LiveBench) -> None:
    source = bench.run([picture()] * 50, gated=True)
    bench.camera(source).release(2)
    bench.until_shown(2)
    bench.network.choose_checkpoint(Path("broken"))
    bench.camera(source).release(3)
    bench.until_shown(5)
    assert sum("no weights in it" in text for text in bench.told) == 1
    assert bench.session.choice.checkpoint == Path("weights")
    shown = bench.shown  # those that were in hand may have been refused; the next ones are not
    bench.camera(source).release(2)
    bench.until(lambda: bench.shown > shown and bench.session.result is not None)


def test_a_set_that_is_opened_takes_the_place_of_the_stream(bench: LiveBench) -> None:
    bench.run([picture()] * 3)
    bench.until_shown(3)
    bench.session.set_frames(FakeFrames(), Target(("x",)))
    assert bench.live.stream is None
    assert not bench.session.streaming
    assert bench.bar is None


def test_stopping_lets_the_camera_go_and_keeps_the_picture(bench: LiveBench) -> None:
    source = bench.run([picture()] * 3)
    bench.until_shown(3)
    bench.window.live_bar.stopped.emit()
    assert bench.live.stream is None
    bench.until(lambda: source.kind.cameras[0].closes == 1)
    assert bench.grey == 2


def test_closing_with_a_frame_in_every_stage_ends_every_thread(
    make_bench: Callable[..., LiveBench],
) -> None:
    bench = make_bench(FakePredictor(threading.Semaphore(0)))
    bench.run([picture()] * 50, every_frame=False)
    bench.until(lambda: bench.stream.meters.counts.captured > 2)
    assert bench.close() == ()
    bench.desk.run()  # what was on its way finds nobody


def test_a_driver_that_hangs_is_left_behind_within_its_time(
    make_bench: Callable[..., LiveBench],
) -> None:
    bench = make_bench()
    source = bench.run([picture()] * 3, hangs=True, timeouts=replace(QUICK, silent_reads=1000))
    bench.until_shown(3)
    assert bench.close() == ()
    source.kind.cameras[0].let_go.set()


def test_held_nothing_new_is_shown_and_the_bar_stays_live(bench: LiveBench) -> None:
    source = bench.run([picture()] * 50, gated=True)
    bench.camera(source).release(2)
    bench.until_shown(2)
    bench.until(lambda: bench.bar is not None and bench.bar.state is LiveState.LIVE)
    bench.live.hold()
    bench.camera(source).release(5)
    for _ in range(5):
        bench.pump()
    assert bench.shown == 2
    assert bench.bar is not None
    assert bench.bar.state is LiveState.LIVE
