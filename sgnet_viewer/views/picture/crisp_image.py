"""An image of the scene that is drawn smoothly when small and as squares when magnified."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QPainter

CRISP_SCALE = 2.0  # screen pixels a picture pixel: from here on pixels are shown as squares


class CrispImage(pg.ImageItem):  # type: ignore[misc]  # pyqtgraph has no annotations
    """An image drawn smoothly when small and as sharp squares when magnified."""

    def paint(self, painter: QPainter, *arguments: object) -> None:
        """Chooses between smooth and crisp by the scale of this painter."""
        scale = math.hypot(painter.worldTransform().m11(), painter.worldTransform().m12())
        hint = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(hint, scale < CRISP_SCALE)
        super().paint(painter, *arguments)
