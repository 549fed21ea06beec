"""Probes over a picture: every cross, ghost, arrow, tap and number, in the order they are drawn.

Positions are mapped to the page (the screen, a file) in one go, then drawn in its pixels: marks
keep their size at every zoom. How a single one is drawn is the stamps' business: the screen copies
small pixmaps, files have shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QTransform

from sgnet_model.types import FloatArray
from sgnet_viewer.contract.picture import ProbeMarks, TapMarks
from sgnet_viewer.painting.shapes import badge_size, draw_badge, draw_shapes, qt_colour
from sgnet_viewer.render.mark_shapes import (
    BADGE_OFFSET,
    PASSIVE_CROSS,
    PASSIVE_TAPS,
    PIXEL_FRAME,
    PIXEL_SCALE,
    Shape,
    TapStyle,
    arrow_shapes,
    cross_shapes,
    ghost_shapes,
    is_tight,
    tap_shapes,
    tap_styles,
)
from sgnet_viewer.state.view_settings import TapWeight

Draw = Callable[[QPainter, QTransform], None]  # in pixels of the page; picture to page


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the page. `opacity`: of all it draws, as one."""

    name: str
    draw: Draw
    opacity: float = 1.0


class Stamps(Protocol):
    """Draws single marks, in pixels of the page."""

    def tap(self, painter: QPainter, style: TapStyle, centre: QPointF) -> None: ...
    def ghost(self, painter: QPainter, tight: bool, centre: QPointF) -> None: ...
    def cross(self, painter: QPainter, number: int, centre: QPointF) -> None: ...
    def badge(self, painter: QPainter, number: int, active: bool, corner: QPointF) -> None: ...


class ShapeStamps:
    """Draws the shapes themselves; `font`: of the numbers, at its size on the page."""

    def __init__(self, font: QFont) -> None:
        self._font = font

    def tap(self, painter: QPainter, style: TapStyle, centre: QPointF) -> None:
        """The dot of a tap."""
        self._draw(painter, tap_shapes(style), centre)

    def ghost(self, painter: QPainter, tight: bool, centre: QPointF) -> None:
        """Where a tap of a plain convolution lies."""
        self._draw(painter, ghost_shapes(tight), centre)

    def cross(self, painter: QPainter, number: int, centre: QPointF) -> None:
        """A probe's cross."""
        self._draw(painter, cross_shapes(number), centre)

    def badge(self, painter: QPainter, number: int, active: bool, corner: QPointF) -> None:
        """A probe's number. `corner`: the lower left of its plate."""
        top = corner - QPointF(0, badge_size(number, self._font).height())
        draw_badge(painter, top, number, active, self._font)

    def _draw(self, painter: QPainter, shapes: tuple[Shape, ...], centre: QPointF) -> None:
        painter.translate(centre)
        draw_shapes(painter, shapes)
        painter.translate(-centre)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One S-Conv's taps, ready to draw. `taps`, `grid`: (K, 2) float32 picture coordinates."""

    probe: int
    name: str
    taps: FloatArray
    grid: FloatArray
    styles: tuple[TapStyle, ...]
    colour: tuple[int, int, int]
    active: bool

    @property
    def opacity(self) -> float:
        """Taps of passive probes are faint."""
        return 1.0 if self.active else PASSIVE_TAPS


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Passive probes come first, so that the active one lies on top. `grid`: ghosts and arrows."""

    probes: tuple[ProbeMarks, ...] = ()
    layers: tuple[Layer, ...] = ()
    grid: bool = True


def marks_of(probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool) -> Marks:
    """Ready to draw."""
    ordered = tuple(sorted(probes, key=lambda probe: probe.active))
    layers = (_layer(probe, taps, weight) for probe in ordered for taps in probe.taps)
    return Marks(ordered, tuple(layers), grid)


def mark_steps(marks: Marks, stamps: Stamps) -> Iterator[Step]:
    """Crosses below, then ghosts and arrows, then taps; the probes' numbers on top."""
    for probe in marks.probes:
        yield Step(f"pixel-{probe.number}", _pixel(probe))
        opacity = 1.0 if probe.active else PASSIVE_CROSS
        yield Step(f"cross-{probe.number}", _cross(probe, stamps), opacity)
    if marks.grid:
        for layer in marks.layers:
            yield Step(f"grid-{layer.probe}-{layer.name}", _grid(layer, stamps), layer.opacity)
    for layer in marks.layers:
        yield Step(f"taps-{layer.probe}-{layer.name}", _taps(layer, stamps), layer.opacity)
    for probe in marks.probes:
        yield Step(f"number-{probe.number}", _number(probe, stamps))


def _pixel(probe: ProbeMarks) -> Draw:
    """The probed pixel, framed where it is large enough."""

    def draw(painter: QPainter, transform: QTransform) -> None:
        cell = transform.mapRect(QRectF(probe.u - 0.5, probe.v - 0.5, 1, 1))
        if cell.width() < PIXEL_SCALE:
            return
        frame = QRectF(cell.toRect()).adjusted(0.5, 0.5, -0.5, -0.5)  # on whole pixels: sharp
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in PIXEL_FRAME:
            painter.setPen(QPen(qt_colour(colour), width, j=Qt.PenJoinStyle.MiterJoin))
            painter.drawRect(frame)

    return draw


def _cross(probe: ProbeMarks, stamps: Stamps) -> Draw:
    return lambda painter, transform: stamps.cross(
        painter, probe.number, transform.map(QPointF(probe.u, probe.v))
    )


def _grid(layer: Layer, stamps: Stamps) -> Draw:
    def draw(painter: QPainter, transform: QTransform) -> None:
        starts, ends = _mapped(layer.grid, transform), _mapped(layer.taps, transform)
        tight = is_tight(starts)
        for x, y in starts.tolist():
            stamps.ghost(painter, tight, QPointF(x, y))
        draw_shapes(painter, arrow_shapes(starts, ends, layer.colour, layer.active))

    return draw


def _taps(layer: Layer, stamps: Stamps) -> Draw:
    def draw(painter: QPainter, transform: QTransform) -> None:
        points = _mapped(layer.taps, transform).tolist()
        for (x, y), style in zip(points, layer.styles, strict=True):
            stamps.tap(painter, style, QPointF(x, y))

    return draw


def _number(probe: ProbeMarks, stamps: Stamps) -> Draw:
    def draw(painter: QPainter, transform: QTransform) -> None:
        corner = transform.map(QPointF(probe.u, probe.v)) + QPointF(*BADGE_OFFSET)
        stamps.badge(painter, probe.number, probe.active, corner)

    return draw


def _layer(probe: ProbeMarks, taps: TapMarks, weight: TapWeight) -> Layer:
    return Layer(
        probe.number,
        taps.layer,
        np.stack((taps.x, taps.y), 1).astype(np.float32),
        np.stack((taps.grid_x, taps.grid_y), 1).astype(np.float32),
        tap_styles(taps, weight),
        taps.colour,
        probe.active,
    )


def _mapped(points: FloatArray, transform: QTransform) -> FloatArray:
    """(K, 2) picture coordinates to pixels of the page. The view never rotates."""
    scale = np.array([transform.m11(), transform.m22()])
    result: FloatArray = points * scale + np.array([transform.dx(), transform.dy()])
    return result
