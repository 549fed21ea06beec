"""The small drawings for taps, ghosts and probes, made once each and then only copied.

Every drawing has a light line inside a dark one, so that it reads over bright and dark pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from sgnet_viewer.state.view_settings import TapWeight

LEVELS = 8  # steps in which a modulation is drawn
SMALLEST_RADIUS, LARGEST_RADIUS = 2.0, 5.5  # pixels, at modulation 0 and 1
FIXED_RADIUS = 4.5  # where opacity shows the modulation
FAINTEST = 0.12
CROSS = (5.0, 13.0)  # pixels: where the arms of a probe's cross begin and end
BLACK, WHITE = QColor(0, 0, 0, 200), QColor(255, 255, 255, 235)


class TapKind(Enum):
    """Where a tap lies on its layer's map."""

    INSIDE = 0
    PARTLY = 1  # some of its four corners are beyond the map
    OUTSIDE = 2


@dataclass(frozen=True, slots=True)
class TapStyle:
    """Everything a tap's drawing depends on. `level`: 0..LEVELS - 1."""

    kind: TapKind
    colour: tuple[int, int, int]
    level: int
    weight: TapWeight


class SpriteStore:
    """Makes each drawing when it is first asked for. `ratio`: device pixels a logical pixel."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.ratio = ratio
        self._taps: dict[TapStyle, QPixmap] = {}
        self._crosses: dict[bool, QPixmap] = {}
        self._badges: dict[tuple[int, bool], QPixmap] = {}
        self._ghosts: dict[bool, QPixmap] = {}

    def tap(self, style: TapStyle) -> QPixmap:
        """A dot; half filled where partly outside; hollow with a cross where outside."""
        if style not in self._taps:
            radius, opacity = _radius_and_opacity(style)
            pixmap = _blank(2 * radius + 6, self.ratio)
            painter = _painter(pixmap)
            _draw_tap(painter, style, radius, opacity)
            painter.end()
            self._taps[style] = pixmap
        return self._taps[style]

    def ghost(self, tight: bool) -> QPixmap:
        """A small hollow square: where a tap of a plain convolution lies; smaller where `tight`."""
        if tight not in self._ghosts:
            half = 2.0 if tight else 3.0  # of whole pixels, so that its lines are sharp
            pixmap = _blank(2 * half + 5, self.ratio)
            painter = _painter(pixmap)
            for colour, width in ((BLACK, 2.6), (QColor(255, 255, 255, 220), 1.0)):
                painter.setPen(_mitred(colour, width))
                painter.drawRect(QRectF(-half, -half, 2 * half, 2 * half))
            painter.end()
            self._ghosts[tight] = pixmap
        return self._ghosts[tight]

    def cross(self, active: bool) -> QPixmap:
        """A cross with an open centre."""
        if active not in self._crosses:
            pixmap = _blank(2 * CROSS[1] + 8, self.ratio)
            painter = _painter(pixmap)
            painter.setOpacity(1.0 if active else 0.75)
            _draw_cross(painter)
            painter.end()
            self._crosses[active] = pixmap
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


def level_of(modulation: float) -> int:
    """0..LEVELS - 1 for a modulation in 0..1."""
    return min(max(round(modulation * (LEVELS - 1)), 0), LEVELS - 1)


def _radius_and_opacity(style: TapStyle) -> tuple[float, float]:
    share = style.level / (LEVELS - 1)
    if style.weight is TapWeight.SIZE:
        return SMALLEST_RADIUS + share * (LARGEST_RADIUS - SMALLEST_RADIUS), 1.0
    return FIXED_RADIUS, FAINTEST + share * (1 - FAINTEST)


def _draw_tap(painter: QPainter, style: TapStyle, radius: float, opacity: float) -> None:
    fill = QColor(*style.colour)
    fill.setAlphaF(opacity)
    if style.kind is TapKind.OUTSIDE:
        _draw_outside(painter, QColor(*style.colour), max(radius, 3.5), opacity)
        return
    _ring(painter, radius)
    if style.kind is TapKind.INSIDE:
        _disc(painter, radius, fill)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 190))
    painter.drawEllipse(QPointF(), radius, radius)
    painter.setBrush(fill)
    box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
    painter.drawPie(box, 45 * 16, 180 * 16)


def _draw_outside(painter: QPainter, colour: QColor, radius: float, opacity: float) -> None:
    painter.setOpacity(0.35 + 0.65 * opacity)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arm = radius * 0.6
    for line, width in ((BLACK, 3.6), (colour, 1.7)):
        painter.setPen(QPen(line, width))
        painter.drawEllipse(QPointF(), radius, radius)
        painter.drawLine(QPointF(-arm, -arm), QPointF(arm, arm))
        painter.drawLine(QPointF(-arm, arm), QPointF(arm, -arm))


def _ring(painter: QPainter, radius: float) -> None:
    """A dark line around a light one, outside the disc."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, grow, width in ((BLACK, 1.6, 1.4), (WHITE, 0.5, 1.1)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(QPointF(), radius + grow, radius + grow)


def _disc(painter: QPainter, radius: float, fill: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawEllipse(QPointF(), radius, radius)


def _draw_cross(painter: QPainter) -> None:
    near, far = CROSS
    lines = [
        QLineF(near * dx, near * dy, far * dx, far * dy)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    for colour, width in ((QColor(0, 0, 0, 220), 4.0), (QColor(255, 255, 255), 1.8)):
        painter.setPen(QPen(colour, width, c=Qt.PenCapStyle.RoundCap))
        painter.drawLines(lines)


def _draw_badge(painter: QPainter, box: QRectF, number: int, active: bool, font: QFont) -> None:
    painter.setPen(QPen(QColor(0, 0, 0, 220), 1))
    painter.setBrush(QColor(255, 255, 255) if active else QColor(60, 66, 74))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font)
    painter.setPen(QColor(0, 0, 0) if active else QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


def _mitred(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, j=Qt.PenJoinStyle.MiterJoin)


def _blank(width: float, ratio: float, height: float | None = None) -> QPixmap:
    """A transparent pixmap, square by default, of odd sides: it has a pixel at its centre."""
    sides = (int(side * ratio) | 1 for side in (width, width if height is None else height))
    pixmap = QPixmap(*sides)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _painter(pixmap: QPixmap) -> QPainter:
    """Draws around (0, 0), the pixmap's centre."""
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = pixmap.deviceIndependentSize()
    painter.translate(size.width() / 2, size.height() / 2)
    return painter
