"""A key to the marks: what dot, ghost, arrow, ring, half dot and diamond mean, drawn as they
are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sgnet_viewer.painting.other_answer import paint_diamond
from sgnet_viewer.painting.shapes import draw_shapes
from sgnet_viewer.render.mark_shapes import (
    LEVELS,
    Shape,
    TapKind,
    TapStyle,
    arrow_shapes,
    cross_shapes,
    ghost_shapes,
    tap_shapes,
)
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.picture.colour_bar import PLATE, TEXT

COLOUR = (90, 170, 250)
Draw = Callable[[QPainter], object]
MARK = 44  # pixels of the column of marks


def _shapes(shapes: tuple[Shape, ...]) -> Draw:
    return partial(draw_shapes, shapes=shapes)


def _tap(kind: TapKind) -> Draw:
    return _shapes(tap_shapes(TapStyle(kind, COLOUR, LEVELS - 4, TapWeight.SIZE)))


def _arrow() -> Draw:
    ends = np.array([[[-15.0, 0.0]], [[15.0, 0.0]]], np.float32)
    return _shapes(arrow_shapes(ends[0], ends[1], COLOUR, active=True))


ROWS: tuple[tuple[str, Draw], ...] = (  # what draws a mark around the painter's (0, 0)
    ("the probed pixel", _shapes(cross_shapes())),
    ("a tap: larger or denser is more weight", _tap(TapKind.INSIDE)),
    ("where a plain 3×3 convolution would look", _shapes(ghost_shapes(False))),
    ("the learned offset, from there to the tap", _arrow()),
    ("a tap partly beyond the layer's map", _tap(TapKind.PARTLY)),
    ("a tap beyond the map: it contributes nothing", _tap(TapKind.OUTSIDE)),
    ("a tap of the second answer, B", lambda painter: paint_diamond(painter, QPointF(), COLOUR)),
)
NOTE = "Colours: the layers'. A click holds a tap's note."


class MarksKey(QWidget):
    """A plate over the picture that lets the mouse through."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Key to the marks")
        self.setAccessibleDescription("; ".join(text for text, _ in ROWS))
        self.hide()

    def sizeHint(self) -> QSize:
        """A row a mark, and the note."""
        texts = [*(text for text, _ in ROWS), NOTE]
        width = max(self.fontMetrics().horizontalAdvance(text) for text in texts)
        return QSize(MARK + width + 2 * STEP, (len(ROWS) + 1) * self._line() + 2 * STEP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Marks on the left, words beside them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(PLATE)
        painter.drawRoundedRect(self.rect(), 4, 4)
        middle = Qt.AlignmentFlag.AlignVCenter
        for number, (text, draw) in enumerate(ROWS):
            top = STEP + number * self._line()
            painter.save()
            painter.translate(STEP + MARK / 2 - 4, top + self._line() / 2)
            draw(painter)
            painter.restore()
            painter.setPen(TEXT)
            painter.drawText(QRectF(MARK + STEP, top, self.width(), self._line()), middle, text)
        bottom = STEP + len(ROWS) * self._line()
        painter.drawText(QRectF(STEP, bottom, self.width(), self._line()), middle, NOTE)

    def _line(self) -> int:
        return max(self.fontMetrics().height() + 4, 26)
