"""What lies in the picture and is painted in pixels of the screen: zooming leaves its size."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTransform

FAR = 1e6  # larger than any picture: what is painted in pixels of the screen has no other bounds


class ScreenItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates; subclasses say in `draw` what is painted.

    `magnified`: a part of the picture is being painted, in the loupe.
    """

    magnified = False

    def draw(self, painter: QPainter, transform: QTransform) -> None:
        """In pixels of the screen. `transform`: from picture coordinates to those."""
        raise NotImplementedError

    def view(self) -> QRectF:
        """What is in sight, in pixels of the screen (the painter's own may be the whole window)."""
        return QRectF(self.getViewWidget().viewport().rect())

    def boundingRect(self) -> QRectF:
        """Everywhere."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, *rest: object) -> None:
        """What `draw` says, smooth at its edges. `rest`: option, and the widget, which Qt leaves
        out where a part is rendered."""
        self.magnified = len(rest) > 1 and rest[1] is None
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, transform)
        painter.restore()
