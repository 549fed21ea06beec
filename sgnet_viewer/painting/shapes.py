"""The shapes of marks, and the numbers of probes, by Qt's painter."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from sgnet_viewer.render.mark_shapes import (
    Circle,
    HalfDisc,
    Lines,
    Rgba,
    Shape,
    Square,
    plate_of,
)


def draw_shapes(painter: QPainter, shapes: Iterable[Shape]) -> None:
    """Draws them around the painter's (0, 0)."""
    for shape in shapes:
        match shape:
            case Circle(radius, colour, width):
                _set_up(painter, colour, width)
                painter.drawEllipse(QPointF(), radius, radius)
            case HalfDisc(radius, colour):
                _set_up(painter, colour, 0.0)
                box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
                painter.drawPie(box, 45 * 16, 180 * 16)  # sixteenths of a degree
            case Square(half, colour, width):
                _set_up(painter, colour, width)
                painter.drawRect(QRectF(-half, -half, 2 * half, 2 * half))
            case Lines(segments=()):
                pass  # of no lines a file would have an empty path
            case Lines(segments, colour, width, rounded):
                _set_up(painter, colour, width, rounded)
                painter.drawLines([QLineF(*segment) for segment in segments])


def badge_size(number: int, font: QFont) -> QSizeF:
    """Of a number's plate."""
    metrics = QFontMetricsF(font)
    height = metrics.height() + 1
    return QSizeF(max(metrics.horizontalAdvance(str(number)) + 7, height), height)


def draw_badge(painter: QPainter, corner: QPointF, number: int, active: bool, font: QFont) -> None:
    """A number on its plate, whose upper left corner is given."""
    plate, text, edge = plate_of(number, active)
    box = QRectF(corner, badge_size(number, font)).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(qt_colour(edge), 1))
    painter.setBrush(qt_colour(plate))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font)
    painter.setPen(qt_colour(text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


def qt_colour(rgba: Rgba) -> QColor:
    """Opacity goes from 0..1 to 0..255."""
    red, green, blue, opacity = rgba
    return QColor(red, green, blue, round(255 * opacity))


def _set_up(painter: QPainter, colour: Rgba, width: float, rounded: bool = False) -> None:
    """A pen of `width`, or a brush where that is 0."""
    if width == 0:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qt_colour(colour))
        return
    cap = Qt.PenCapStyle.RoundCap if rounded else Qt.PenCapStyle.SquareCap
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(qt_colour(colour), width, c=cap, j=Qt.PenJoinStyle.MiterJoin))
