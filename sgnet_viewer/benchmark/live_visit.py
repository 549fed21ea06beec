"""One visit to a live window: counts what the cloud does, follows memory, writes the findings."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from sgnet_model.types import FloatArray
from sgnet_viewer.launch.startup import Running
from sgnet_viewer.live.meters import Counts, Meters

from .memory import memory_of

LOOK_MS = 5
WARM_SHARE = 0.1  # of the frames: by then caches and pools have their size
SAMPLES = 40  # of memory


class LiveVisit(QObject):
    """Made before the window is shown.

    `count`: frames after which the window is closed and between which memory is sampled; 0 leaves
    the end to `--seconds`, and memory alone.
    """

    def __init__(self, running: Running, path: Path, count: int) -> None:
        super().__init__(running.window)
        self._running = running
        self._path = path
        self._count = count
        self._begun: float | None = None
        self._points: FloatArray | None = None
        self._updates = 0
        self._meters = Meters()
        self._before = Counts()  # when the first picture came: the network had to be loaded
        self._samples: list[tuple[int, float]] = []  # (frames shown, own MB of all processes)
        running.application.live.shown.connect(self._note)
        self._timer = QTimer(self, interval=LOOK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        application = QApplication.instance()
        assert application is not None  # a window is there
        application.aboutToQuit.connect(self._write)

    def _look(self) -> None:
        """New points on the screen count; other colours on the same ones do not."""
        cloud = self._running.cloud.shown
        points = None if cloud is None else cloud.points
        if points is not self._points:
            self._points = points
            self._updates += self._begun is not None

    def _note(self, meters: Meters) -> None:
        self._meters = meters
        if self._begun is None:
            self._begun = time.perf_counter()
            self._before = meters.counts
        shown = meters.counts.shown
        if self._count and shown >= self._next_sample():
            memory = memory_of(os.getpid())
            if memory is not None:
                self._samples.append((shown, memory.own))
        if self._count and shown >= self._count:
            self._count = 0
            self._running.window.close()

    def _next_sample(self) -> int:
        warm = WARM_SHARE * self._count
        return round(warm + len(self._samples) * (self._count - warm) / SAMPLES)

    def _write(self) -> None:
        seconds = 0.0 if self._begun is None else time.perf_counter() - self._begun
        now, before = self._meters.counts, self._before
        findings = {
            "seconds": seconds,
            "captured": now.captured - before.captured,
            "missed": now.missed - before.missed,
            "cloud_updates": self._updates,
            "memory": self._samples,
        }
        self._path.write_text(json.dumps(findings), encoding="utf-8")
