"""From a worker's thread to the GUI's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class GuiPost(QObject):
    """Runs functions on the thread that made it, in the order they were posted.

    After `close` whatever is still on its way is dropped.
    """

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def __call__(self, function: Callable[[], None]) -> None:
        """Run `function` soon; from any thread."""
        self._posted.emit(function)

    def close(self) -> None:
        """Run nothing any more."""
        self._open = False

    @Slot(object)
    def _call(self, function: Callable[[], None]) -> None:
        if self._open:
            function()
