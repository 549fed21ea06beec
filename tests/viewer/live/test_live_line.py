"""Frames that several threads have in hand at once come out in their order."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from live_support import STEADY, ScriptedSource, until
from scripted import frame

from sgnet_viewer.live import line as line_module
from sgnet_viewer.live.line import Line, Turn
from sgnet_viewer.live.stream import Shot, Stream


class Belt:
    """A line whose frames the test puts and takes."""

    def __init__(self, every_frame: bool = True, hands: int = 1) -> None:
        self.stream = Stream(ScriptedSource([]), every_frame, STEADY)
        self.line = Line(self.stream, hands)

    def take(self, number: int) -> Turn:
        self.stream._deliver(frame(number))
        turn = self.line.take()
        assert turn is not None
        return turn

    def out(self) -> int | None:
        shot = self.stream.outbox.take_back()
        return None if shot is None else shot.live.number


def shot_of(turn: Turn) -> Shot:
    drawing: Any = None
    return Shot(0, turn.captured.decoded(), drawing)


def test_who_is_first_through_waits_for_those_before() -> None:
    belt = Belt()
    first, second = belt.take(0), belt.take(1)
    early = threading.Thread(target=lambda: belt.line.end(second, shot_of(second)))
    early.start()
    early.join(0.05)
    assert early.is_alive()
    assert belt.out() is None
    belt.line.end(first, shot_of(first))
    assert belt.out() == 0
    until(lambda: belt.stream.outbox.is_full)
    assert belt.out() == 1
    early.join(60)


def test_a_frame_that_comes_to_nothing_lets_the_next_one_pass() -> None:
    belt = Belt()
    first, second = belt.take(0), belt.take(1)
    belt.line.end(first, None)
    belt.line.end(second, shot_of(second))
    assert belt.out() == 1


def test_a_preview_is_that_of_the_first_in_line() -> None:
    belt = Belt()
    first, second = belt.take(0), belt.take(1)
    assert not belt.line.preview(second, shot_of(second))
    assert belt.line.preview(first, shot_of(first))
    assert belt.out() == 0
    belt.line.end(first, shot_of(first))
    assert belt.out() == 0
    assert belt.line.preview(second, shot_of(second))


def test_what_was_in_hand_when_a_pause_began_is_held() -> None:
    belt = Belt(every_frame=False)
    turn = belt.take(0)
    belt.stream.freeze()
    belt.line.end(turn, shot_of(turn))
    assert belt.out() is None
    assert belt.stream.meters.counts.held == 1


def test_nobody_takes_from_a_stream_that_is_over() -> None:
    belt = Belt()
    belt.stream.stop()
    assert belt.line.take() is None


@pytest.mark.parametrize(
    ("every_frame", "hands", "distance_s"), [(False, 2, 0.4), (False, 1, 0.0), (True, 2, 0.0)]
)
def test_frames_are_taken_at_even_distances(
    monkeypatch: pytest.MonkeyPatch, every_frame: bool, hands: int, distance_s: float
) -> None:
    now = [100.0]
    monkeypatch.setattr(line_module.time, "monotonic", lambda: now[0])
    belt = Belt(every_frame, hands)
    waits: list[float] = []
    monkeypatch.setattr(belt.stream.over, "wait", waits.append)
    for number in range(60):
        turn = belt.take(number)
        now[0] += 1.0  # it is in hand for a second
        belt.line.end(turn, None)
    waits.clear()
    belt.take(60)
    now[0] += 0.1
    belt.take(61)
    expected = [0.0, distance_s - 0.1] if distance_s else []
    assert waits == pytest.approx(expected, abs=1e-3)


def test_a_network_s_first_frames_do_not_set_the_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(line_module.time, "monotonic", lambda: now[0])
    belt = Belt(every_frame=False, hands=2)
    waits: list[float] = []
    monkeypatch.setattr(belt.stream.over, "wait", waits.append)
    for number, in_hand_s in enumerate([0.2, 0.2, 0.2, 3.0, 3.0]):
        turn = belt.take(number)
        now[0] += in_hand_s
        belt.line.end(turn, None)
    belt.take(5)
    waits.clear()
    belt.take(6)
    assert waits == pytest.approx([0.08], abs=1e-3)


def test_a_stream_that_ends_does_not_wait_for_the_distance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_module, "LONGEST_S", 600.0)
    belt = Belt(every_frame=False, hands=2)
    belt.line._in_hand_s.append(6000.0)
    belt.take(0)
    taken: list[Turn | None] = []
    waiting = threading.Thread(target=lambda: taken.append(belt.line.take()), daemon=True)
    waiting.start()
    belt.stream.stop()
    waiting.join(60)
    assert taken == [None]
