"""Curves over a common axis, painted as the spread over time is: in the colours of the theme."""

from __future__ import annotations

import math
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from sgnet_viewer.contract.survey import Line, SurveyPlot
from sgnet_viewer.views.kit.theme import STEP, scaled
from sgnet_viewer.views.live.live_plot import ticks_up_to

SMALL = 0.85
DOT = 3.5
LEFT, MIDDLE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
Point = tuple[float, float | None]


class LinePlot(QWidget):
    """Title, lines, scales, and a key at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(240, 160)
        self._plot: SurveyPlot | None = None

    def set_plot(self, plot: SurveyPlot | None) -> None:
        """None: nothing."""
        self._plot = plot
        self.setVisible(plot is not None)
        self.setAccessibleName("" if plot is None else plot.title)
        self.update()

    def sizeHint(self) -> QSize:
        """Wide."""
        return QSize(480, 220)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All of it."""
        plot = self._plot
        if plot is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(STEP, STEP / 2, -STEP, -STEP / 2)
        painter.setPen(self._colour(QPalette.ColorRole.Text))
        painter.drawText(box, LEFT | Qt.AlignmentFlag.AlignTop, plot.title)
        painter.setFont(scaled(self.font(), SMALL))
        metrics = painter.fontMetrics()
        named = [line for line in plot.lines if line.label]
        key = max((metrics.horizontalAdvance(line.label) for line in named), default=0) + 3 * STEP
        below = metrics.height() * (2 if plot.x_title else 1) + 4
        beside = metrics.height() + STEP / 2 if plot.y_title else 0
        room = metrics.horizontalAdvance("−0.00") + STEP / 2 + beside
        area = box.adjusted(room, self.fontMetrics().height() + STEP, -key - STEP, -below)
        self._draw_titles(painter, plot, area, beside)
        self._draw_scale(painter, plot, area)
        for line in plot.lines:
            self._draw_line(painter, plot, line, area)
        self._draw_key(painter, named, area)

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)

    def _at(self, plot: SurveyPlot, area: QRectF, x: float, y: float) -> QPointF:
        left, right = plot.ticks[0][0], plot.ticks[-1][0]
        low, high = plot.y_range
        across = (x - left) / ((right - left) or 1.0)
        up = (y - low) / ((high - low) or 1.0)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def _draw_titles(
        self, painter: QPainter, plot: SurveyPlot, area: QRectF, beside: float
    ) -> None:
        """Of the axes: below the numbers, and upright at the left edge."""
        painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
        height, middle = painter.fontMetrics().height(), Qt.AlignmentFlag.AlignCenter
        below = QRectF(area.left(), area.bottom() + 3 + height, area.width(), height)
        painter.drawText(below, middle, plot.x_title)
        painter.save()
        painter.translate(STEP / 2, area.center().y())
        painter.rotate(-90)
        long = area.height() + 2 * height
        painter.drawText(QRectF(-long / 2, 0, long, beside), middle, plot.y_title)
        painter.restore()

    def _draw_scale(self, painter: QPainter, plot: SurveyPlot, area: QRectF) -> None:
        low, high = plot.y_range
        muted, faint = QPalette.ColorRole.PlaceholderText, QPalette.ColorRole.Mid
        height = painter.fontMetrics().height()
        for tick in ticks_up_to(high - low):
            if tick + low > high + 1e-9:
                break
            y = self._at(plot, area, plot.ticks[0][0], low + tick).y()
            painter.setPen(self._colour(faint))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(self._colour(muted))
            label = QRectF(area.left() - 64, y - height / 2, 60, height)
            text = f"{low + tick:.3g}".replace("-", "−")
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | MIDDLE, text)
        widest = max(painter.fontMetrics().horizontalAdvance(text) for _, text in plot.ticks)
        room = max(area.width() / max(len(plot.ticks) - 1, 1), 1)
        every = max(1, math.ceil((widest + STEP) / room))
        for x, text in plot.ticks[::every]:
            at = self._at(plot, area, x, low)
            label = QRectF(at.x() - 48, area.bottom() + 3, 96, height)
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter, text)
        for level, text in plot.marks:
            y = self._at(plot, area, plot.ticks[0][0], level).y()
            painter.setPen(QPen(self._colour(muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.drawText(QRectF(area.left() + 4, y - height, 400, height), LEFT, text)

    def _draw_line(self, painter: QPainter, plot: SurveyPlot, line: Line, area: QRectF) -> None:
        colour = self._line_colour(line)
        style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, 1.6, style))
        points = list(zip(line.x, line.y, strict=True))
        if not line.dots:
            for known, part in groupby(points, key=lambda point: point[1] is not None):
                if known:
                    painter.drawPolyline([self._place(plot, area, point) for point in part])
        painter.setPen(QPen(colour, 1.6))
        for x, low, high in zip(line.x, line.low, line.high, strict=False):
            if low is not None and high is not None:
                painter.drawLine(self._at(plot, area, x, low), self._at(plot, area, x, high))
        painter.setBrush(colour)
        for point in points:
            if point[1] is not None and not line.dashed:
                painter.drawEllipse(self._place(plot, area, point), DOT / 2, DOT / 2)

    def _place(self, plot: SurveyPlot, area: QRectF, point: Point) -> QPointF:
        x, y = point
        return self._at(plot, area, x, 0.0 if y is None else y)

    def _line_colour(self, line: Line) -> QColor:
        if line.colour is None:
            return self._colour(QPalette.ColorRole.Text)
        return QColor(*line.colour)

    def _draw_key(self, painter: QPainter, lines: list[Line], area: QRectF) -> None:
        height = painter.fontMetrics().height()
        x = area.right() + STEP
        for place, line in enumerate(lines):
            y = area.top() + place * height + height / 2
            if y > area.bottom() + height:
                break
            style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(self._line_colour(line), 2, style))
            painter.drawLine(QPointF(x, y), QPointF(x + 1.5 * STEP, y))
            painter.setPen(self._colour(QPalette.ColorRole.Text))
            label = QRectF(x + 2 * STEP, y - height / 2, 300, height)
            painter.drawText(label, LEFT | MIDDLE, line.label)
