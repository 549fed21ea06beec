"""The small parts of the sources: numbers, pace, vendors' packages."""

from __future__ import annotations

import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from sgnet_viewer.cameras.numbering import Numbering
from sgnet_viewer.cameras.pace import LONGEST_GAP_S, UNSEEN_S, Pace
from sgnet_viewer.cameras.sdk import SdkMissing, bounded, import_sdk


def test_numbers_grow_with_gaps_and_survive_a_restart() -> None:
    numbering = Numbering()
    counters = [162, 163, 166, 166, 0, 1, 5]
    assert [numbering.next(counter) for counter in counters] == [0, 1, 4, 5, 6, 7, 11]


def test_frames_that_repeat_their_counter_are_no_dropped_ones() -> None:
    numbering = Numbering()
    counters = [0, 1, 1, 1, 5, 9, 9, 10, 11, 14]
    assert [numbering.next(counter) for counter in counters] == [0, 1, 2, 3, 5, 9, 10, 11, 12, 14]


def test_frames_are_due_as_they_were_taken() -> None:
    now = 100.0
    pace = Pace(lambda: now)
    assert [pace.due_s(taken) for taken in (7.0, 7.5, 8.5)] == [100.0, 100.5, 101.5]
    now = 101.52
    assert not pace.is_late(101.5)
    now = 101.6
    assert pace.is_late(101.5)


def test_a_pause_is_shortened_and_a_new_round_goes_on() -> None:
    pace = Pace(lambda: 0.0)
    dues = [pace.due_s(taken) for taken in (0.0, 0.1, 0.0, 0.1, 900.0, 900.0)]
    assert dues == pytest.approx([0, 0.1, 0.2, 0.3, 0.3 + LONGEST_GAP_S, 0.3 + 2 * LONGEST_GAP_S])


def test_after_a_long_pause_it_goes_on_from_now() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    pace.due_s(0.0)
    now = 60.0
    assert [pace.due_s(taken) for taken in (0.1, 0.2)] == pytest.approx([60.0, 60.1])
    assert not pace.is_late(60.0)


def test_what_is_always_late_is_shown_now_and_then() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    shown = []
    for number in range(60):
        if not pace.is_late(pace.due_s(number / 30)):
            shown.append(now)
        now += 0.05  # so long it takes to decode one
    gaps = [after - before for before, after in pairwise(shown)]
    assert len(gaps) > 5
    assert max(gaps) <= UNSEEN_S + 0.05 + 1e-6


def test_a_missing_package_is_named_with_its_command() -> None:
    with pytest.raises(SdkMissing) as missing:
        import_sdk("no_such_sdk", "Some sensor", "no-such-sdk>=3")
    found = missing.value.found()
    assert found.missing == "Some sensor needs the package no_such_sdk."
    assert found.remedy == f'"{sys.executable}" -m pip install "no-such-sdk>=3"'
    assert found.remedy in str(missing.value)


def test_a_frozen_copy_has_no_command_for_a_missing_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(
        SdkMissing, match=r"no_such_sdk, which this frozen copy .* without\.$"
    ) as lack:
        import_sdk("no_such_sdk", "Some sensor", "no-such-sdk>=3")
    assert lack.value.found().remedy == ""


def test_a_package_that_does_not_load_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_an_sdk.py").write_text("raise ImportError('libusb.so is too old\\nmore')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SdkMissing, match=r"does not load \(libusb.so is too old\)"):
        import_sdk("half_an_sdk", "Some sensor", "half")


def test_what_raises_or_hangs_is_left_behind() -> None:
    let_go = threading.Event()
    assert bounded(lambda: 1 / 0)
    assert not bounded(lambda: let_go.wait(60), timeout_s=0.01)
    let_go.set()
