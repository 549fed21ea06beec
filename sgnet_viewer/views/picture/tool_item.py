"""What a tool draws over the picture, in screen pixels."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.painting.tool_overlay import paint_tool

FAR = 1e6  # larger than any picture: what is drawn in screen pixels has no other bounds


class ToolItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates, paints in screen pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.overlay = ToolOverlay()

    def set_overlay(self, overlay: ToolOverlay) -> None:
        """Replaces everything; nothing is painted again where nothing differs."""
        if overlay != self.overlay:
            self.overlay = overlay
            self.setVisible(overlay != ToolOverlay())
            self.update()

    def boundingRect(self) -> QRectF:
        """Everywhere: texts stand beside their places."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Lines below, then rings, then texts."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_tool(painter, self.overlay, transform)
        painter.restore()
