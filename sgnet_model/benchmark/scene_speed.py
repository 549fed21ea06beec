"""How many scenes a second are rendered."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from sgnet_model.scenes import HELD_OUT_SEEDS
from sgnet_model.scenes.generate import render_scene

SIZES = ((240, 320), (480, 640))
SCENES = 12


@dataclass(frozen=True, slots=True)
class SceneSpeed:
    """Rates of one process: from the median scene, and over all of them."""

    height: int
    width: int
    scenes: int
    median_ms: float
    frames_per_second: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def scene_speed(size: tuple[int, int], scenes: int = SCENES) -> SceneSpeed:
    """Renders scenes 1, 2, ... after scene 0, which is not counted."""
    seconds = []
    for seed in HELD_OUT_SEEDS[: scenes + 1]:
        start = time.perf_counter()
        render_scene(seed, size)
        seconds.append(time.perf_counter() - start)
    counted = seconds[1:]
    return SceneSpeed(*size, scenes, median(counted) * 1e3, scenes / sum(counted))
