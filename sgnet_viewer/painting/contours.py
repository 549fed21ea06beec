"""The contours of a map, with the shares that they hold, in pixels of the page."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from sgnet_model.inspection.pictures import INNERMOST
from sgnet_viewer.contract.picture import MapContour
from sgnet_viewer.painting.region_names import ON_PLATE, PLATE

STROKES = ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255), 1.25))  # light beside dark
PADDING, GAP = 3.0, 4.0  # pixels: around a name, and from its contour


def path_of(contour: MapContour) -> QPainterPath:
    """Its lines in the picture's coordinates: curves from middle to middle of what is known."""
    path = QPainterPath()
    for line in contour.lines:
        middles = (line + np.roll(line, -1, 0)) / 2
        path.moveTo(*middles[-1])
        for (u, v), (to_u, to_v) in zip(line.tolist(), middles.tolist(), strict=True):
            path.quadTo(u, v, to_u, to_v)
        path.closeSubpath()
    return path


def paint_contours(
    painter: QPainter,
    contours: tuple[MapContour, ...],
    paths: tuple[QPainterPath, ...],
    transform: QTransform,
) -> None:
    """`paths`: `path_of` each. `transform`: picture to page."""
    mapped = [transform.map(path) for path in paths]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in STROKES:
        painter.setPen(QPen(colour, width))
        for path in mapped:
            painter.drawPath(path)
    for contour in contours:
        _name(painter, contour, transform)


def _name(painter: QPainter, contour: MapContour, transform: QTransform) -> None:
    """The share, above the top of the longest line; the innermost one's below, where the next
    one's name leaves room."""
    if not contour.lines:
        return
    around, inner = max(contour.lines, key=len), contour.share <= INNERMOST
    u, v = around[np.argmax(around[:, 1]) if inner else np.argmin(around[:, 1])]
    edge, metrics = transform.map(QPointF(u, v)), QFontMetricsF(painter.font())
    text = f"{100 * contour.share:.0f} %"
    width, height = metrics.horizontalAdvance(text) + 2 * PADDING, metrics.height()
    top = edge.y() + GAP if inner else edge.y() - GAP - height
    plate = QRectF(edge.x() - width / 2, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 3, 3)
    painter.setPen(QPen(ON_PLATE))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
