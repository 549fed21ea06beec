"""The loupe: while its key is held, what lies under the cursor four times as large."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QCursor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGraphicsView, QWidget

SIDE = 240  # pixels
FACTOR = 4


class Loupe(QWidget):
    """A disc over `canvas` that follows the cursor and lets the mouse through."""

    def __init__(self, canvas: QGraphicsView) -> None:
        super().__init__(canvas)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(SIDE, SIDE)
        self._canvas = canvas
        canvas.viewport().installEventFilter(self)
        self.hide()

    def set_shown(self, shown: bool) -> None:
        """Over the cursor; not where that is elsewhere."""
        at = self._canvas.viewport().mapFromGlobal(QCursor.pos())
        inside = self._canvas.viewport().rect().contains(at)
        if shown and inside:
            self._follow(at)
        self.setVisible(shown and inside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's name."""
        if isinstance(event, QMouseEvent) and self.isVisible():
            self._follow(event.position().toPoint())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The scene again, in larger pixels."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QPainterPath()
        disc.addEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setClipPath(disc)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Dark))
        side = SIDE // FACTOR
        middle = self.geometry().center()
        source = QRect(middle - QPoint(side // 2, side // 2), QRect(0, 0, side, side).size())
        self._canvas.render(painter, QRectF(self.rect()), source)
        painter.setClipping(False)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
        painter.drawPath(disc)

    def _follow(self, at: QPoint) -> None:
        self.move(at - QPoint(SIDE // 2, SIDE // 2))
        self.update()
