"""Each layer's spread at the active probe over the last seconds: a small plot.

Painted here: pyqtgraph's PlotItem takes the process with it where its window is deleted, and a
dozen of its curves cost ten times what these lines do.
"""

from __future__ import annotations

import math
from itertools import groupby

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from sgnet_viewer.contract.live import SpreadCurve, SpreadModel
from sgnet_viewer.views.kit.theme import STEP, scaled

SHOWN_S = 20.0
TICK_S = 5.0
FAINT = 0.35  # opacity of the layers that are not the chosen one
EMPTY = "Click a pixel: how far each layer's taps spread there is plotted as it changes."
TITLE = "{}: spread in px, last {:.0f} s"


class SpreadPlot(QWidget):
    """Implements `contract.live.SpreadView`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Spread of each layer over time")
        self.setMinimumSize(120, 100)
        self._model: SpreadModel | None = None

    def set_spread(self, model: SpreadModel | None) -> None:
        """None, or a model without curves, invites to probe."""
        self._model = model if model is not None and model.curves else None
        self.update()

    def sizeHint(self) -> QSize:
        """Small."""
        return QSize(240, 180)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title, scale, curves; the chosen layer's on top."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        box = QRectF(self.rect()).adjusted(STEP, STEP / 2, -STEP, -STEP / 2)
        if self._model is None:
            painter.drawText(box, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, EMPTY)
            return
        line = self.fontMetrics().height()
        title = TITLE.format(self._model.title, SHOWN_S)
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignTop, shown)
        painter.setFont(scaled(self.font(), 0.85))
        room = painter.fontMetrics().horizontalAdvance("000") + 6
        area = box.adjusted(room, line + STEP, 0, -line)
        ticks = ticks_up_to(highest(self._model.curves))
        self._draw_scale(painter, area, ticks)
        painter.setClipRect(area.adjusted(0, -1, 0, 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in sorted(self._model.curves, key=self._is_chosen):
            self._draw_curve(painter, curve, area, ticks[-1])

    def _is_chosen(self, curve: SpreadCurve) -> bool:
        return self._model is not None and self._model.layer in ("", curve.layer)

    def _draw_scale(self, painter: QPainter, area: QRectF, ticks: tuple[float, ...]) -> None:
        text = self.palette().color(QPalette.ColorRole.PlaceholderText)
        lines = self.palette().color(QPalette.ColorRole.Mid)
        height = painter.fontMetrics().height()
        for tick in ticks:
            y = area.bottom() - area.height() * tick / ticks[-1]
            painter.setPen(lines)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(text)
            label = QRectF(0, y - height / 2, area.left() - 4, height)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight, f"{tick:g}")
        for second in np.arange(TICK_S, SHOWN_S, TICK_S):
            x = area.right() - area.width() * float(second) / SHOWN_S
            label = QRectF(x - 24, area.bottom() + 2, 48, height)
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter, f"−{second:g} s")

    def _draw_curve(self, painter: QPainter, curve: SpreadCurve, area: QRectF, top: float) -> None:
        painter.setOpacity(1.0 if self._is_chosen(curve) else FAINT)
        painter.setPen(QPen(QColor(*curve.colour), 1.4))
        for points in pieces(curve, area, top):
            painter.drawPolyline(points)


def pieces(curve: SpreadCurve, area: QRectF, top: float) -> list[list[QPointF]]:
    """The curve's points on the screen, in pieces where it is unknown in between.

    `area`: where the last `SHOWN_S` seconds and 0 to `top` pixels of spread lie.
    """
    x = area.right() + area.width() * curve.seconds / SHOWN_S
    y = area.bottom() - area.height() * curve.spread_px / top
    pairs = zip(x.tolist(), y.tolist(), strict=True)
    parts = groupby(pairs, key=lambda point: math.isfinite(point[1]))
    return [[QPointF(*point) for point in part] for known, part in parts if known]


def highest(curves: tuple[SpreadCurve, ...]) -> float:
    """The largest known spread, at least 1."""
    values = [curve.spread_px[np.isfinite(curve.spread_px)] for curve in curves]
    return max((float(each.max()) for each in values if each.size), default=1.0)


def ticks_up_to(value: float) -> tuple[float, ...]:
    """Round numbers from 0 to the first that is not below `value`; three to six of them."""
    raw = max(value, 1e-3) / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= raw)
    return tuple(step * index for index in range(math.ceil(value / step) + 1))
