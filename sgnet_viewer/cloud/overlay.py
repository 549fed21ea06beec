"""Paint what lies over a picture of the cloud: marks, and which way the axes point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from sgnet_viewer.cloud.camera import OrbitCamera
from sgnet_viewer.cloud.grid import round_length
from sgnet_viewer.cloud.marks import LaidMarks
from sgnet_viewer.cloud.placement import Placement

SCALE_MOST_PX, SCALE_TICK_PX, TEXT_MOST_PX = 120.0, 3.0, 640.0
SCALE_GAP_PX = 4.0  # from the bar to its text
SMALL = 0.8  # letters beside the window's
HIDDEN_ALPHA = 0.35
PLATE_ALPHA = 0.65  # of the plate under a text
MIDDLE_LIGHTNESS = 127  # of 0..255
LINE_WIDTH = 1.4
RIM_WIDTH = 1.6
FEW_LINES = 60  # more lines than these are drawn plainly
AXIS_LENGTH = 20.0
SHORTEST_NAMED_AXIS = 7.0  # pointing at the eye, its letter would lie on the others
AXES = (("x", QColor(224, 92, 92)), ("y", QColor(104, 186, 104)), ("z", QColor(92, 148, 236)))


def paint_marks(painter: QPainter, laid: LaidMarks, placement: Placement) -> None:
    """Paint the lines, then the points over them; what a surface hides is faded."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    points = [QPointF(x, y) for x, y in _positions(laid, placement)]
    colours = faded_colours(laid).tolist()
    _paint_lines(painter, laid, points, colours)
    _paint_points(painter, laid, points, colours)
    painter.restore()


