"""From captured frames to finished pictures, with a network that needs no torch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from live_support import STEADY, FakeLoader, FakePredictor, ScriptedSource, until
from scripted import ended, picture

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import Camera, LaterFrame, LiveFrame
from sgnet_viewer.launch.measure import resident_mb
from sgnet_viewer.live import segment_thread
from sgnet_viewer.live.capture import Phase
from sgnet_viewer.live.checking import EMPTY_DEPTH, NO_DEPTH
from sgnet_viewer.live.engine import LiveEngine
from sgnet_viewer.live.segment_thread import LOADING
from sgnet_viewer.live.stream import FinishedFrame, Stream
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings
from sgnet_viewer.workers.networks import LoadedNetworks

CHOICE = NetworkChoice(Path("weights"), "cpu", (48, 64))


class Bench:
    """An engine whose outbox the test empties."""

    def __init__(self, predictor: FakePredictor | None = None, threads: int = 1) -> None:
        self.loader = FakeLoader(predictor)
        self.steps: list[Any] = []
        self.told = threading.Semaphore(0)
        self.engine = LiveEngine(
            self.told.release, self.steps.append, LoadedNetworks(self.loader), threads
        )
        self.engine.choose(CHOICE)

    def load_slowly(self) -> threading.Semaphore:
        """Loading waits for a release."""
        self.loader.gate = threading.Semaphore(0)
        return self.loader.gate

    def run(self, *steps: Any, every_frame: bool = True, **settings: Any) -> Stream:
        stream = Stream(ScriptedSource(list(steps), **settings), every_frame, STEADY)
        self.engine.run(stream)
        return stream

    def finished(self, stream: Stream) -> FinishedFrame:
        until(lambda: stream.outbox.is_full)
        finished = stream.outbox.take_back()
        assert finished is not None
        stream.meters.show(finished.live.captured_s)
        return finished


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    """Ends the threads of what a test has made."""
    made: list[Bench] = []

    def make(*arguments: Any) -> Bench:
        made.append(Bench(*arguments))
        return made[-1]

    yield make
    for bench in made:
        assert bench.engine.close(time.monotonic() + 10) == ()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def test_every_frame_is_seen_and_comes_out_in_order(bench: Bench) -> None:
    stream = bench.run(*[picture()] * 20, ended())
    frames = [bench.finished(stream) for _ in range(20)]
    assert [frame.live.number for frame in frames] == list(range(20))
    assert [grey for grey, _ in bench.loader.predictor.seen] == list(range(20))
    counts = stream.meters.counts
    assert (counts.captured, counts.inferred, counts.dropped) == (20, 20, 0)
    assert frames[0].drawing.result is not None


def test_two_frames_at_once_come_out_in_order(make_bench: Callable[..., Bench]) -> None:
    """The second of each pair is through before the first."""
    second_through = threading.Semaphore(0)

    class Overtaking(FakePredictor):
        def predict(self, rgb: Any, depth_m: Any, camera: Any = None, **_named: Any) -> Any:
            number = int(rgb[0, 0, 0])
            if number % 2 == 0:
                assert second_through.acquire(timeout=60)
            found = super().predict(rgb, depth_m, camera)
            if number % 2:
                second_through.release()
            return found

    bench = make_bench(Overtaking(), 2)
    stream = bench.run(*[picture()] * 20, ended())
    assert [bench.finished(stream).live.number for _ in range(20)] == list(range(20))
    seen = [grey for grey, _ in bench.loader.predictor.seen]
    assert all(seen.index(odd) < seen.index(odd - 1) for odd in range(1, 20, 2))
    assert stream.meters.counts.inferred == 20


def test_a_failure_of_two_frames_at_once_is_told_once(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(None, 2)
    bench.engine.choose(replace(CHOICE, checkpoint=Path("broken")))
    stream = bench.run(*[picture()] * 4)
    frames = [bench.finished(stream) for _ in range(4)]
    assert sum(frame.problem is not None for frame in frames) == 1
    assert all("no weights" in frame.drawing.refusal for frame in frames)


def test_another_network_gives_up_both_frames(
    make_bench: Callable[..., Bench],
) -> None:
    gate = threading.Semaphore(0)
    bench = make_bench(FakePredictor(gate), 2)
    stream = bench.run(picture(), picture())
    until(lambda: stream.meters.counts.captured == 2 and not stream.inbox.is_full)
    bench.engine.choose(replace(CHOICE, size=(24, 32)))
    gate.release(10)  # some are used up by passes that are given up
    for _ in range(2):
        assert bench.finished(stream).generation == bench.engine.generation
    assert [size for _, size in bench.loader.predictor.seen] == [(24, 32)] * 2


def test_pictures_come_before_the_network(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    loading = bench.load_slowly()
    bench.engine.draw_with(ViewSettings(mode=PictureMode.OVERLAY), ((5, 6),))
    stream = bench.run(picture(), repeat=True, every_frame=False)
    for _ in range(3):
        finished = bench.finished(stream)
        assert (finished.waiting, finished.drawing.result, finished.drawing.picture.note) == (
            True,
            None,
            LOADING,
        )
        assert (finished.drawing.picture.image == finished.live.frame.rgb).all()
    assert stream.meters.counts.inferred == 0
    loading.release()
    until(lambda: not bench.finished(stream).waiting)
    assert not any(bench.finished(stream).waiting for _ in range(3))


def test_of_every_frame_one_waits_and_is_shown_meanwhile(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(None, 2)
    loading = bench.load_slowly()
    stream = bench.run(*[picture()] * 5)
    first = bench.finished(stream)
    assert (first.waiting, first.live.number) == (True, 0)
    loading.release()
    frames = [bench.finished(stream) for _ in range(5)]
    assert [(frame.waiting, frame.live.number) for frame in frames] == [
        (False, number) for number in range(5)
    ]


def test_a_frame_that_cannot_be_decoded_is_passed_by(bench: Bench) -> None:
    def torn() -> LiveFrame:
        raise UserError("frame.png is torn: record it again.")

    def later(camera: Any, _: float) -> Any:
        return LaterFrame(camera.take_number(), time.monotonic(), torn)

    stream = bench.run(later, picture(), later, picture())
    assert [bench.finished(stream).live.number for _ in range(2)] == [1, 3]
    assert (stream.meters.counts.captured, stream.meters.counts.dropped) == (4, 2)


def test_a_picture_that_cannot_be_drawn_comes_as_it_is(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("sgnet_viewer.live.segment_thread.drawn", broken)
    stream = bench.run(picture(), picture())
    frames = [bench.finished(stream) for _ in range(2)]
    assert [frame.problem is not None for frame in frames] == [True, False]
    assert (frames[0].drawing.picture.image == frames[0].live.frame.rgb).all()
    assert "a bug" in frames[1].drawing.refusal


def test_a_frame_that_cannot_be_shown_at_all_is_passed_by(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    draw = segment_thread.draw_live

    def broken(frame: Any, *arguments: Any) -> Any:
        if frame.rgb[0, 0, 0] == 0:
            raise ZeroDivisionError("a bug")
        return draw(frame, *arguments)

    monkeypatch.setattr(segment_thread, "draw_live", broken)
    stream = bench.run(picture(), picture())
    finished = bench.finished(stream)
    while finished.waiting:
        finished = bench.finished(stream)
    assert finished.live.number == 1
    assert "a bug" in caplog.text
    assert stream.meters.counts.dropped == 1


def test_a_slow_network_sees_the_newest_and_the_rest_is_counted(
    make_bench: Callable[..., Bench],
) -> None:
    gate = threading.Semaphore(0)
    bench = make_bench(FakePredictor(gate))
    stream = bench.run(*[picture()] * 30, every_frame=False)
    until(lambda: stream.meters.counts.captured == 30)
    gate.release(2)
    seen = bench.loader.predictor.seen
    until(lambda: bool(seen) and seen[-1][0] == 29)
    until(lambda: stream.meters.counts.under_way == 1)
    assert bench.finished(stream).live.number == 29
    assert stream.meters.counts.dropped == 29
    gate.release(10)


def test_frames_without_depth_are_drawn_and_not_inferred(bench: Bench) -> None:
    stream = bench.run(picture("none"), picture("zero"), picture("nan"))
    for refusal in (NO_DEPTH, EMPTY_DEPTH):
        finished = bench.finished(stream)
        assert finished.drawing.result is None
        assert finished.drawing.refusal == refusal
        assert finished.drawing.picture.note == ""
        assert (finished.drawing.picture.image == finished.live.frame.rgb).all()
    assert bench.finished(stream).drawing.result is not None
    assert stream.meters.counts.inferred == 1


def test_the_picture_is_drawn_as_wished_with_its_probes(bench: Bench) -> None:
    bench.engine.draw_with(ViewSettings(mode=PictureMode.DEPTH), ((5, 6), (999, 0)))
    finished = bench.finished(bench.run(picture()))
    assert finished.drawing.picture.bar is not None
    assert list(finished.drawing.probes) == [(5, 6)]
    assert [layer.name for layer in finished.drawing.probes[5, 6].layers] == [
        "layer1.2",
        "layer2.0",
    ]


def test_a_network_that_fails_is_told_once_and_the_picture_goes_on(bench: Bench) -> None:
    bench.engine.choose(replace(CHOICE, checkpoint=Path("broken")))
    stream = bench.run(*[picture()] * 3)
    frames = [bench.finished(stream) for _ in range(3)]
    assert [frame.problem is not None for frame in frames] == [True, False, False]
    assert all("no weights" in frame.drawing.refusal for frame in frames)
    assert len(bench.loader.loaded) == 1
    stream = bench.run(picture())
    bench.engine.choose(CHOICE)
    until(lambda: stream.meters.counts.captured == 1)
    until(lambda: stream.outbox.is_full)


@pytest.mark.parametrize("how", ["choice", "stream"])
def test_a_network_that_failed_is_tried_again(bench: Bench, how: str) -> None:
    """The user has mended its file, and chooses it, or streams, once more."""
    broken = replace(CHOICE, checkpoint=Path("broken"))
    bench.engine.choose(broken)
    stream = bench.run(picture(), picture(), gated=True)
    _camera(stream).release()
    assert "no weights" in bench.finished(stream).drawing.refusal
    bench.loader.broken = ""
    if how == "choice":
        bench.engine.choose(CHOICE)
        bench.engine.choose(broken)
    else:
        stream = bench.run(picture(), gated=True)
    _camera(stream).release()
    frames = [bench.finished(stream)]
    while frames[-1].waiting:  # it came before the network
        frames.append(bench.finished(stream))
    assert frames[-1].drawing.refusal == ""
    assert frames[-1].drawing.result is not None


def test_a_network_that_refuses_a_frame_is_asked_again_at_another_size(
    make_bench: Callable[..., Bench],
) -> None:
    class Small(FakePredictor):
        def predict(self, rgb: Any, depth_m: Any, camera: Any = None, **_named: Any) -> Any:
            if len(rgb) > 30:
                raise UserError("The picture is too large: take a smaller one.")
            return super().predict(rgb, depth_m, camera)

    bench = make_bench(Small())
    stream = bench.run(picture(), picture(), picture(size=(24, 32)))
    frames = [bench.finished(stream) for _ in range(3)]
    assert [frame.problem is not None for frame in frames] == [True, False, False]
    assert frames[2].drawing.result is not None


def test_a_change_of_network_begins_the_frame_anew(make_bench: Callable[..., Bench]) -> None:
    gate = threading.Semaphore(0)
    bench = make_bench(FakePredictor(gate))
    stream = bench.run(picture())
    until(lambda: stream.meters.counts.captured == 1 and not stream.inbox.is_full)
    bench.engine.choose(replace(CHOICE, size=(24, 32)))
    gate.release(5)
    finished = bench.finished(stream)
    assert finished.generation == bench.engine.generation
    assert bench.loader.predictor.seen == [(0, (24, 32))]


def test_frozen_nothing_is_asked_and_a_step_lets_one_through(bench: Bench) -> None:
    stream = bench.run(*[picture()] * 10, gated=True)
    camera = _camera(stream)
    camera.release()
    bench.finished(stream)
    stream.freeze()
    camera.release(3)  # one being segmented at most, one in the slot, one in the camera's
    until(lambda: stream.inbox.is_full)
    seen = len(bench.loader.predictor.seen)
    assert seen <= 2
    numbers = []
    for _ in range(2):
        stream.step()
        numbers.append(bench.finished(stream).live.number)
    assert numbers == [1, 2]
    stream.resume()
    assert bench.finished(stream).live.number == 3


def test_resuming_passes_by_what_is_as_old_as_the_pause(bench: Bench) -> None:
    stream = bench.run(*[picture()] * 5, every_frame=False, gated=True)
    camera = _camera(stream)
    camera.release()
    until(lambda: stream.outbox.is_full)
    stream.freeze()
    camera.release(3)
    until(lambda: stream.meters.counts.captured == 4)
    stream.resume()
    camera.release()  # the network may have had the fourth one in its hands during the pause
    assert bench.finished(stream).live.number in (3, 4)
    assert stream.meters.counts.held >= 1


def test_another_stream_takes_over_and_the_first_one_is_closed(bench: Bench) -> None:
    first = bench.run(*[picture()] * 3)
    bench.finished(first)
    second = bench.run(picture(grey=200))
    assert bench.finished(second).live.frame.rgb[0, 0, 0] == 200
    assert first.inbox.is_closed
    assert first.join(time.monotonic() + 5)


@pytest.mark.parametrize("threads", [1, 2])
def test_closing_gives_up_the_frames_in_the_networks_hands(
    make_bench: Callable[..., Bench], threads: int
) -> None:
    bench = make_bench(FakePredictor(threading.Semaphore(0)), threads)
    stream = bench.run(*[picture()] * threads)
    until(lambda: stream.meters.counts.captured == threads and not stream.inbox.is_full)
    assert bench.engine.close(time.monotonic() + 5) == ()
    assert stream.meters.counts.inferred == 0


def test_loading_is_reported_and_taken_back(bench: Bench) -> None:
    stream = bench.run(picture(), picture())
    for _ in range(2):
        bench.finished(stream)
    assert [getattr(step, "text", None) for step in bench.steps] == ["Loading weights", None]


def test_a_tap_hears_of_every_captured_frame(bench: Bench) -> None:
    heard: list[int] = []
    stream = Stream(ScriptedSource([picture()] * 5, gated=True), False, STEADY)
    stream.tap = lambda live: heard.append(live.number)
    bench.engine.run(stream)
    _camera(stream).release(5)
    until(lambda: stream.meters.counts.captured == 5)
    bench.engine.end()
    assert stream.join(time.monotonic() + 20)
    assert heard == list(range(5))  # also those that the network was too slow for


def _camera(stream: Stream) -> Any:
    source: Any = stream._capture._source
    until(lambda: bool(source.kind.cameras))
    return source.kind.cameras[0]


def test_a_long_stream_keeps_its_memory(bench: Bench) -> None:
    stream = bench.run(picture(), repeat=True)
    for _ in range(300):
        bench.finished(stream)
    before = resident_mb()
    for _ in range(1200):
        bench.finished(stream)
    after = resident_mb()
    if before is not None and after is not None:
        assert after - before < 8  # a frame and its drawing hold 0.1 MB: 1200 of them would be seen


class _OneAtATime(ScriptedSource):
    """A device that cannot be opened while another stream holds it; closing takes its time."""

    held: ClassVar[list[Any]] = []

    def open(self) -> Camera:
        if self.held:
            raise UserError("The device is busy.")
        camera = super().open()
        close = camera.close

        def close_slowly() -> None:
            time.sleep(0.05)
            close()
            self.held.remove(camera)

        camera.close = close_slowly  # type: ignore[method-assign]
        self.held.append(camera)
        return camera


def test_a_device_that_is_streaming_is_let_go_before_it_is_opened_again(bench: Bench) -> None:
    timeouts = replace(STEADY, close_s=30.0)
    streams = []
    for _ in range(3):
        streams.append(Stream(_OneAtATime([picture()] * 3), True, timeouts))
        bench.engine.run(streams[-1])
        until(lambda: streams[-1].link.phase is not Phase.OPENING)
        assert streams[-1].link.phase is Phase.RUNNING, streams[-1].link.error
    assert len(_OneAtATime.held) == 1


class _Hanging(ScriptedSource):
    """Its driver does not return from a read until `let_go`."""

    let_go: ClassVar[threading.Event] = threading.Event()

    def open(self) -> Camera:
        camera = super().open()
        camera.read = lambda _timeout_s: self.let_go.wait(60) and None  # type: ignore[method-assign]
        return camera


def test_a_driver_that_hangs_is_waited_for_no_longer_than_a_close_may_take(bench: Bench) -> None:
    hung = Stream(_Hanging([picture()]), True, STEADY)
    bench.engine.run(hung)
    until(lambda: hung.link.phase is Phase.RUNNING)
    after = bench.run(picture())
    until(lambda: after.link.phase is Phase.RUNNING)
    assert not hung.join(0.0)
    _Hanging.let_go.set()


def test_a_stream_that_is_given_up_while_it_waits_opens_nothing(bench: Bench) -> None:
    let_go = _Hanging.let_go = threading.Event()
    hung = Stream(_Hanging([picture()]), True, STEADY)
    bench.engine.run(hung)
    until(lambda: hung.link.phase is Phase.RUNNING)
    skipped = ScriptedSource([picture()])
    waiting = Stream(skipped, True, replace(STEADY, close_s=60.0))
    bench.engine.run(waiting)
    last = bench.run(picture())
    let_go.set()
    until(lambda: last.link.phase is Phase.RUNNING)
    assert waiting.join(time.monotonic() + 60)
    assert skipped.kind.cameras == []
