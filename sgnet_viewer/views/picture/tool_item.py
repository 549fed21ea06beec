"""What a tool draws over the picture, in screen pixels."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.painting.tool_overlay import paint_shapes, paint_texts

FAR = 1e6  # larger than any picture: what is drawn in screen pixels has no other bounds


class ToolItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates, paints in screen pixels. `texts`: them alone, or all but them:
    what a tool says lies above the probes' marks, what it draws below."""

    def __init__(self, texts: bool = False) -> None:
        super().__init__()
        self._texts = texts
        self.overlay = ToolOverlay()

    def set_overlay(self, overlay: ToolOverlay) -> None:
        """Replaces everything; nothing is painted again where nothing differs."""
        if overlay != self.overlay:
            self.overlay = overlay
            self.setVisible(bool(overlay.texts) if self._texts else overlay != ToolOverlay())
            self.update()

    def boundingRect(self) -> QRectF:
        """Everywhere: texts stand beside their places."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Lines below, then rings; or the texts, within the view."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._texts:
            page = QRectF(self.getViewWidget().viewport().rect())  # the painter's may be larger
            paint_texts(painter, self.overlay, transform, page)
        else:
            paint_shapes(painter, self.overlay, transform)
        painter.restore()
