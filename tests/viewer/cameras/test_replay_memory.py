"""The short version of the benchmark: memory stays flat while a replay goes on."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from sgnet_model.data import open_frames
from sgnet_viewer.benchmark.small_recording import record_small
from sgnet_viewer.cameras.protocol import CameraOptions, LiveFrame
from sgnet_viewer.cameras.replay import replay_camera as replay
from sgnet_viewer.cameras.replay.replay_camera import ReplayKind

WARM_UP = 200  # frames after which caches and pools have their size
READ_S = 30.0
STRETCHES = 3  # in each of which frames that stay would be seen
ALLOWED = 100_000  # bytes; 200 frames that stayed would be fifty times that


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def allocated() -> float:
    return tracemalloc.get_traced_memory()[0]


def replay_growth(count: int, files: int) -> float:
    """Bytes by which memory grows in each third of `count` replayed frames, after the first 200.

    Records `files` small frames into a folder for the purpose, and replays it every frame, round
    after round. The least of the thirds counts: Python makes its table of interned names anew
    now and then, megabytes that are no growth of ours.
    """
    with tempfile.TemporaryDirectory(prefix="sgnet-replay-") as folder:
        path = Path(folder) / "recording"
        record_small(path, files)
        camera = ReplayKind().open(str(path), CameraOptions(every_frame=True))
        try:
            for _ in range(WARM_UP):
                camera.read(READ_S)
            growths = []
            for _ in range(STRETCHES):
                before = allocated()
                for _ in range(count // STRETCHES):
                    camera.read(READ_S)
                growths.append(allocated() - before)
            return min(growths)
        finally:
            camera.close()


@pytest.mark.usefixtures("traced")
def test_memory_stays_flat() -> None:
    assert replay_growth(count=600, files=50) < ALLOWED


@pytest.mark.usefixtures("traced")
def test_frames_that_stay_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[LiveFrame] = []
    load = replay.ReplaySource.load

    def hoarding(source: replay.ReplaySource, place: int) -> LiveFrame:
        kept.append(load(source, place))
        return kept[-1]

    monkeypatch.setattr(replay.ReplaySource, "load", hoarding)
    assert replay_growth(count=100, files=50) > ALLOWED


def test_small_frames_differ(tmp_path: Path) -> None:
    record_small(tmp_path / "r", 3)
    frames = open_frames(tmp_path / "r")
    assert len({int(frames.load(index).rgb[0, 0, 0]) for index in range(3)}) == 3
