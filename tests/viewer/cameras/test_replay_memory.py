"""The short version of the benchmark: memory stays flat while a replay goes on."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from sgnet_model.data import open_frames
from sgnet_viewer.cameras import replay
from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.recording.endurance import record_small, replay_growth

ALLOWED = 300_000  # bytes; 600 frames that stayed would be fifty times that


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def allocated() -> float:
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.usefixtures("traced")
def test_memory_stays_flat() -> None:
    assert replay_growth(allocated, count=600, files=50) < ALLOWED


@pytest.mark.usefixtures("traced")
def test_frames_that_stay_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[LiveFrame] = []
    load = replay.ReplaySource.load

    def hoarding(source: replay.ReplaySource, place: int) -> LiveFrame:
        kept.append(load(source, place))
        return kept[-1]

    monkeypatch.setattr(replay.ReplaySource, "load", hoarding)
    assert replay_growth(allocated, count=100, files=50) > ALLOWED


def test_small_frames_differ(tmp_path: Path) -> None:
    record_small(tmp_path / "r", 3)
    frames = open_frames(tmp_path / "r")
    assert len({int(frames.load(index).rgb[0, 0, 0]) for index in range(3)}) == 3
