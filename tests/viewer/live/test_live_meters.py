"""Counts, rates, latencies."""

from __future__ import annotations

import time

import numpy as np
import pytest

from sgnet_viewer.launch.measure import peak_mb, resident_mb
from sgnet_viewer.live import meters as meters_module
from sgnet_viewer.live.meters import FlipRate, Meters, Rate


def test_a_rate_is_that_of_the_last_seconds() -> None:
    rate = Rate(window_s=2.0)
    assert rate.at(0.0) == 0
    for tenth in range(100):
        rate.tick(tenth / 10)
    assert rate.at(9.9) == pytest.approx(10, rel=0.06)
    assert rate.at(10.9) == pytest.approx(5, rel=0.06)  # half of the window is silent
    assert rate.at(20.0) == 0


def test_a_slow_rate_is_that_between_the_last_two() -> None:
    """A network that answers every three seconds is not one that does not answer."""
    rate = Rate(window_s=2.0)
    rate.tick(0.0)
    assert rate.at(1.0) == 0
    rate.tick(3.0)
    assert [rate.at(now) for now in (3.0, 5.5)] == pytest.approx([1 / 3, 1 / 3])
    assert rate.at(8.0) == pytest.approx(1 / 5)
    assert rate.at(9.5) == 0  # overdue: it has ended


def test_gaps_in_the_numbers_are_the_drivers_drops() -> None:
    meters = Meters()
    for number in (0, 1, 4, 0, 1):  # the second 0: a fresh camera
        meters.capture(number)
    assert (meters.counts.captured, meters.counts.missed) == (5, 2)


def test_every_frame_is_somewhere() -> None:
    meters = Meters()
    for number in range(10):
        meters.capture(number)
    meters.count(dropped=3)
    meters.count(held=2)
    meters.show(time.monotonic())
    assert meters.counts.under_way == 4


def test_latency_leaves_out_the_first_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    meters = Meters()
    now = [100.0]
    monkeypatch.setattr(meters_module.time, "monotonic", lambda: now[0])
    meters.show(40.0)  # the network was loaded meanwhile
    assert meters.latency_ms() is None
    for captured in (99.9, 99.8, 99.0):
        meters.show(captured)
    assert meters.latency_ms() == pytest.approx(200)
    assert meters.latency_ms(0.95) == pytest.approx(1000)
    assert meters.latency_ms(newest=1) is not None


def test_flips_are_the_share_of_pixels_a_second() -> None:
    flips = FlipRate()
    labels = np.zeros((4, 5), np.uint8)
    flips.note(labels, 10.0)
    assert flips.per_s is None
    other = labels.copy()
    other[0, :2] = 1  # two of twenty pixels
    flips.note(other, 10.5)
    assert flips.per_s == pytest.approx(0.2)
    flips.note(other, 11.0)
    assert flips.per_s == pytest.approx(0.1)
    for second in range(12, 20):
        flips.note(other, float(second))
    assert flips.per_s == 0  # of the last five seconds
    flips.note(None, 20.0)
    assert flips.per_s is None
    flips.note(labels[:2], 21.0)
    flips.note(labels[:2], 3.0)  # a recording begins again
    assert flips.per_s is None


def test_memory_is_told_in_mebibytes() -> None:
    peak, now = peak_mb(), resident_mb()
    if peak is not None and now is not None:
        assert 20 < now <= peak * 1.05
