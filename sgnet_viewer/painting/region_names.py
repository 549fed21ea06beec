"""The classes' names on their regions, in pixels of the page.

A name that would cover that of a larger region is left out, until the picture is larger.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QTransform

from sgnet_viewer.contract.picture import RegionName

PLATE = QColor(10, 12, 15, 200)
ON_PLATE = QColor(240, 243, 246)
PADDING = 4.0  # pixels
SWATCH = 3.0  # width of the class's colour at the plate's left edge


def paint_names(painter: QPainter, names: tuple[RegionName, ...], transform: QTransform) -> None:
    """The largest regions first. `transform`: picture to page."""
    places = [transform.map(QPointF(one.u, one.v)) for one in names]
    for one, plate in placed(names, places, QFontMetricsF(painter.font())):
        _draw(painter, one, plate)


def placed(
    names: tuple[RegionName, ...], places: list[QPointF], metrics: QFontMetricsF
) -> list[tuple[RegionName, QRectF]]:
    """The names that have room, with their plates."""
    height = metrics.height() + PADDING
    kept: list[tuple[RegionName, QRectF]] = []
    for one, at in zip(names, places, strict=True):
        width = metrics.horizontalAdvance(one.name) + 2 * PADDING + SWATCH
        plate = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
        if not any(plate.intersects(other) for _, other in kept):
            kept.append((one, plate))
    return kept


def _draw(painter: QPainter, one: RegionName, plate: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 3, 3)
    painter.setBrush(QColor(*one.colour))
    painter.drawRect(QRectF(plate.left(), plate.top(), SWATCH, plate.height()))
    painter.setPen(QPen(ON_PLATE))
    painter.drawText(plate.adjusted(SWATCH, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, one.name)
