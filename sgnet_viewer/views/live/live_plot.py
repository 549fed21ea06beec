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
FAINT = 0.6  # opacity of the layers that are not the chosen one
THIN, BOLD = 1.4, 2.6  # pixels of a line; bold is that of the chosen layer
MARK = 8  # pixels of a line beside its layer's name
EMPTY = "Click a pixel: how far each layer's taps spread there is plotted as it changes."
TITLE = "{}: spread in px, last {:.0f} s"


class SpreadPlot(QWidget):
    """Implements `contract.live.SpreadView`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Spread of each layer over time")
        self.setMinimumSize(120, 100)
        self._model: SpreadModel | None = None
        self._no_result = ""

    def set_spread(self, model: SpreadModel | None) -> None:
        """None, or a model without curves, invites to probe."""
        self._model = model if model is not None and model.curves else None
        self.update()

    def set_no_result(self, reason: str) -> None:
        """Why nothing is plotted; "" where a click would do so."""
        if reason != self._no_result:
            self._no_result = reason
            self.update()

    def sizeHint(self) -> QSize:
        """Small."""
        return QSize(240, 180)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title, scale, curves with their names; the chosen layer's on top."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        box = QRectF(self.rect()).adjusted(STEP, STEP / 2, -STEP, -STEP / 2)
        if self._model is None:
            wrapped = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
            painter.drawText(box, wrapped, self._no_result or EMPTY)
            return
        line = self.fontMetrics().height()
        title = TITLE.format(self._model.title, SHOWN_S)
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignTop, shown)
        painter.setFont(scaled(self.font(), 0.85))
        metrics = painter.fontMetrics()
        room = metrics.horizontalAdvance("000") + 6
        names = metrics.horizontalAdvance("0.00") + MARK
        area = box.adjusted(room, line + STEP, -names, -line)
        ticks = ticks_up_to(highest(self._model.curves))
        self._draw_scale(painter, area, ticks)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_names(painter, area, ticks[-1])
        painter.setClipRect(area.adjusted(0, -1, 0, 1))
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
        painter.setPen(self._pen(curve))
        for points in pieces(curve, area, top):
            painter.drawPolyline(points)

    def _pen(self, curve: SpreadCurve) -> QPen:
        bold = self._model is not None and self._model.layer == curve.layer
        return QPen(QColor(*curve.colour), BOLD if bold else THIN)

    def _draw_names(self, painter: QPainter, area: QRectF, top: float) -> None:
        """Each layer's, with a piece of its line, at the right end of it or as near as fits."""
        model, height = self._model, float(painter.fontMetrics().height())
        if model is None:
            return
        own = {curve.layer: curve for curve in model.curves}
        wanted = {name: _end(curve, area, top) for name, curve in own.items()}
        whole = area.adjusted(0, -height / 2, 0, height / 2)
        for name, y in spread_out(wanted, whole, height, model.layer).items():
            text = QRectF(area.right() + MARK + 4, y - height / 2, self.width(), height)
            painter.setOpacity(1.0 if self._is_chosen(own[name]) else FAINT)
            painter.setPen(self._pen(own[name]))
            painter.drawLine(QPointF(area.right() + 2, y), QPointF(area.right() + MARK, y))
            painter.setOpacity(1.0)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(text, Qt.AlignmentFlag.AlignLeft, name.removeprefix("layer"))


def _end(curve: SpreadCurve, area: QRectF, top: float) -> float:
    """The height on the screen of the last known spread; the bottom's where none is."""
    known = curve.spread_px[np.isfinite(curve.spread_px)]
    return area.bottom() - area.height() * (float(known[-1]) / top if known.size else 0.0)


def spread_out(
    wanted: dict[str, float], area: QRectF, height: float, chosen: str = ""
) -> dict[str, float]:
    """Middles of texts of this height within `area`, none over another, near those wanted.

    Where there is no room for all, those stay that lie highest, and the `chosen` one.
    """
    fit = max(int(area.height() / height), 0)
    order = sorted(wanted, key=lambda name: (name != chosen, wanted[name]))[:fit]
    placed: dict[str, float] = {}
    below = area.bottom() + height / 2  # the top of what was placed last
    names = sorted(order, key=lambda name: -wanted[name])
    for left, name in zip(range(len(names), 0, -1), names, strict=True):
        least = area.top() + height * (left - 0.5)  # room for those above it
        placed[name] = min(max(wanted[name], least), below - height)
        below = placed[name]
    return placed


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
