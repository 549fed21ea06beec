"""How long the GUI thread works, and for how long at a stretch nothing else gets a turn."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

TICK_MS = 5


@dataclass(frozen=True, slots=True)
class Work:
    """Of the GUI thread, in milliseconds.

    `gui`: on the processor. `block`: the longest stretch in which no event got its turn, so what a
    key or a click would have had to wait; what other threads and programs took is in it.
    """

    gui: float
    block: float


class GuiMeter(QObject):
    """A pulse in the event loop of the thread that makes it.

    Qt tells when its loop sleeps and wakes, but with GLib's loop beneath it tells that too early.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.start()

    def start(self) -> None:
        """Count from now on."""
        self._longest = 0.0
        self._last, self._cpu_before = time.perf_counter(), time.thread_time()

    def read(self) -> Work:
        """Since `start`, what is under way included."""
        gap = max(self._longest, time.perf_counter() - self._last)
        return Work(
            gui=1e3 * (time.thread_time() - self._cpu_before),
            block=max(1e3 * gap - TICK_MS, 0.0),
        )

    def _tick(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._last)
        self._last = now


class PaintWatch(QObject):
    """Notes when a widget was last painted, everything painted with it included.

    `at`: of `time.perf_counter`, once the window has handed its picture to the screen.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = float("-inf")
        self._done = QEvent.Type(QEvent.registerEventType())
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's name. What is posted while painting comes when all is painted."""
        if event.type() == QEvent.Type.Paint:
            QCoreApplication.postEvent(self, QEvent(self._done))
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Qt's name."""
        if event.type() == self._done:
            self.at = time.perf_counter()
            return True
        return super().event(event)
