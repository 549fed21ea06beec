"""A user written down: a generator that yields what it waits for, run beside the event loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, QTimer

from sgnet_model.types import UserError

Waiting = Generator[Callable[[], bool], None, None]
LOOK_EVERY_MS = 10  # what is measured is stamped when it happens, not when it is looked at
TIMEOUT_S = 240.0


class Script(QObject):
    """Resumes `steps` when what it last yielded is true; `done` gets what went wrong, or None.

    The event loop keeps turning meanwhile: nothing here waits.
    """

    def __init__(
        self,
        steps: Waiting,
        done: Callable[[Exception | None], None],
        parent: QObject,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        super().__init__(parent)
        self._steps = steps
        self._done = done
        self._timeout_s = timeout_s
        self._reached: Callable[[], bool] = lambda: True
        self._since = time.monotonic()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        try:
            if self._reached():
                self._reached = next(self._steps)
                self._since = time.monotonic()
            elif time.monotonic() - self._since > self._timeout_s:
                raise UserError(
                    f"The window did not respond within {self._timeout_s:.0f} s: close other "
                    "programs and measure again."
                )
        except StopIteration:
            self._end(None)
        except Exception as error:
            self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._timer.stop()
        self._done(error)


def after(seconds: float) -> Callable[[], bool]:
    """True when so much time has passed."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until
