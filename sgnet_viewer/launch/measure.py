"""`live --seconds --screenshot --stats`: streams for a while, saves what was seen, and ends."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

from sgnet_model.files import write_atomically
from sgnet_model.types import UserError
from sgnet_viewer.live.meters import Meters

MIB = 2**20
START_S = 180.0  # a large network on a slow processor takes its time
INTERVAL_MS = 5
WARM_FRAMES = 100  # memory is held against what it was after these


class EventLoopDelay(QObject):
    """How long the GUI thread was away from its event loop: by how much a timer fired late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._fire)
        self._timer.start()

    def begin_anew(self) -> None:
        """Forget what was before."""
        self.longest_ms = 0.0
        self._last = time.perf_counter()

    def stop(self) -> None:
        """Stop the timer."""
        self._timer.stop()

    def _fire(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, 1e3 * (now - self._last) - INTERVAL_MS)
        self._last = now


class Measurement(QObject):
    """Counts the seconds from the first finished picture on; then `finish` is called once.

    `finish` gets what went wrong, or None. A stream that ends before its time, and a window that
    is closed, end the measurement with what there is.
    """

    def __init__(
        self,
        seconds: float | None,
        stats: Path | None,
        finish: Callable[[UserError | None], None],
        start_s: float = START_S,
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._stats = stats
        self._finish = finish
        self._delay = EventLoopDelay(self)
        self._began = time.monotonic()
        self._start_block_ms = 0.0
        self._meters: Meters | None = None
        self._warm_mb: float | None = None
        self._over = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._give_up)
        self._timer.start(round(1e3 * start_s))

    def note_shown(self, meters: Meters) -> None:
        """A finished frame is on the screen."""
        if self._meters is None:
            self._begin()
        self._meters = meters
        if self._warm_mb is None and meters.counts.shown >= WARM_FRAMES:
            self._warm_mb = resident_mb()

    def note_ended(self, error: Exception | None) -> None:
        """The stream has ended, or failed."""
        if isinstance(error, UserError) or error is None:
            self.end(error)
        else:
            self.end(UserError(f"The source failed ({type(error).__name__}: {error})."))

    def end(self, error: UserError | None = None) -> None:
        """Write what is known; the first call counts."""
        if self._over:
            return
        self._over = True
        self._timer.stop()
        self._delay.stop()
        self._finish(error or self._write())

    def report(self) -> dict[str, Any]:
        """What the JSON file holds; null where a value is not known.

        Frames `captured`, `inferred`, `shown` and `dropped` (see `Counts`, also for `held` and
        `missed_by_driver`), over the whole run. `latency_ms`: from capture to screen, the median
        without the first frame, and its 95th percentile. `peak_mb`: of this process, MiB.
        `seconds`: from the first picture on that is finished (unlike those shown while the network
        is loaded); `start_s` until then; `fps`: finished ones shown in a second of them.
        `gui_block_ms`: the longest time without a turn of the event loop, after that picture;
        `gui_block_start_ms` before it. `memory_growth_mb`: since the hundredth frame, MiB.
        `flips_per_s`: share of the pixels that changed their class in a second, at the end.
        """
        meters = self._meters or Meters()
        counts, first = meters.counts, meters.first_shown_s
        seconds = time.monotonic() - first if first is not None else 0.0
        shown_after_first = max(counts.shown - counts.plain - 1, 0)
        return {
            "captured": counts.captured,
            "inferred": counts.inferred,
            "shown": counts.shown,
            "dropped": counts.dropped,
            "latency_ms": _rounded(meters.latency_ms()),
            "peak_mb": _rounded(peak_mb()),
            "seconds": _rounded(seconds),
            "start_s": _rounded(first - self._began if first is not None else None),
            "fps": _rounded(shown_after_first / seconds if seconds else 0.0),
            "latency_p95_ms": _rounded(meters.latency_ms(0.95)),
            "held": counts.held,
            "missed_by_driver": counts.missed,
            "gui_block_ms": _rounded(self._delay.longest_ms),
            "gui_block_start_ms": _rounded(self._start_block_ms),
            "memory_growth_mb": self._growth(),
            "flips_per_s": _rounded(meters.flips.per_s),
        }

    def _begin(self) -> None:
        self._start_block_ms = self._delay.longest_ms
        self._delay.begin_anew()
        self._timer.stop()
        if self._seconds is not None:
            self._timer.timeout.disconnect()
            self._timer.timeout.connect(self.end)
            self._timer.start(round(1e3 * self._seconds))

    def _give_up(self) -> None:
        self.end(UserError("The source sent no picture in time: try another --source."))

    def _growth(self) -> float | None:
        now = resident_mb()
        return None if now is None or self._warm_mb is None else _rounded(now - self._warm_mb)

    def _write(self) -> UserError | None:
        if self._stats is None:
            return None
        try:
            write_atomically(self._stats, (json.dumps(self.report(), indent=1) + "\n").encode())
        except UserError as error:
            return error
        return None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def peak_mb() -> float | None:
    """The most that lay in memory so far, in MiB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak / 1024


def resident_mb() -> float | None:
    """What lies in memory now, in MiB; None but on Linux."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB
