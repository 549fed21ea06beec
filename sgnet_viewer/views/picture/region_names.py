"""The classes' names on their regions, in screen pixels."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from sgnet_viewer.contract.picture import RegionName
from sgnet_viewer.painting.region_names import paint_names

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
        paint_names(painter, self.names, transform)
        painter.restore()
