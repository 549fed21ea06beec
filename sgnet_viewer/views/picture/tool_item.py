"""What a tool draws over the picture, in screen pixels."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QTransform

from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.painting.tool_overlay import paint_shapes, paint_texts

from .screen_item import ScreenItem


class ToolItem(ScreenItem):
    """`texts`: them alone, or all but them: what a tool says lies above the probes' marks, what it
    draws below."""

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

    def draw(self, painter: QPainter, transform: QTransform) -> None:
        """Lines below, then rings; or the texts, within the view."""
        if self._texts:
            paint_texts(painter, self.overlay, transform, self.view())
        else:
            paint_shapes(painter, self.overlay, transform)
