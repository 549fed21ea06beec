"""The timers of the program."""

from __future__ import annotations

from PySide6.QtCore import QTimer

COMMANDS_MS = 60  # menus follow once what was asked for is on the screen
REST_MS = 500  # without a click or a frame: the probes' self-check begins
KEEP_MS = 10_000  # how often the state is kept in case of a crash
TICK_MS = 50  # how often a stream is looked after


class Timers:
    """`stream` and `keep` repeat; `commands` and `rest` go off once, counted anew by each start."""

    def __init__(self) -> None:
        self.stream = QTimer(interval=TICK_MS)
        self.keep = QTimer(interval=KEEP_MS)
        self.commands = QTimer(singleShot=True, interval=COMMANDS_MS)
        self.rest = QTimer(singleShot=True, interval=REST_MS)

    def stop(self) -> None:
        """None of them goes off any more."""
        for timer in (self.stream, self.keep, self.commands, self.rest):
            timer.stop()
