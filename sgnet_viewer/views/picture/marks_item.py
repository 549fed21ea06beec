"""The probes over the picture: one item that draws every cross, ghost, arrow and tap.

Hundreds of taps are copies of a few dozen small pixmaps.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.painting.marks import Marks, mark_steps, marks_of
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.kit.theme import scaled, tabular
from sgnet_viewer.views.picture.tap_sprites import SpriteStamps


class MarksItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates, paints in screen pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._marks = Marks()
        self._bounds = QRectF()
        self._stamps: SpriteStamps | None = None

    def set_marks(self, probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool) -> None:
        """Replaces everything."""
        self._marks = marks_of(probes, weight, grid)
        self.prepareGeometryChange()
        self._bounds = _enclosing(self._marks)
        self.update()

    def boundingRect(self) -> QRectF:
        """Everything drawn, with room for marks of many screen pixels."""
        return self._bounds

    def paint(self, painter: QPainter, *_: object) -> None:
        """In screen pixels."""
        if not self._marks.probes:
            return
        transform, stamps = painter.worldTransform(), self._matching(painter)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step in mark_steps(self._marks, stamps):
            painter.setOpacity(step.opacity)
            step.draw(painter, transform)
        painter.restore()

    def _matching(self, painter: QPainter) -> SpriteStamps:
        """Made for the device's pixels."""
        ratio = painter.device().devicePixelRatioF()
        if self._stamps is None or ratio != self._stamps.ratio:
            font = scaled(tabular(painter.font()), 0.9, bold=True)
            self._stamps = SpriteStamps(font, ratio)
        return self._stamps


def _enclosing(marks: Marks) -> QRectF:
    """A rectangle that holds all positions, thrice as large."""
    parts = [np.array([[probe.u, probe.v]], np.float32) for probe in marks.probes]
    for layer in marks.layers:
        parts += [layer.taps, layer.grid]
    if not parts:
        return QRectF()
    points = np.concatenate(parts)
    (left, top), (right, bottom) = points.min(0).tolist(), points.max(0).tolist()
    reach = max(right - left, bottom - top, 64.0) * 2
    return QRectF(left, top, right - left, bottom - top).adjusted(-reach, -reach, reach, reach)
