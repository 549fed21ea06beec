"""The linked cursor over the picture."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from sgnet_viewer.painting.pointer import RADIUS, paint_pointer

ROOM = RADIUS + 3  # pixels around the middle that the ring takes


class PointerItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lies at a pixel of the picture, as large on the screen at every zoom."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.hide()

    def set_pixel(self, pixel: tuple[int, int] | None) -> None:
        """(u, v); None for nowhere."""
        if pixel is not None:
            self.setPos(*pixel)
        self.setVisible(pixel is not None)

    def boundingRect(self) -> QRectF:
        """The ring alone, so that no more is painted again."""
        return QRectF(-ROOM, -ROOM, 2 * ROOM, 2 * ROOM)

    def paint(self, painter: QPainter, *_: object) -> None:
        """In pixels of the screen."""
        paint_pointer(painter, QPointF())
