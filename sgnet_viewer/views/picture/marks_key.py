"""A key to the marks: what dot, ghost, arrow, ring, half dot and diamond mean, drawn as they
are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sgnet_viewer.contract.signal import Signal
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
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP, scaled
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
HEADING = "Marks"
NOTE = "Colours: the layers'. Click a tap to pin its note."
CLOSE_TIP = "Close the key to the marks  (K)"
LIGHT_ON_PLATE = f"QToolButton {{ color: {TEXT.name()}; }}"  # the plate is dark in both themes


class MarksKey(QWidget):
    """A plate over the picture that lets the mouse through; its button, which does not, lies on
    it."""

    closed: Signal = intent()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.close_button = IconButton("close", CLOSE_TIP, parent)
        self.close_button.setStyleSheet(LIGHT_ON_PLATE)
        self.close_button.clicked.connect(lambda: self.closed.emit())
        self.setAccessibleName("Key to the marks")
        self.setAccessibleDescription("; ".join(text for text, _ in ROWS))
        self.hide()

    def sizeHint(self) -> QSize:
        """The heading, a row a mark, and the note."""
        texts = [*(text for text, _ in ROWS), NOTE]
        width = max(self.fontMetrics().horizontalAdvance(text) for text in texts)
        return QSize(MARK + width + 2 * STEP, (len(ROWS) + 2) * self._line() + 2 * STEP)

    def place(self, box: QRect) -> None:
        """Stand there, over all else; the button in the corner."""
        self.setGeometry(box)
        self.raise_()
        size = self.close_button.sizeHint()
        corner = box.topRight() + QPoint(-size.width() - STEP // 2, STEP // 2)
        self.close_button.setGeometry(QRect(corner, size))
        self.close_button.raise_()

    def setVisible(self, visible: bool) -> None:
        """Qt's name."""
        super().setVisible(visible)
        self.close_button.setVisible(visible)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Marks on the left, words beside them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(PLATE)
        painter.drawRoundedRect(self.rect(), 4, 4)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(TEXT)
        painter.setFont(scaled(self.font(), 1.0, bold=True))
        painter.drawText(QRectF(STEP, STEP, self.width(), self._line()), middle, HEADING)
        painter.setFont(self.font())
        for number, (text, draw) in enumerate(ROWS, start=1):
            top = STEP + number * self._line()
            painter.save()
            painter.translate(STEP + MARK / 2 - 4, top + self._line() / 2)
            draw(painter)
            painter.restore()
            painter.setPen(TEXT)
            painter.drawText(QRectF(MARK + STEP, top, self.width(), self._line()), middle, text)
        bottom = STEP + (len(ROWS) + 1) * self._line()
        painter.drawText(QRectF(STEP, bottom, self.width(), self._line()), middle, NOTE)

    def _line(self) -> int:
        return max(self.fontMetrics().height() + 4, 26)
