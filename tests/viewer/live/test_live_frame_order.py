"""Frames that several threads have in hand at once come out in their order."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from live_support import STEADY, ScriptedSource, until
from scripted import frame

from sgnet_viewer.live import frame_order
from sgnet_viewer.live.frame_order import FrameOrder, TakenFrame
from sgnet_viewer.live.stream import FinishedFrame, Stream


class Bench:
    """A stream whose frames the test puts and takes."""

    def __init__(self, every_frame: bool = True, threads: int = 1) -> None:
        self.stream = Stream(ScriptedSource([]), every_frame, STEADY)
        self.order = FrameOrder(self.stream, threads)

    def take(self, number: int) -> TakenFrame:
        self.stream._deliver(frame(number))
        taken = self.order.take()
        assert taken is not None
        return taken

    def out(self) -> int | None:
        finished = self.stream.outbox.take_back()
        return None if finished is None else finished.live.number


def finished_frame(taken: TakenFrame) -> FinishedFrame:
    drawing: Any = None
    return FinishedFrame(0, taken.captured.decoded(), drawing)


def test_who_is_first_through_waits_for_those_before() -> None:
    bench = Bench()
    first, second = bench.take(0), bench.take(1)
    early = threading.Thread(target=lambda: bench.order.end(second, finished_frame(second)))
    early.start()
    early.join(0.05)
    assert early.is_alive()
    assert bench.out() is None
    bench.order.end(first, finished_frame(first))
    assert bench.out() == 0
    until(lambda: bench.stream.outbox.is_full)
    assert bench.out() == 1
    early.join(60)


def test_a_frame_that_comes_to_nothing_lets_the_next_one_pass() -> None:
    bench = Bench()
    first, second = bench.take(0), bench.take(1)
    bench.order.end(first, None)
    bench.order.end(second, finished_frame(second))
    assert bench.out() == 1


def test_a_preview_is_that_of_the_first_in_line() -> None:
    bench = Bench()
    first, second = bench.take(0), bench.take(1)
    assert not bench.order.preview(second, finished_frame(second))
    assert bench.order.preview(first, finished_frame(first))
    assert bench.out() == 0
    bench.order.end(first, finished_frame(first))
    assert bench.out() == 0
    assert bench.order.preview(second, finished_frame(second))


def test_what_was_in_hand_when_a_pause_began_is_held() -> None:
    bench = Bench(every_frame=False)
    taken = bench.take(0)
    bench.stream.freeze()
    bench.order.end(taken, finished_frame(taken))
    assert bench.out() is None
    assert bench.stream.meters.counts.held == 1


def test_nobody_takes_from_a_stream_that_is_over() -> None:
    bench = Bench()
    bench.stream.stop()
    assert bench.order.take() is None


@pytest.mark.parametrize(
    ("every_frame", "threads", "distance_s"), [(False, 2, 0.4), (False, 1, 0.0), (True, 2, 0.0)]
)
def test_frames_are_taken_at_even_distances(
    monkeypatch: pytest.MonkeyPatch, every_frame: bool, threads: int, distance_s: float
) -> None:
    now = [100.0]
    monkeypatch.setattr(frame_order.time, "monotonic", lambda: now[0])
    bench = Bench(every_frame, threads)
    waits: list[float] = []
    monkeypatch.setattr(bench.stream.over, "wait", waits.append)
    for number in range(60):
        taken = bench.take(number)
        now[0] += 1.0  # it is in hand for a second
        bench.order.end(taken, None)
    waits.clear()
    bench.take(60)
    now[0] += 0.1
    bench.take(61)
    expected = [0.0, distance_s - 0.1] if distance_s else []
    assert waits == pytest.approx(expected, abs=1e-3)


def test_a_network_s_first_frames_do_not_set_the_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(frame_order.time, "monotonic", lambda: now[0])
    bench = Bench(every_frame=False, threads=2)
    waits: list[float] = []
    monkeypatch.setattr(bench.stream.over, "wait", waits.append)
    for number, in_hand_s in enumerate([0.2, 0.2, 0.2, 3.0, 3.0]):
        taken = bench.take(number)
        now[0] += in_hand_s
        bench.order.end(taken, None)
    bench.take(5)
    waits.clear()
    bench.take(6)
    assert waits == pytest.approx([0.08], abs=1e-3)


def test_a_stream_that_ends_does_not_wait_for_the_distance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frame_order, "LONGEST_S", 600.0)
    bench = Bench(every_frame=False, threads=2)
    bench.order._segmented_s.append(6000.0)
    bench.take(0)
    taken: list[TakenFrame | None] = []
    waiting = threading.Thread(target=lambda: taken.append(bench.order.take()), daemon=True)
    waiting.start()
    bench.stream.stop()
    waiting.join(60)
    assert taken == [None]
