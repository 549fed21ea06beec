"""`--screenshot`: waits until all is on the screen, saves the window, ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer
from PySide6.QtGui import QPixmap

from sgnet_model.files import write_atomically
from sgnet_model.types import UserError

TIMEOUT_S = 180.0  # a large network on a slow processor takes its time
SETTLE_MS = 150  # for what follows a result in the next turns of the event loop


class Screenshot(QObject):
    """`finish` gets what went wrong, or None when the file is there; it is called once.

    `complete` says whether result, cloud and the probes' self-check are on the screen, `grab` takes
    their picture.
    """

    def __init__(
        self,
        path: Path,
        complete: Callable[[], bool],
        grab: Callable[[], QPixmap],
        finish: Callable[[UserError | None], None],
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        super().__init__()
        self._path = path
        self._complete = complete
        self._grab = grab
        self._finish = finish
        self._timeout_s = timeout_s
        self._over = False
        self._settling = _timer(self, SETTLE_MS, self._take)
        self._deadline = _timer(self, round(timeout_s * 1000), self._give_up)
        self._deadline.start()

    def look(self) -> None:
        """Something new is on the screen: take the picture soon, if it is all."""
        if self._complete() and not self._over:
            self._settling.start()

    def fail(self, error: UserError) -> None:
        """There will be no result."""
        self._end(error)

    def _take(self) -> None:
        if not self._complete():
            return  # something changed meanwhile; it will be looked at again
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        try:
            if not self._grab().save(buffer, "PNG"):
                raise UserError(
                    f"The window's picture {self._path} cannot be made: try another --window-size."
                )
            write_atomically(self._path, bytes(data.data()))
        except UserError as error:
            self._end(error)
        else:
            self._end(None)

    def _give_up(self) -> None:
        self._end(
            UserError(
                f"The window was not complete after {self._timeout_s:.0f} s, so no picture of it "
                "was saved: try a smaller --size or another --device."
            )
        )

    def _end(self, error: UserError | None) -> None:
        if not self._over:
            self._over = True
            self._settling.stop()
            self._deadline.stop()
            self._finish(error)


def _timer(parent: QObject, milliseconds: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(slot)
    return timer
