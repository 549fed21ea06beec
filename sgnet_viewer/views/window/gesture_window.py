"""A window that speaks of keys and drops, wherever in it they happen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent

FAST_STEP = 10  # pixels, with Shift
STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class GestureWindow(QMainWindow):
    """Hears the keys that the focused widget left, and takes files and folders."""

    probe_stepped: Signal = intent(int, int)
    overlay_flickered: Signal = intent(bool)
    cancel_requested: Signal = intent()
    escaped: Signal = intent()
    dropped: Signal = intent(list)
    freeze_toggled: Signal = intent()

    def __init__(self) -> None:
        super().__init__()
        self._flickering = False
        self.setAcceptDrops(True)

    def is_busy(self) -> bool:
        """Whether there is something to cancel."""
        return False

    def magnify(self, held: bool) -> None:
        """Show the loupe while its key is held."""

    def dismiss(self) -> bool:
        """Close what lies in the way; False where nothing does."""
        return False

    def is_live(self) -> bool:
        """Whether there is a stream to freeze."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows step the probe, Esc cancels or closes the notices, Space hides the overlay while
        it is held; of a stream it keeps the picture.
        """
        key = event.key()  # an int: keyboards have keys that Qt has no name for
        if key in STEPS:
            fast = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            du, dv = STEPS[key]
            by = FAST_STEP if fast else 1
            self.probe_stepped.emit(du * by, dv * by)
        elif key == Qt.Key.Key_Space and self.is_live():
            if not event.isAutoRepeat():
                self.freeze_toggled.emit()
        elif key == Qt.Key.Key_Space:
            self._flicker(True)
        elif key == Qt.Key.Key_L and not event.modifiers():
            self.magnify(True)
        elif key == Qt.Key.Key_Escape and self.is_busy():
            self.cancel_requested.emit()
        elif key == Qt.Key.Key_Escape:
            if not self.dismiss():
                self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key repeats its release: only the last one counts."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._flicker(False)
        elif event.key() == Qt.Key.Key_L and not event.isAutoRepeat():
            self.magnify(False)
        else:
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A window that loses the keyboard never hears of the key's release."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._flicker(False)
            self.magnify(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Says what was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _flicker(self, held: bool) -> None:
        if held != self._flickering:
            self._flickering = held
            self.overlay_flickered.emit(not held)
