"""What a stream's frames said at the probes over the last seconds: how far taps spread, and how
still the answers are: taps that wander and classes that flip."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from sgnet_model.types import FloatArray

KEPT_S = 20.0
MOST = 1200  # samples a probe: a minute's worth at 20 frames a second
STILL_S, MOST_STILL = 5.0, 300  # of them, those that say how still it is
FEWEST = 3  # below which nothing is said of that


@dataclass(frozen=True, slots=True, eq=False)
class SpreadHistory:
    """One probe. `times_s`: (N,), ascending, of time.monotonic(). `spread_px`: (N, L)."""

    layers: tuple[str, ...]
    times_s: FloatArray
    spread_px: FloatArray


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Of one probe over the last seconds. `jitter_px`: by layer the root-mean-square deviation of
    its nine taps from their own mean places, in pixels of the picture, as the inspection "noise"
    has it. `flips_per_s`: how often its class became another."""

    jitter_px: tuple[tuple[str, float], ...]
    flips_per_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One frame at one probe. `spread_px`: a number a layer, in pixels of the picture, as are
    `taps`: (L, 2, 9) float32, x and y."""

    time_s: float
    spread_px: tuple[float, ...]
    taps: FloatArray
    label: int


Of = tuple[tuple[int, int], tuple[str, ...]]  # (u, v) and the layers


class ProbeSamples:
    """By the probes' numbers; a probe that moves, or other layers, begin again."""

    def __init__(self) -> None:
        self._samples: dict[int, deque[Sample]] = {}
        self._of: dict[int, Of] = {}

    def add(
        self, number: int, pixel: tuple[int, int], layers: tuple[str, ...], sample: Sample
    ) -> None:
        """Another frame; one that is older than the last begins again (a recording that loops)."""
        samples = self._samples.get(number)
        is_next = samples is not None and samples[-1].time_s <= sample.time_s
        if samples is None or not is_next or self._of[number] != (pixel, layers):
            self._of[number] = (pixel, layers)
            samples = self._samples[number] = deque(maxlen=MOST)
        samples.append(sample)
        while samples[0].time_s < sample.time_s - KEPT_S:
            samples.popleft()

    def spread(self, number: int) -> SpreadHistory | None:
        """How far its taps spread; None where nothing is known."""
        samples = self._samples.get(number)
        if not samples:
            return None
        times = np.array([one.time_s for one in samples])
        spreads = np.array([one.spread_px for one in samples], np.float32)
        return SpreadHistory(self._of[number][1], times, spreads)

    def steadiness(self, number: int, pixel: tuple[int, int]) -> Steadiness | None:
        """Of the probe at that pixel; None where too few frames are known."""
        known = self._samples.get(number)
        if not known or self._of[number][0] != pixel:
            return None
        newest_s = known[-1].time_s
        samples = [one for one in known if one.time_s >= newest_s - STILL_S][-MOST_STILL:]
        if len(samples) < FEWEST:
            return None
        taps = np.stack([one.taps for one in samples]).astype(np.float64)
        variance = taps.var(0, ddof=1)  # (L, 2, 9)
        jitter = np.sqrt(variance.sum(1).mean(1)).tolist()
        labels = np.array([one.label for one in samples])
        seconds = newest_s - samples[0].time_s
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
