"""Each layer's spread at the active probe over the last seconds: a small plot."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from sgnet_viewer.views.live_interface import SpreadCurve, SpreadModel
from sgnet_viewer.views.theme import STEP, scaled

SHOWN_S = 20.0
TITLE = ": spread of taps in pixels, 20 s"
FAINT = 70  # of 255: the curves of layers that are not the chosen one
EMPTY = "Click a pixel: how far each layer's taps spread there is plotted as it changes."


class SpreadPlot(QWidget):
    """Implements `live_interface.SpreadView`. Curves are kept and only given other numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Spread of each layer over time")
        self.plot = pg.PlotWidget(background=None)
        self._curves: dict[str, pg.PlotDataItem] = {}
        self._pens: dict[str, tuple[int, ...]] = {}
        self._title = QLabel()
        self._title.setProperty("muted", True)
        self._title.setWordWrap(True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        layout.addWidget(self.plot, 1)
        self._prepare()
        self.set_spread(None)

    def set_spread(self, model: SpreadModel | None) -> None:
        """None, or a model without curves, invites to probe."""
        curves = () if model is None else model.curves
        title = EMPTY if model is None or not curves else f"{model.title}{TITLE}"
        if self._title.text() != title:
            self._title.setText(title)
        self.plot.setVisible(bool(curves))
        if model is None or self.isHidden():
            return
        for name in self._curves.keys() - {curve.layer for curve in curves}:
            self.plot.removeItem(self._curves.pop(name))
            self._pens.pop(name, None)
        for curve in curves:
            self._draw(curve, faint=bool(model.layer) and curve.layer != model.layer)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "plot"):
            self._follow_palette()

    def _draw(self, curve: SpreadCurve, faint: bool) -> None:
        item = self._curves.get(curve.layer)
        if item is None:
            item = self._curves[curve.layer] = self.plot.plot(name=curve.layer, antialias=False)
        pen = (*curve.colour, FAINT if faint else 255)
        if self._pens.get(curve.layer) != pen:
            self._pens[curve.layer] = pen
            item.setPen(pg.mkPen(pen, width=1))
            item.setZValue(0 if faint else 1)
        item.setData(curve.seconds, curve.spread_px, connect="finite")

    def _prepare(self) -> None:
        item = self.plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(False, False)
        item.setXRange(-SHOWN_S, 0, padding=0)
        item.enableAutoRange(x=False, y=True)
        item.showGrid(y=True, alpha=0.2)
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setTickFont(scaled(self.font(), 0.85))
            axis.setStyle(tickLength=-4)
        item.getAxis("left").setWidth(34)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMinimumSize(120, 80)
        self._follow_palette()

    def _follow_palette(self) -> None:
        self.plot.setBackground(self.palette().color(QPalette.ColorRole.Base))
        muted = self.palette().color(QPalette.ColorRole.PlaceholderText)
        for side in ("left", "bottom"):
            axis = self.plot.getPlotItem().getAxis(side)
            axis.setPen(self.palette().color(QPalette.ColorRole.Mid))
            axis.setTextPen(muted)
