"""The loupe: while its key is held, what lies under the cursor four times as large."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QCursor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
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
        self._linked: Loupe | None = None
        canvas.viewport().installEventFilter(self)
        self.hide()

    def link(self, other: Loupe) -> None:
        """Where both canvases are seen, both show the same place."""
        self._linked, other._linked = other, self

    def show_at_cursor(self) -> bool:
        """Over the cursor; False where that is elsewhere."""
        viewport = self._canvas.viewport()
        at = viewport.mapFromGlobal(QCursor.pos())
        inside = viewport.isVisible() and viewport.rect().contains(at)
        if inside:
            self._follow(at)
        return inside

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
        painter.drawPixmap(0, 0, self._enlarged())
        painter.setClipping(False)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
        painter.drawPath(disc)

    def _enlarged(self) -> QPixmap:
        """A square: the canvas sets a clip of its own where it paints."""
        ratio = self.devicePixelRatioF()
        square = QPixmap(self.size() * ratio)
        square.setDevicePixelRatio(ratio)
        square.fill(self.palette().color(QPalette.ColorRole.Dark))
        painter = QPainter(square)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = SIDE // FACTOR
        middle = self.geometry().center()
        source = QRect(middle - QPoint(side // 2, side // 2), QRect(0, 0, side, side).size())
        self._canvas.render(painter, QRectF(self.rect()), source)
        painter.end()
        return square

    def _follow(self, at: QPoint) -> None:
        """The canvases are linked: the same place of both views is the same pixel."""
        self._place(at)
        if self._linked is not None:
            self._linked._place(at)

    def _place(self, at: QPoint) -> None:
        self.move(at - QPoint(SIDE // 2, SIDE // 2))
        self.setVisible(self._canvas.isVisible())
        self.raise_()
        self.update()
