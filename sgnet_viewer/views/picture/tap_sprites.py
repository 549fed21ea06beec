"""The small drawings for taps, ghosts and probes, made once each and then only copied."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from sgnet_viewer.painting.shapes import badge_size, draw_badge, draw_shapes
from sgnet_viewer.render.mark_shapes import (
    CROSS,
    Shape,
    TapStyle,
    cross_shapes,
    ghost_shapes,
    tap_shapes,
)

TAP_SIDE, GHOST_SIDE, CROSS_SIDE = 17.0, 11.0, 2 * CROSS[1] + 8  # pixels


class SpriteStamps:
    """Makes each drawing when it is first asked for; see `painting.marks.Stamps`.

    `font`: of the numbers. `ratio`: device pixels a logical pixel.
    """

    def __init__(self, font: QFont, ratio: float = 1.0) -> None:
        self.ratio = ratio
        self._font = font
        self._taps: dict[TapStyle, QPixmap] = {}
        self._crosses: dict[int, QPixmap] = {}
        self._badges: dict[tuple[int, bool], QPixmap] = {}
        self._ghosts: dict[bool, QPixmap] = {}

    def tap(self, painter: QPainter, style: TapStyle, centre: QPointF) -> None:
        """The dot of a tap."""
        if style not in self._taps:
            self._taps[style] = _drawn(tap_shapes(style), TAP_SIDE, self.ratio)
        _stamp(painter, self._taps[style], centre)

    def ghost(self, painter: QPainter, tight: bool, centre: QPointF) -> None:
        """Where a tap of a plain convolution lies."""
        if tight not in self._ghosts:
            self._ghosts[tight] = _drawn(ghost_shapes(tight), GHOST_SIDE, self.ratio)
        _stamp(painter, self._ghosts[tight], centre)

    def cross(self, painter: QPainter, number: int, centre: QPointF) -> None:
        """A probe's cross."""
        if number not in self._crosses:
            self._crosses[number] = _drawn(cross_shapes(number), CROSS_SIDE, self.ratio)
        _stamp(painter, self._crosses[number], centre)

    def badge(self, painter: QPainter, number: int, active: bool, corner: QPointF) -> None:
        """A probe's number. `corner`: the lower left of its plate."""
        key = (number, active)
        if key not in self._badges:
            size = badge_size(number, self._font)
            pixmap = _blank(size.width(), self.ratio, size.height())
            badge = QPainter(pixmap)
            badge.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_badge(badge, QPointF(), number, active, self._font)
            badge.end()
            self._badges[key] = pixmap
        pixmap = self._badges[key]
        painter.drawPixmap(corner - QPointF(0, pixmap.deviceIndependentSize().height()), pixmap)


def _stamp(painter: QPainter, pixmap: QPixmap, centre: QPointF) -> None:
    size = pixmap.deviceIndependentSize()
    painter.drawPixmap(centre - QPointF(size.width() / 2, size.height() / 2), pixmap)


def _drawn(shapes: Iterable[Shape], side: float, ratio: float) -> QPixmap:
    pixmap = _blank(side, ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = pixmap.deviceIndependentSize()
    painter.translate(size.width() / 2, size.height() / 2)
    draw_shapes(painter, shapes)
    painter.end()
    return pixmap


def _blank(width: float, ratio: float, height: float | None = None) -> QPixmap:
    """A transparent pixmap, square by default, of odd sides: it has a pixel at its centre."""
    sides = (int(side * ratio) | 1 for side in (width, width if height is None else height))
    pixmap = QPixmap(*sides)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
