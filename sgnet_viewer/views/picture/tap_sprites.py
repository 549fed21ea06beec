"""The small drawings for taps, ghosts and probes, made once each and then only copied."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from sgnet_viewer.render.mark_shapes import (
    CROSS,
    PASSIVE_CROSS,
    PLATE_EDGE,
    PLATES,
    Circle,
    HalfDisc,
    Lines,
    Rgba,
    Shape,
    Square,
    TapStyle,
    cross_shapes,
    ghost_shapes,
    tap_shapes,
)

TAP_SIDE, GHOST_SIDE, CROSS_SIDE = 17.0, 11.0, 2 * CROSS[1] + 8  # pixels


class SpriteStore:
    """Makes each drawing when it is first asked for. `ratio`: device pixels a logical pixel."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.ratio = ratio
        self._taps: dict[TapStyle, QPixmap] = {}
        self._crosses: dict[bool, QPixmap] = {}
        self._badges: dict[tuple[int, bool], QPixmap] = {}
        self._ghosts: dict[bool, QPixmap] = {}

    def tap(self, style: TapStyle) -> QPixmap:
        """The dot of a tap."""
        if style not in self._taps:
            self._taps[style] = _drawn(tap_shapes(style), TAP_SIDE, self.ratio)
        return self._taps[style]

    def ghost(self, tight: bool) -> QPixmap:
        """Where a tap of a plain convolution lies."""
        if tight not in self._ghosts:
            self._ghosts[tight] = _drawn(ghost_shapes(tight), GHOST_SIDE, self.ratio)
        return self._ghosts[tight]

    def cross(self, active: bool) -> QPixmap:
        """A probe's cross."""
        if active not in self._crosses:
            opacity = 1.0 if active else PASSIVE_CROSS
            self._crosses[active] = _drawn(cross_shapes(), CROSS_SIDE, self.ratio, opacity)
        return self._crosses[active]

    def badge(self, number: int, active: bool, font: QFont) -> QPixmap:
        """A probe's number on a plate."""
        key = (number, active)
        if key not in self._badges:
            metrics = QFontMetricsF(font)
            height = metrics.height() + 1
            width = max(metrics.horizontalAdvance(str(number)) + 7, height)
            pixmap = _blank(width, self.ratio, height)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _draw_badge(painter, QRectF(0.5, 0.5, width - 1, height - 1), number, active, font)
            painter.end()
            self._badges[key] = pixmap
        return self._badges[key]


def draw_shapes(painter: QPainter, shapes: Iterable[Shape]) -> None:
    """Draws them around the painter's (0, 0)."""
    for shape in shapes:
        match shape:
            case Circle(radius, colour, width):
                _set_up(painter, colour, width)
                painter.drawEllipse(QPointF(), radius, radius)
            case HalfDisc(radius, colour):
                _set_up(painter, colour, 0.0)
                box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
                painter.drawPie(box, 45 * 16, 180 * 16)  # sixteenths of a degree
            case Square(half, colour, width):
                _set_up(painter, colour, width)
                painter.drawRect(QRectF(-half, -half, 2 * half, 2 * half))
            case Lines(segments, colour, width, rounded):
                _set_up(painter, colour, width, rounded)
                painter.drawLines([QLineF(*segment) for segment in segments])


def qt_colour(rgba: Rgba) -> QColor:
    """Opacity goes from 0..1 to 0..255."""
    red, green, blue, opacity = rgba
    return QColor(red, green, blue, round(255 * opacity))


def _set_up(painter: QPainter, colour: Rgba, width: float, rounded: bool = False) -> None:
    """A pen of `width`, or a brush where that is 0."""
    if width == 0:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qt_colour(colour))
        return
    cap = Qt.PenCapStyle.RoundCap if rounded else Qt.PenCapStyle.SquareCap
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(qt_colour(colour), width, c=cap, j=Qt.PenJoinStyle.MiterJoin))


def _drawn(shapes: Iterable[Shape], side: float, ratio: float, opacity: float = 1.0) -> QPixmap:
    pixmap = _blank(side, ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    size = pixmap.deviceIndependentSize()
    painter.translate(size.width() / 2, size.height() / 2)
    draw_shapes(painter, shapes)
    painter.end()
    return pixmap


def _draw_badge(painter: QPainter, box: QRectF, number: int, active: bool, font: QFont) -> None:
    plate, text = PLATES[active]
    painter.setPen(QPen(qt_colour(PLATE_EDGE), 1))
    painter.setBrush(qt_colour(plate))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font)
    painter.setPen(qt_colour(text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


def _blank(width: float, ratio: float, height: float | None = None) -> QPixmap:
    """A transparent pixmap, square by default, of odd sides: it has a pixel at its centre."""
    sides = (int(side * ratio) | 1 for side in (width, width if height is None else height))
    pixmap = QPixmap(*sides)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
