"""One visit to the running window: wait for the sample, make the gestures, write the findings."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from sgnet_model.types import UserError
from sgnet_viewer.launch.startup import Running

from .gestures import (
    Findings,
    click_everywhere,
    move_cloud,
    orbit_cloud,
    take_results,
    type_into_palette,
)
from .gui_meter import GuiMeter, PaintWatch
from .questions import ask_questions
from .script import Script, Waiting


class Visit(QObject):
    """Made before the window is shown. `started`: `time.monotonic` when the process was asked for.

    `count`: repetitions of each gesture; 0 leaves as soon as the sample is segmented and drawn.
    """

    def __init__(self, running: Running, path: Path, started: float, count: int) -> None:
        super().__init__(running.window)
        self._running = running
        self._path = path
        self._started = started
        self._count = count
        self._findings: dict[str, object] = {}
        self._shown = PaintWatch(running.window)
        self._script = Script(self._steps(), self._leave, self)

    def _steps(self) -> Waiting:
        meter, findings = GuiMeter(self), self._findings
        yield lambda: self._shown.at > 0
        findings["visible_s"] = self._since_start(self._shown.at)
        meter.start()
        yield lambda: self._running.is_complete
        findings["segmented_s"] = self._since_start(time.perf_counter())
        findings["start_block_ms"] = meter.read().block
        if self._count:
            found = Findings()
            yield from click_everywhere(self._running, found, self._count)
            yield from type_into_palette(self._running, found, self._count)
            yield from ask_questions(self._running, found, meter)
            yield from take_results(self._running, found, meter, self._count)
            yield from move_cloud(self._running, found, meter, self._count)
            yield from orbit_cloud(self._running, found, self._count)
            findings.update(asdict(found))

    def _since_start(self, at: float) -> float:
        """Seconds from asking for a process to a moment of `time.perf_counter`."""
        return at + time.monotonic() - time.perf_counter() - self._started

    def _leave(self, error: Exception | None) -> None:
        if error is None:
            self._path.write_text(json.dumps(self._findings), encoding="utf-8")
        elif isinstance(error, UserError):
            self._running.error = error
        else:
            self._running.error = UserError(f"The measurement failed ({error}): please report it.")
        self._running.window.close()
        QApplication.quit()
