"""When the frames of a replay are due: hand-worked."""

from __future__ import annotations

import math

import pytest

from sgnet_viewer.cameras.replay.timeline import Timeline, paced


def test_places_and_times() -> None:
    timeline = Timeline([0.1, 0.3, 0.2])  # due at 0, 0.1, 0.4; a round of 0.6 s
    assert [timeline.due_s(place) for place in range(5)] == pytest.approx([0, 0.1, 0.4, 0.6, 0.7])
    places = [timeline.place_at(at) for at in (0.0, 0.05, 0.11, 0.39, 0.41, 0.59, 0.61, 1.25)]
    assert places == [0, 0, 1, 1, 2, 2, 3, 6]
    assert len(timeline) == 3


def test_without_times_by_the_rate() -> None:
    timeline = paced(None, 4, fps=10)
    assert [timeline.due_s(place) for place in (1, 3, 4, 8)] == pytest.approx([0.1, 0.3, 0.4, 0.8])


def test_with_times_as_they_were_taken() -> None:
    timeline = paced([100.0, 100.1, 100.3, 100.4], 4, fps=30)
    assert timeline.due_s(3) == pytest.approx(0.4)
    assert timeline.round_s == pytest.approx(0.5)  # the usual step closes the round


@pytest.mark.parametrize("odd", [99.0, 100.0, math.nan])
def test_time_that_does_not_go_on_counts_as_a_frame(odd: float) -> None:
    timeline = paced([100.0, odd, 100.2], 3, fps=20)
    assert timeline.due_s(1) == pytest.approx(0.05)


def test_nobody_waits_for_what_was_left_out() -> None:
    timeline = paced([0.0, 0.1, 600.0, 600.1], 4, fps=30)
    assert timeline.due_s(2) == pytest.approx(1.1)


def test_one_frame_comes_at_the_rate() -> None:
    timeline = paced([7.0], 1, fps=5)
    assert timeline.due_s(3) == pytest.approx(0.6)
