"""From a worker's thread to the GUI's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot


class GuiPost(QObject):
    """Runs functions on the thread that made it, in the order they were posted.

    One in a turn of the event loop: two workers that end at the same moment must not keep keys,
    clicks and painting waiting for the work of both. After `close` whatever is still on its way is
    dropped.
    """

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Callable[[], None]] = deque()
        # Of what is posted Qt delivers all in one turn; a timer that is due comes in the next one.
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._run_next)
        self._posted.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._open = True

    def __call__(self, function: Callable[[], None]) -> None:
        """Run `function` soon; from any thread."""
        self._posted.emit(function)

    def close(self) -> None:
        """Run nothing any more."""
        self._open = False
        self._waiting.clear()

    @Slot(object)
    def _take(self, function: Callable[[], None]) -> None:
        self._waiting.append(function)
        if not self._turn.isActive():
            self._run_next()

    @Slot()
    def _run_next(self) -> None:
        if self._open and self._waiting:
            function = self._waiting.popleft()
            try:
                function()
            finally:
                self._turn.start()  # not before: what became due meanwhile comes first
