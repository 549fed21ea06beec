"""What sources may send, and what the network is spared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scripted import frame

from sgnet_viewer.live.checking import EMPTY_DEPTH, NO_DEPTH, check, valid_fraction


def test_a_good_frame_passes_untouched() -> None:
    live = frame(3)
    checked = check(live)
    assert checked.frame is live.frame
    assert checked.refusal == ""


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_depth_that_is_no_distance_becomes_missing(bad: float) -> None:
    live = frame(0)
    depth = live.frame.depth_m
    assert depth is not None
    depth[3, 4] = bad
    checked = check(live)
    assert checked.refusal == ""
    assert checked.frame.depth_m is not None
    assert checked.frame.depth_m[3, 4] == 0
    assert np.array_equal(np.delete(checked.frame.depth_m, 4, 1), np.delete(depth, 4, 1))


def test_no_depth_and_empty_depth_are_shown_with_the_reason() -> None:
    assert check(frame(0, "none")).refusal == NO_DEPTH
    empty = check(frame(0, "zero"))
    assert empty.refusal == EMPTY_DEPTH
    assert valid_fraction(empty.frame) == 0
    assert valid_fraction(frame(0, "none").frame) is None
    assert valid_fraction(frame(0, "nan").frame) == pytest.approx(0.5)


def test_depth_of_another_size_is_refused() -> None:
    live = frame(0)
    other = replace(live, frame=replace(live.frame, depth_m=np.ones((5, 7), np.float32)))
    checked = check(other)
    assert checked.frame.depth_m is None
    assert "7x5" in checked.refusal
    assert "64x48" in checked.refusal