def paint_axes(painter: QPainter, camera: OrbitCamera, origin: QPointF) -> None:
    """The sensor's axes (x right, y down, z forward) as the camera sees them, the far one first."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(_small(painter.font()))
    side = QFontMetricsF(painter.font()).height()
    directions = np.stack(camera.axes())  # rows: right, down, forward; columns: x, y, z
    for axis in np.argsort(-directions[2]).tolist():
        name, colour = AXES[axis]
        tip = QPointF(*(directions[:2, axis] * AXIS_LENGTH))
        painter.setPen(QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(origin, origin + tip)
        if np.hypot(tip.x(), tip.y()) > SHORTEST_NAMED_AXIS:
            letter = origin + tip * 1.4
            box = QRectF(letter.x() - side / 2, letter.y() - side / 2, side, side)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
    painter.restore()


def paint_grid(
    painter: QPainter, parts: NDArray[np.float64], placement: Placement, ink: QColor
) -> None:
    """`parts`: (N, 2, 2), pixels of the picture: both ends of each piece of a line."""
    at = placement.to_widget(parts[..., 0].ravel(), parts[..., 1].ravel()).reshape(-1, 4)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLines([QLineF(*ends) for ends in at.tolist()])
    painter.restore()


def paint_scale(
    painter: QPainter,
    metres_per_pixel: float,
    right: QPointF,
    ink: QColor,
    grid_m: float | None = None,
) -> None:
    """A bar that ends at `right`, a round number of metres long, and how many; then the step of
    the grid, where there is one."""
    metres = round_length(metres_per_pixel * SCALE_MOST_PX)
    left = right - QPointF(metres / metres_per_pixel, 0.0)
    tick = QPointF(0.0, SCALE_TICK_PX)
    text = scale_text(metres, grid_m)
    painter.save()
    painter.setFont(_small(painter.font()))
    height = QFontMetricsF(painter.font()).height()
    top = right.y() - SCALE_GAP_PX - height
    box = QRectF(right.x() - TEXT_MOST_PX, top, TEXT_MOST_PX, height)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    written = painter.boundingRect(box, flags, text)
    _paint_plate(painter, written.united(QRectF(left - tick, right + tick)), ink)
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLines([QLineF(left, right)])
    painter.drawLines([QLineF(end - tick, end + tick) for end in (left, right)])
    painter.drawText(box, flags, text)
    painter.restore()


def paint_caption(painter: QPainter, text: str, left: QPointF, ink: QColor) -> None:
    """A line that begins at `left`, its top."""
    painter.save()
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    height = QFontMetricsF(painter.font()).height()
    box = QRectF(left.x(), left.y(), TEXT_MOST_PX, height)
    _paint_plate(painter, painter.boundingRect(box, flags, text), ink)
    painter.setPen(ink)
    painter.drawText(box, flags, text)
    painter.restore()


def _paint_plate(painter: QPainter, around: QRectF, ink: QColor) -> None:
    """What makes a text of that ink readable over any point of the cloud."""
    paper = QColor("black" if ink.lightness() > MIDDLE_LIGHTNESS else "white")
    paper.setAlphaF(PLATE_ALPHA)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(paper)
    painter.drawRoundedRect(around.adjusted(-5, -2, 5, 2), 4, 4)


def scale_text(metres: float, grid_m: float | None) -> str:
    """ "1 m, grid 0.5 m": both lengths in one unit."""
    if grid_m is None:
        return length_text(metres)
    if max(metres, grid_m) < 1:
        return f"{length_text(metres)}, grid {length_text(grid_m)}"
    return f"{metres:g} m, grid {grid_m:g} m"


def length_text(metres: float) -> str:
    """A round length as it is read: "20 cm", "1 m"."""
    if metres >= 1:
        return f"{metres:.0f} m"
    return f"{metres * 100:.0f} cm" if metres >= 0.01 else f"{metres * 1000:.0f} mm"


def faded_colours(laid: LaidMarks) -> NDArray[np.uint8]:
    """(N, 4) RGBA of the marks: fainter where a surface hides them."""
    rgba = laid.marks.rgba.copy()
    rgba[:, 3] = np.rint(rgba[:, 3] * np.where(laid.hidden, HIDDEN_ALPHA, 1.0))
    return rgba


def _paint_lines(
    painter: QPainter, laid: LaidMarks, points: list[QPointF], colours: list[list[int]]
) -> None:
    """Those of one colour together: with rims where they are few, so that they read anywhere."""
    lines: dict[tuple[int, ...], list[QLineF]] = {}
    for start, end in laid.marks.lines[laid.lines].tolist():
        lines.setdefault(tuple(colours[end]), []).append(QLineF(points[start], points[end]))
    few = len(laid.lines) <= FEW_LINES
    for rgba, parts in lines.items():
        colour = QColor(*rgba)
        rimmed = ((LINE_WIDTH + RIM_WIDTH, _rim(colour)), (LINE_WIDTH, colour))
        for width, pen_colour in rimmed if few else ((1.0, colour),):
            painter.setPen(QPen(pen_colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLines(parts)


def _paint_points(
    painter: QPainter, laid: LaidMarks, points: list[QPointF], colours: list[list[int]]
) -> None:
    sizes = laid.marks.size_px.tolist()
    last: list[int] = []
    for index in laid.points.tolist():
        if colours[index] != last:
            last = colours[index]
            colour = QColor(*last)
            painter.setPen(QPen(_rim(colour), 1.2))
            painter.setBrush(colour)
        painter.drawEllipse(points[index], sizes[index] / 2, sizes[index] / 2)


def _positions(laid: LaidMarks, placement: Placement) -> list[list[float]]:
    """x and y of each mark in the widget; 0 for what lies behind the eye and is not drawn."""
    at = placement.to_widget(laid.pixels.u, laid.pixels.v)
    positions: list[list[float]] = np.nan_to_num(at).tolist()
    return positions


def _rim(colour: QColor) -> QColor:
    """Black around bright colours, white around dark ones, as faint as the colour itself."""
    shade = 0 if colour.lightness() > 90 else 255
    return QColor(shade, shade, shade, round(colour.alpha() * 0.6))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    else:
        small.setPixelSize(round(font.pixelSize() * SMALL))
    return small
