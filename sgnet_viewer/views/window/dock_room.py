"""The docks' shares of the window: given out anew at every size, until the user drags one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QMainWindow

from sgnet_viewer.views.window.window_docks import Docks, choose_corner, share_room


class DockRoom(QObject):
    """Knows whether the docks' sizes are the user's own, and leaves them alone then."""

    def __init__(self, window: QMainWindow, docks: Docks) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._dragged = False
        self._pressed: list[QSize] = []  # sizes when a mouse button went down
        window.installEventFilter(self)

    def keep(self) -> None:
        """The sizes there are were chosen by the user."""
        self._dragged = True

    def share(self) -> None:
        """Give out the room, where nobody has chosen sizes."""
        choose_corner(self._window)
        if not self._dragged and self._window.isVisible():
            share_room(self._window, self._docks)

    def start_over(self) -> None:
        """Forget what the user chose."""
        self._dragged = False
        self.share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies between two docks is the window's own: its mouse events drag it."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = self._sizes()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self._note_drag)  # once the window has followed
        return super().eventFilter(watched, event)

    def _note_drag(self) -> None:
        if self._pressed and self._sizes() != self._pressed:
            self.keep()
        self._pressed = []

    def _sizes(self) -> list[QSize]:
        return [dock.size() for dock in self._docks.all()]
