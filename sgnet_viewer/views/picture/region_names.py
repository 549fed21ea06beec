"""The classes' names on their regions, in screen pixels."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from sgnet_viewer.contract.picture import RegionName

PLATE = QColor(10, 12, 15, 200)
ON_PLATE = QColor(240, 243, 246)
PADDING = 4.0  # pixels
SWATCH = 3.0  # width of the class's colour at the plate's left edge
FAR = 1e6  # larger than any picture


class RegionNamesItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates, paints in screen pixels; a name that would cover that of a
    larger region is left out until the picture is magnified."""

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[RegionName, ...] = ()
        self.hide()

    def set_names(self, names: tuple[RegionName, ...]) -> None:
        """Replaces all; nothing is painted again where nothing differs."""
        if names != self.names:
            self.names = names
            self.setVisible(bool(names))
            self.update()

    def boundingRect(self) -> QRectF:
        """Everywhere: a name is as large as its text."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, *_: object) -> None:
        """The largest regions first."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = [transform.map(QPointF(one.u, one.v)) for one in self.names]
        for one, plate in placed(self.names, places, QFontMetricsF(painter.font())):
            _draw(painter, one, plate)
        painter.restore()


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
