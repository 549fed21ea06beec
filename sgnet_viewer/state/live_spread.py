"""How far each layer's taps spread at the probes, over the last seconds of a stream."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from sgnet_model.types import FloatArray

KEPT_S = 20.0
MOST = 1200  # samples a probe: a minute's worth at 20 frames a second


@dataclass(frozen=True, slots=True, eq=False)
class SpreadHistory:
    """One probe. `times_s`: (N,), ascending, of time.monotonic(). `spread_px`: (N, L)."""

    layers: tuple[str, ...]
    times_s: FloatArray
    spread_px: FloatArray


class SpreadHistories:
    """By the probes' numbers; a probe that moves, or other layers, begin again."""

    def __init__(self) -> None:
        self._samples: dict[int, deque[tuple[float, tuple[float, ...]]]] = {}
        self._of: dict[int, tuple[tuple[int, int], tuple[str, ...]]] = {}

    def add(
        self,
        number: int,
        pixel: tuple[int, int],
        time_s: float,
        layers: tuple[str, ...],
        spread_px: tuple[float, ...],
    ) -> None:
        """One frame's spreads, a number a layer, in pixels of the picture."""
        if self._of.get(number) != (pixel, layers):
            self._of[number] = (pixel, layers)
            self._samples[number] = deque(maxlen=MOST)
        samples = self._samples[number]
        samples.append((time_s, spread_px))
        while samples[0][0] < time_s - KEPT_S:
            samples.popleft()

    def of(self, number: int) -> SpreadHistory | None:
        """What is known of a probe; None where nothing is."""
        samples = self._samples.get(number)
        if not samples:
            return None
        times, spreads = zip(*samples, strict=True)
        return SpreadHistory(self._of[number][1], np.array(times), np.array(spreads, np.float32))

    def keep(self, numbers: set[int]) -> None:
        """Forget the other probes."""
        for number in set(self._samples) - numbers:
            del self._samples[number], self._of[number]

    def clear(self) -> None:
        """Forget all."""
        self.keep(set())
