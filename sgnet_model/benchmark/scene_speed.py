"""How many scenes a second are rendered: by one process, and by several that stream them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from statistics import median
from typing import Any

from sgnet_model.scenes import HELD_OUT_SEEDS, training_profile
from sgnet_model.scenes.generate import render_scene

SIZES = ((240, 320), (480, 640))
SCENES = 12
START = 2  # of a worker's scenes, not counted: it loads its libraries and fills its queue
ROUNDS = 2  # a worker's streamed scenes over those of the single process

# One item a scene, made by so many processes.
Stream = Callable[[tuple[int, int], int], Iterator[object]]


@dataclass(frozen=True, slots=True)
class SceneSpeed:
    """Rates of one process, from the median scene and over all of them; and of `workers`.

    `profile`: the scenes' generator, that of training where it runs.
    """

    profile: str
    height: int
    width: int
    scenes: int
    median_ms: float
    frames_per_second: float
    workers: int
    streamed_per_second: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def scene_speed(size: tuple[int, int], stream: Stream, scenes: int = SCENES) -> SceneSpeed:
    """Renders scenes 1, 2, ... after scene 0, which is not counted; then takes a stream's."""
    seconds, profile = [], training_profile()
    for seed in HELD_OUT_SEEDS[: scenes + 1]:
        start = time.perf_counter()
        render_scene(seed, size, profile=profile)
        seconds.append(time.perf_counter() - start)
    counted = seconds[1:]
    workers = usable_cores()
    streamed = _streamed(stream(size, workers), START * workers, ROUNDS * scenes * workers)
    return SceneSpeed(
        profile.name, *size, scenes, median(counted) * 1e3, scenes / sum(counted), workers, streamed
    )


def usable_cores() -> int:
    """How many this process may run on; one worker for each."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _streamed(frames: Iterator[object], start: int, counted: int) -> float:
    """Frames a second, once `start` of them are there."""
    for _ in islice(frames, start):
        pass
    begin = time.perf_counter()
    taken = sum(1 for _ in islice(frames, counted))
    return taken / (time.perf_counter() - begin)
