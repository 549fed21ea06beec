"""How still a stream's answers are: taps that wander and classes that flip at the probes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from sgnet_model.types import FloatArray

KEPT_S = 5.0
MOST = 300  # frames a probe
FEWEST = 3  # frames, below which nothing is said


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Of one probe over the last seconds. `jitter_px`: by layer the root-mean-square deviation of
    its nine taps from their own mean places, in pixels of the picture, as the inspection "noise"
    has it. `flips_per_s`: how often its class became another."""

    jitter_px: tuple[tuple[str, float], ...]
    flips_per_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One frame at one probe. `taps`: (L, 2, 9) float32, x and y in pixels of the picture."""

    time_s: float
    taps: FloatArray
    label: int


class Jitters:
    """By the probes' numbers; a probe that moves, or other layers, begin again."""

    def __init__(self) -> None:
        self._samples: dict[int, deque[Sample]] = {}
        self._of: dict[int, tuple[tuple[int, int], tuple[str, ...]]] = {}

    def add(
        self, number: int, pixel: tuple[int, int], layers: tuple[str, ...], sample: Sample
    ) -> None:
        """Another frame; one that is older than the last begins again (a recording that loops)."""
        samples = self._samples.get(number)
        if samples and sample.time_s < samples[-1].time_s:
            samples.clear()
        if self._of.get(number) != (pixel, layers) or samples is None:
            self._of[number] = (pixel, layers)
            samples = self._samples[number] = deque(maxlen=MOST)
        samples.append(sample)
        while samples[0].time_s < sample.time_s - KEPT_S:
            samples.popleft()

    def of(self, number: int, pixel: tuple[int, int]) -> Steadiness | None:
        """Of the probe at that pixel; None where too few frames are known."""
        samples = self._samples.get(number) or deque[Sample]()
        if len(samples) < FEWEST or self._of[number][0] != pixel:
            return None
        taps = np.stack([one.taps for one in samples]).astype(np.float64)
        variance = taps.var(0, ddof=1)  # (L, 2, 9)
        jitter = np.sqrt(variance.sum(1).mean(1)).tolist()
        labels = np.array([one.label for one in samples])
        seconds = samples[-1].time_s - samples[0].time_s
        flips = int(np.count_nonzero(labels[1:] != labels[:-1]))
        rate = flips / seconds if seconds > 0 else 0.0
        return Steadiness(tuple(zip(self._of[number][1], jitter, strict=True)), rate)

    def keep(self, numbers: set[int]) -> None:
        """Forget the other probes."""
        for number in set(self._samples) - numbers:
            del self._samples[number], self._of[number]

    def clear(self) -> None:
        """Forget all."""
        self.keep(set())
