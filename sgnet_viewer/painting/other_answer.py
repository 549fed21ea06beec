"""What of the second answer lies over the picture: its taps, the handle, the names of both."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from sgnet_viewer.contract.picture import ProbeMarks

DARK, LINE = QColor(0, 0, 0, 190), QColor(250, 250, 250)
ARROWS = QColor(30, 34, 40)
PLATE, ON_PLATE = QColor(10, 12, 15, 215), QColor(240, 243, 246)
HALF = 6.0  # of a diamond, pixels
GRIP = 9.0  # radius of the handle's knob
GAP, PADDING = 8.0, 5.0
LEAST_ROOM = 48.0  # of a name, pixels: in less it would say nothing
LONGEST = 0.46  # of the page's width: a longer name is shortened


def paint_other_taps(
    painter: QPainter, marks: tuple[ProbeMarks, ...], transform: QTransform
) -> None:
    """Hollow diamonds, one for each tap."""
    for probe in marks:
        for taps in probe.taps:
            for x, y in zip(taps.x.tolist(), taps.y.tolist(), strict=True):
                paint_diamond(painter, transform.map(QPointF(x, y)), taps.colour)


def paint_diamond(painter: QPainter, centre: QPointF, colour: tuple[int, int, int]) -> None:
    """A dark line below the colour reads over bright and dark."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    diamond = _diamond(centre)
    for ink, width in ((DARK, 3.6), (QColor(*colour), 1.6)):
        painter.setPen(QPen(ink, width))
        painter.drawPolygon(diamond)


def paint_handle(
    painter: QPainter,
    x: float,
    height: float,
    names: tuple[str, str],
    transform: QTransform,
    page: QRectF,
) -> None:
    """The line between A and B at `x` of a picture of that height, with their names on top."""
    top, bottom = paint_line(painter, x, height, transform)
    _draw_knob(painter, (top + bottom) / 2)
    for name, side in zip(names, (-1.0, 1.0), strict=True):
        if _room(top.x(), page, side) >= LEAST_ROOM:
            paint_name(painter, name, top.x(), page, side)


def paint_line(
    painter: QPainter, x: float, height: float, transform: QTransform
) -> tuple[QPointF, QPointF]:
    """The line alone; its ends, in pixels of the page."""
    top = transform.map(QPointF(x, -0.5))
    bottom = transform.map(QPointF(x, height - 0.5))
    for colour, width in ((DARK, 4.0), (LINE, 1.6)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(top, bottom)
    return top, bottom


def paint_name(painter: QPainter, name: str, x: float, page: QRectF, side: float = 0.0) -> None:
    """On a plate at the top: right (1) or left (-1) of `x`, or around it (0), within the page."""
    metrics = QFontMetricsF(painter.font())
    longest = min(LONGEST * page.width(), _room(x, page, side) - 2 * PADDING)
    shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, longest)
    width = metrics.horizontalAdvance(shown) + 2 * PADDING
    left = x + (GAP if side > 0 else -GAP - width if side < 0 else -width / 2)
    left = min(max(left, page.left() + GAP), page.right() - width - GAP)
    plate = QRectF(left, page.top() + GAP, width, metrics.height() + PADDING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ON_PLATE)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, shown)


def _room(x: float, page: QRectF, side: float) -> float:
    """Pixels between the page's edge and what stands at `x`, less the gaps."""
    if side == 0:
        return page.width() - 2 * GAP
    x = min(max(x, page.left() - GAP), page.right() + GAP)
    return (page.right() - x if side > 0 else x - page.left()) - 2 * GAP


def _draw_knob(painter: QPainter, middle: QPointF) -> None:
    painter.setPen(QPen(DARK, 1.5))
    painter.setBrush(LINE)
    painter.drawEllipse(middle, GRIP, GRIP)
    painter.setPen(QPen(ARROWS, 1.8))
    for side in (-1, 1):  # two arrow heads
        tip = middle + QPointF(6.0 * side, 0)
        for rise in (-3.5, 3.5):
            painter.drawLine(tip, tip + QPointF(-3.5 * side, rise))


def _diamond(centre: QPointF) -> QPolygonF:
    corners = ((0, -HALF), (HALF, 0), (0, HALF), (-HALF, 0))
    return QPolygonF([centre + QPointF(x, y) for x, y in corners])
