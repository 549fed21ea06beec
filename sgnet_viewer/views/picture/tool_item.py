"""What a tool draws over the picture: lines, rings and texts, in screen pixels."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QTransform

from sgnet_viewer.contract.tools import ToolDot, ToolLine, ToolOverlay, ToolRing, ToolText

OUTLINE = QColor(0, 0, 0, 200)
PLATE = QColor(10, 12, 15, 215)
ON_PLATE = QColor(240, 243, 246)
RADIUS, WIDTH = 4.5, 1.6  # pixels
GAP, PADDING = 12.0, 5.0
FAR = 1e6  # larger than any picture: what is drawn in screen pixels has no other bounds


class ToolItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates, paints in screen pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.overlay = ToolOverlay()

    def set_overlay(self, overlay: ToolOverlay) -> None:
        """Replaces everything; nothing is painted again where nothing differs."""
        if overlay != self.overlay:
            self.overlay = overlay
            self.setVisible(overlay != ToolOverlay())
            self.update()

    def boundingRect(self) -> QRectF:
        """Everywhere: texts stand beside their places."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Lines below, then rings, then texts."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self.overlay.lines:
            _draw_line(painter, line, transform)
        for ring in self.overlay.rings:
            _draw_ring(painter, ring, transform)
        for dot in self.overlay.dots:
            _draw_dot(painter, dot, transform)
        for text in self.overlay.texts:
            _draw_text(painter, text, transform)
        painter.restore()


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


def _draw_text(painter: QPainter, text: ToolText, transform: QTransform) -> None:
    """Below right of its place; on the other side where it would leave the view."""
    lines = text.text.split("\n")
    metrics = QFontMetricsF(painter.font())
    width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * PADDING
    height = metrics.height() * len(lines) + 2 * PADDING
    at, view = transform.map(QPointF(*text.at)), painter.viewport()
    left = at.x() + GAP if at.x() + GAP + width <= view.right() else at.x() - GAP - width
    top = at.y() + GAP if at.y() + GAP + height <= view.bottom() else at.y() - GAP - height
    plate = QRectF(left, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ON_PLATE)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(plate.adjusted(PADDING, PADDING, -PADDING, -PADDING), flags, text.text)
