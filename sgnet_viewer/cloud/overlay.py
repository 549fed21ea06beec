"""Paint what lies over a picture of the cloud: marks, and which way the axes point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from sgnet_viewer.cloud.camera import OrbitCamera
from sgnet_viewer.cloud.marks import LaidMarks
from sgnet_viewer.cloud.placement import Placement

HIDDEN_ALPHA = 0.35
LINE_WIDTH = 1.4
RIM_WIDTH = 1.6
FEW_LINES = 60  # more lines than these are drawn plainly
AXIS_LENGTH = 20.0
SHORTEST_NAMED_AXIS = 7.0  # pointing at the eye, its letter would lie on the others
AXES = (("x", QColor(224, 92, 92)), ("y", QColor(104, 186, 104)), ("z", QColor(92, 148, 236)))

Point = NDArray[np.float64]  # (2,) x, y in the widget


def paint_marks(painter: QPainter, laid: LaidMarks, placement: Placement) -> None:
    """Paint the lines, then the points over them; what a surface hides is faded."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    points = placement.to_widget(laid.pixels.u, laid.pixels.v)
    paint_line = _paint_rimmed_line if len(laid.lines) <= FEW_LINES else _paint_thin_line
    for start, end in laid.marks.lines[laid.lines].tolist():
        paint_line(painter, points[start], points[end], _colour(laid, end))
    for index in laid.points.tolist():
        size = float(laid.marks.size_px[index])
        _paint_point(painter, points[index], size, _colour(laid, index))
    painter.restore()


def paint_axes(painter: QPainter, camera: OrbitCamera, origin: QPointF) -> None:
    """The sensor's axes (x right, y down, z forward) as the camera sees them, the far one first."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(_small(painter.font()))
    directions = np.stack(camera.axes())  # rows: right, down, forward; columns: x, y, z
    for axis in np.argsort(-directions[2]).tolist():
        name, colour = AXES[axis]
        tip = QPointF(*(directions[:2, axis] * AXIS_LENGTH))
        painter.setPen(QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(origin, origin + tip)
        if np.hypot(tip.x(), tip.y()) > SHORTEST_NAMED_AXIS:
            letter = origin + tip * 1.4
            box = QRectF(letter.x() - 8, letter.y() - 8, 16, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
    painter.restore()


def _paint_rimmed_line(painter: QPainter, start: Point, end: Point, colour: QColor) -> None:
    """A line with a rim, so that it reads over any surface."""
    for width, pen_colour in ((LINE_WIDTH + RIM_WIDTH, _rim(colour)), (LINE_WIDTH, colour)):
        painter.setPen(QPen(pen_colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(*start), QPointF(*end))


def _paint_thin_line(painter: QPainter, start: Point, end: Point, colour: QColor) -> None:
    """One of many: five times as fast, and less of a tangle."""
    painter.setPen(QPen(colour, 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(QPointF(*start), QPointF(*end))


def _paint_point(painter: QPainter, at: Point, size: float, colour: QColor) -> None:
    painter.setPen(QPen(_rim(colour), 1.2))
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(*at), size / 2, size / 2)


def _colour(laid: LaidMarks, index: int) -> QColor:
    red, green, blue, alpha = laid.marks.rgba[index].tolist()
    fade = HIDDEN_ALPHA if laid.hidden[index] else 1.0
    return QColor(red, green, blue, round(alpha * fade))


def _rim(colour: QColor) -> QColor:
    """Black around bright colours, white around dark ones, as faint as the colour itself."""
    shade = 0 if colour.lightness() > 90 else 255
    return QColor(shade, shade, shade, round(colour.alpha() * 0.6))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(10)
    return small
