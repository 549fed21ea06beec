"""What a tool draws over the picture: lines, rings and texts, in pixels of the page."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from sgnet_viewer.contract.tools import (
    ToolDot,
    ToolLine,
    ToolOverlay,
    ToolPath,
    ToolRing,
    ToolText,
)

OUTLINE = QColor(0, 0, 0, 200)
PLATE = QColor(10, 12, 15, 215)
ON_PLATE = QColor(240, 243, 246)
RADIUS, WIDTH = 4.5, 1.6  # pixels
GAP, PADDING = 12.0, 5.0


def paint_tool(
    painter: QPainter, overlay: ToolOverlay, transform: QTransform, page: QRectF
) -> None:
    """Lines below, then rings, then texts. `transform`: picture to `page`, which texts stay in."""
    paint_shapes(painter, overlay, transform)
    paint_texts(painter, overlay, transform, page)


def paint_shapes(painter: QPainter, overlay: ToolOverlay, transform: QTransform) -> None:
    """All but the texts."""
    for path in overlay.paths:
        _draw_path(painter, path, transform)
    for line in overlay.lines:
        _draw_line(painter, line, transform)
    for ring in overlay.rings:
        _draw_ring(painter, ring, transform)
    for dot in overlay.dots:
        _draw_dot(painter, dot, transform)


def paint_texts(
    painter: QPainter, overlay: ToolOverlay, transform: QTransform, page: QRectF
) -> None:
    """`page`: what they stay within."""
    for text in overlay.texts:
        _draw_text(painter, text, transform, page)


def _draw_path(painter: QPainter, path: ToolPath, transform: QTransform) -> None:
    """In one go: a stroke has hundreds of points."""
    line = transform.map(QPolygonF([QPointF(*at) for at in path.points]))
    style = Qt.PenStyle.DashLine if path.dashed else Qt.PenStyle.SolidLine
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((OUTLINE, WIDTH + 2), (QColor(*path.colour), WIDTH)):
        painter.setPen(QPen(colour, width, style))
        painter.drawPolyline(line)


def _draw_line(painter: QPainter, line: ToolLine, transform: QTransform) -> None:
    """Readable over bright and dark: a dark line below the coloured one."""
    ends = transform.map(QPointF(*line.start)), transform.map(QPointF(*line.end))
    style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
    for colour, width in ((OUTLINE, WIDTH + 2), (QColor(*line.colour), WIDTH)):
        painter.setPen(QPen(colour, width, style))
        painter.drawLine(*ends)


def _draw_ring(painter: QPainter, ring: ToolRing, transform: QTransform) -> None:
    """As large as it is in the picture; pixels are square on every screen."""
    centre, radius = transform.map(QPointF(*ring.at)), ring.radius * abs(transform.m11())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    style = Qt.PenStyle.DashLine if ring.dashed else Qt.PenStyle.SolidLine
    for colour, width in ((OUTLINE, WIDTH + 2), (QColor(*ring.colour), WIDTH)):
        painter.setPen(QPen(colour, width, style))
        painter.drawEllipse(centre, radius, radius)


def _draw_dot(painter: QPainter, dot: ToolDot, transform: QTransform) -> None:
    centre = transform.map(QPointF(*dot.at))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((OUTLINE, WIDTH + 2), (QColor(*dot.colour), WIDTH)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(centre, RADIUS, RADIUS)


def _draw_text(painter: QPainter, text: ToolText, transform: QTransform, page: QRectF) -> None:
    """Below right of its place; on the other side where it would leave the page."""
    lines = text.text.split("\n")
    metrics = QFontMetricsF(painter.font())
    width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * PADDING
    height = metrics.height() * len(lines) + 2 * PADDING
    at = transform.map(QPointF(*text.at))
    left = at.x() + GAP if at.x() + GAP + width <= page.right() else at.x() - GAP - width
    top = at.y() + GAP if at.y() + GAP + height <= page.bottom() else at.y() - GAP - height
    plate = QRectF(left, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ON_PLATE)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(plate.adjusted(PADDING, PADDING, -PADDING, -PADDING), flags, text.text)
