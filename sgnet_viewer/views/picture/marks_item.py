"""The probes over the picture: one item that draws every cross, ghost, arrow and tap.

Positions are mapped to the screen in one go, then drawn in screen pixels: marks keep their size at
every zoom. Hundreds of taps are copies of a few dozen small pixmaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QTransform

from sgnet_model.types import FloatArray
from sgnet_viewer.contract.picture import ProbeMarks, TapMarks
from sgnet_viewer.render.mark_shapes import (
    BADGE_OFFSET,
    PASSIVE_TAPS,
    PIXEL_FRAME,
    PIXEL_SCALE,
    TapStyle,
    arrow_shapes,
    is_tight,
    tap_styles,
)
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.kit.theme import scaled, tabular
from sgnet_viewer.views.picture.tap_sprites import SpriteStore, draw_shapes, qt_colour


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One S-Conv's taps, ready to draw. `taps`, `grid`: (K, 2) float32 picture coordinates."""

    taps: FloatArray
    grid: FloatArray
    styles: tuple[TapStyle, ...]
    colour: tuple[int, int, int]
    active: bool

    @property
    def opacity(self) -> float:
        """Taps of passive probes are faint."""
        return 1.0 if self.active else PASSIVE_TAPS


class MarksItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates, paints in screen pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._probes: tuple[ProbeMarks, ...] = ()
        self._layers: list[Layer] = []
        self._grid = True
        self._bounds = QRectF()
        self._sprites = SpriteStore()

    def set_marks(self, probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool) -> None:
        """Replaces everything; passive probes come first, so that the active one lies on top."""
        self._probes = tuple(sorted(probes, key=lambda probe: probe.active))
        self._layers = [
            _layer(taps, weight, probe.active) for probe in self._probes for taps in probe.taps
        ]
        self._grid = grid
        self.prepareGeometryChange()
        self._bounds = self._enclosing()
        self.update()

    def boundingRect(self) -> QRectF:
        """Everything drawn, with room for marks of many screen pixels."""
        return self._bounds

    def paint(self, painter: QPainter, *_: object) -> None:
        """Crosses below, then ghosts and arrows, then taps; the probes' numbers on top."""
        if not self._probes:
            return
        transform = painter.worldTransform()
        self._match(painter)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for probe in self._probes:
            self._draw_probe(painter, probe, transform)
        if self._grid:
            for layer in self._layers:
                self._draw_grid(painter, layer, transform)
        for layer in self._layers:
            self._draw_taps(painter, layer, transform)
        painter.setOpacity(1.0)
        for probe in self._probes:
            self._draw_badge(painter, probe, transform)
        painter.restore()

    def _match(self, painter: QPainter) -> None:
        ratio = painter.device().devicePixelRatioF()
        if ratio != self._sprites.ratio:
            self._sprites = SpriteStore(ratio)

    def _draw_grid(self, painter: QPainter, layer: Layer, transform: QTransform) -> None:
        starts, ends = _mapped(layer.grid, transform), _mapped(layer.taps, transform)
        painter.setOpacity(layer.opacity)
        ghost = self._sprites.ghost(is_tight(starts))
        for x, y in starts.tolist():
            _stamp(painter, ghost, QPointF(x, y))
        draw_shapes(painter, arrow_shapes(starts, ends, layer.colour, layer.active))

    def _draw_taps(self, painter: QPainter, layer: Layer, transform: QTransform) -> None:
        painter.setOpacity(layer.opacity)
        points = _mapped(layer.taps, transform).tolist()
        for (x, y), style in zip(points, layer.styles, strict=True):
            _stamp(painter, self._sprites.tap(style), QPointF(x, y))

    def _draw_probe(self, painter: QPainter, probe: ProbeMarks, transform: QTransform) -> None:
        cell = transform.mapRect(QRectF(probe.u - 0.5, probe.v - 0.5, 1, 1))
        if cell.width() >= PIXEL_SCALE:
            frame = QRectF(cell.toRect()).adjusted(0.5, 0.5, -0.5, -0.5)  # on whole pixels: sharp
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in PIXEL_FRAME:
                painter.setPen(QPen(qt_colour(colour), width, j=Qt.PenJoinStyle.MiterJoin))
                painter.drawRect(frame)
        _stamp(painter, self._sprites.cross(probe.active), cell.center())

    def _draw_badge(self, painter: QPainter, probe: ProbeMarks, transform: QTransform) -> None:
        font = scaled(tabular(painter.font()), 0.9, bold=True)
        badge = self._sprites.badge(probe.number, probe.active, font)
        place = transform.map(QPointF(probe.u, probe.v)) + QPointF(*BADGE_OFFSET)
        painter.drawPixmap(place - QPointF(0, badge.deviceIndependentSize().height()), badge)

    def _enclosing(self) -> QRectF:
        """A rectangle that holds all positions, thrice as large."""
        parts = [np.array([[probe.u, probe.v]], np.float32) for probe in self._probes]
        for layer in self._layers:
            parts += [layer.taps, layer.grid]
        if not parts:
            return QRectF()
        points = np.concatenate(parts)
        (left, top), (right, bottom) = points.min(0).tolist(), points.max(0).tolist()
        reach = max(right - left, bottom - top, 64.0) * 2
        return QRectF(left, top, right - left, bottom - top).adjusted(-reach, -reach, reach, reach)


def _stamp(painter: QPainter, pixmap: QPixmap, centre: QPointF) -> None:
    size = pixmap.deviceIndependentSize()
    painter.drawPixmap(centre - QPointF(size.width() / 2, size.height() / 2), pixmap)


def _layer(taps: TapMarks, weight: TapWeight, active: bool) -> Layer:
    return Layer(
        np.stack((taps.x, taps.y), 1).astype(np.float32),
        np.stack((taps.grid_x, taps.grid_y), 1).astype(np.float32),
        tap_styles(taps, weight),
        taps.colour,
        active,
    )


def _mapped(points: FloatArray, transform: QTransform) -> FloatArray:
    """(K, 2) picture coordinates to screen pixels. The view never rotates."""
    scale = np.array([transform.m11(), transform.m22()])
    result: FloatArray = points * scale + np.array([transform.dx(), transform.dy()])
    return result
