"""Whether memory stays flat over a long replay: for the benchmark, and a short one in the tests."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sgnet_model.data import guess_intrinsics
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import CameraOptions, LiveFrame
from sgnet_viewer.cameras.replay import ReplayKind

from .entry import Colour, Entry
from .writer import RecordingWriter

SMALL = (48, 64)  # (height, width)
WARM_UP = 200  # frames after which caches and pools have their size
READ_S = 30.0


def replay_growth(measure: Callable[[], float], count: int = 10_000, files: int = 2_000) -> float:
    """By how much `measure()` is larger after `count` replayed frames than after the first 200.

    Records `files` small frames into a folder for the purpose, and replays it every frame, round
    after round. `measure`: the memory of this process, in whatever unit.
    """
    with tempfile.TemporaryDirectory(prefix="sgnet-replay-") as folder:
        path = Path(folder) / "recording"
        record_small(path, files)
        camera = ReplayKind().open(str(path), CameraOptions(every_frame=True))
        try:
            for _ in range(WARM_UP):
                camera.read(READ_S)
            before = measure()
            for _ in range(count):
                camera.read(READ_S)
            return measure() - before
        finally:
            camera.close()


def record_small(folder: Path, count: int) -> None:
    """A recording of `count` frames of 48 x 64 pixels, no two alike."""
    writer = RecordingWriter(folder, "small frames", Colour.JPEG)
    for number in range(count):
        writer.write(Entry.of(_small(number)))
    writer.close()


def _small(number: int) -> LiveFrame:
    height, width = SMALL
    rgb = np.full((height, width, 3), number % 256, np.uint8)
    depth = np.full(SMALL, 1000 + number % 5000, np.uint16)
    return live_frame(
        rgb,
        depth,
        guess_intrinsics(width, height),
        name=f"small {number}",
        number=number,
        captured_s=time.monotonic() + number / 30,
    )
