"""A line around a view that has the keyboard: arrow keys mean something else in each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QRegion
from PySide6.QtWidgets import QWidget

WIDTH = 2  # pixels


class FocusFrame(QWidget):
    """Lies over the edge of `view` while that has the focus; the rest of it is not covered."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view = view
        view.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's name."""
        kinds = (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Resize)
        if watched is self._view and event.type() in kinds:
            self._follow()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """In the colour of what is chosen."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Highlight))

    def _follow(self) -> None:
        box = self._view.rect()
        inside = box.adjusted(WIDTH, WIDTH, -WIDTH, -WIDTH)
        self.setGeometry(box)
        self.setMask(QRegion(box).subtracted(QRegion(inside)))
        self.setVisible(self._view.hasFocus())
        self.raise_()
