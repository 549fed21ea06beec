"""How fast the stream runs, and where its frames went."""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from dataclasses import dataclass

from sgnet_model.types import UInt8Array

WINDOW_S = 2.0  # a rate is that of the last two seconds
OVERDUE = 2  # gaps between events without one: they have ended
FLIPS_S = 5.0  # the share of flips is that of the last five
LATENCIES = 10_000  # the newest that the medians are of


@dataclass(frozen=True, slots=True)
class Counts:
    """Frames so far. `captured` = `shown` + `dropped` + `held` + those still on their way.

    `inferred`: the network has seen. `plain`: of those shown, the ones that did not wait until the
    network was loaded. `dropped`: replaced by a newer one, or of an older generation.
    `held`: passed by while the window was frozen. `missed`: gaps in the driver's own numbers.
    """

    captured: int = 0
    inferred: int = 0
    shown: int = 0
    plain: int = 0
    dropped: int = 0
    held: int = 0
    missed: int = 0

    @property
    def under_way(self) -> int:
        """Captured, and neither shown nor passed by yet."""
        return self.captured - self.shown - self.dropped - self.held


class Rate:
    """Events a second; one thread ticks, any reads."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._times: deque[float] = deque(maxlen=1000)
        self._lock = threading.Lock()

    def tick(self, now: float) -> None:
        """It happened; `now` in seconds of time.monotonic()."""
        with self._lock:
            self._times.append(now)

    def at(self, now: float) -> float:
        """Events a second over the window that ends `now`.

        Of events further apart than that: by the last two, until the next is overdue. Else 0.
        """
        with self._lock:
            times = [each for each in self._times if now - each <= self._window_s]
            last = [*self._times][-2:] if len(times) < 2 else []
        if len(times) < 2:
            return _slow_rate(last, now)
        span = max(now - times[0], times[-1] - times[0])
        return (len(times) - 1) / span if span > 0 else 0.0


def _slow_rate(last: list[float], now: float) -> float:
    """By the times of the last two events."""
    if len(last) < 2:
        return 0.0
    gap, waited = last[1] - last[0], now - last[1]
    return 1 / max(gap, waited) if waited <= OVERDUE * gap else 0.0


class FlipRate:
    """How fast pixels change their class from one shown frame to the next."""

    def __init__(self) -> None:
        self._shares: deque[tuple[float, float, float]] = deque(maxlen=1000)
        self._labels: UInt8Array | None = None
        self._time_s = 0.0

    def note(self, labels: UInt8Array | None, time_s: float) -> None:
        """Another frame's (H, W) classes, captured then; None where it was not segmented."""
        last, self._labels = self._labels, labels
        before, self._time_s = self._time_s, time_s
        if last is None or labels is None or last.shape != labels.shape or time_s <= before:
            self._shares.clear()
            return
        self._shares.append((time_s, time_s - before, float((labels != last).mean())))
        while self._shares[0][0] < time_s - FLIPS_S:
            self._shares.popleft()

    @property
    def per_s(self) -> float | None:
        """Share of the picture's pixels a second; None while fewer than two frames are known."""
        seconds = sum(length for _, length, _ in self._shares)
        return sum(share for *_, share in self._shares) / seconds if seconds else None


class Meters:
    """Counts, rates and latencies of one stream. All threads of the stream write here."""

    def __init__(self) -> None:
        self.captures, self.inferences, self.pictures = Rate(), Rate(), Rate()
        self.flips = FlipRate()  # of the GUI thread
        self._lock = threading.Lock()
        self._counts = Counts()
        self._latencies: deque[float] = deque(maxlen=LATENCIES)
        self._last_number: int | None = None
        self.first_shown_s: float | None = None  # time.monotonic() of the first finished one

    @property
    def counts(self) -> Counts:
        """A snapshot."""
        with self._lock:
            return self._counts

    def count(self, **more: int) -> None:
        """Add to counts by name: `count(dropped=1)`."""
        with self._lock:
            now = self._counts
            self._counts = Counts(
                **{
                    name: getattr(now, name) + more.get(name, 0)
                    for name in Counts.__dataclass_fields__
                }
            )

    def capture(self, number: int) -> None:
        """A frame of this number came; a fresh camera begins at 0 again."""
        last, self._last_number = self._last_number, number
        missed = number - last - 1 if last is not None and number > last else 0
        self.count(captured=1, missed=missed)
        self.captures.tick(time.monotonic())

    def infer(self) -> None:
        """The network has seen a frame."""
        self.count(inferred=1)
        self.inferences.tick(time.monotonic())

    def show(self, captured_s: float, is_finished: bool = True) -> None:
        """A frame that was captured then is on the screen now; finished, or without its network."""
        now = time.monotonic()
        self.count(shown=1, plain=not is_finished)
        self.pictures.tick(now)
        if not is_finished:
            return
        with self._lock:
            if self.first_shown_s is None:
                self.first_shown_s = now  # its latency is that of loading the network
            else:
                self._latencies.append(now - captured_s)

    def latency_ms(self, share: float = 0.5, newest: int = LATENCIES) -> float | None:
        """From capture to screen: the median (or another quantile) of the newest frames."""
        with self._lock:
            values = sorted(list(self._latencies)[-newest:])
        if not values:
            return None
        if share == 0.5:
            return 1e3 * statistics.median(values)
        return 1e3 * values[min(int(share * len(values)), len(values) - 1)]
