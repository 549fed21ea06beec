"""A recording of small frames, all different: what long replays are measured with."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from sgnet_model.data import guess_intrinsics
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.recording.entry import Colour, Entry
from sgnet_viewer.recording.writer import RecordingWriter

SMALL = (48, 64)  # (height, width)


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
