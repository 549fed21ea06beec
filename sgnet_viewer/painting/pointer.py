"""The mark of the linked cursor: a ring that reads over bright and dark."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

RADIUS = 6.0  # pixels
DARK, BRIGHT = QColor(0, 0, 0, 200), QColor(255, 255, 255)


def paint_pointer(
    painter: QPainter, at: QPointF, radius: float = RADIUS, opacity: float = 1.0
) -> None:
    """In pixels of the painter's device."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setOpacity(opacity)
    for colour, width in ((DARK, 3.6), (BRIGHT, 1.6)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(at, radius, radius)
    painter.restore()


def around(at: QPointF, radius: float = RADIUS) -> QRect:
    """The pixels that the ring takes."""
    side = radius + 3.0
    return QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side).toAlignedRect()
