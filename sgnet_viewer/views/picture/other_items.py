"""What of the second answer lies over the first one's picture: its taps, the handle, the names."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from sgnet_viewer.contract.picture import ProbeMarks

FAR = 1e6  # larger than any picture: what is drawn in screen pixels has no other bounds
DARK, LINE = QColor(0, 0, 0, 190), QColor(250, 250, 250)
PLATE, ON_PLATE = QColor(10, 12, 15, 215), QColor(240, 243, 246)
HALF = 6.0  # of a diamond, pixels
GRIP = 9.0  # radius of the handle's knob
GAP, PADDING = 8.0, 5.0
LONGEST = 0.46  # of the view's width: a longer name is shortened


class OtherTapsItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """B's taps as hollow diamonds, beside A's dots. In picture coordinates, painted in pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: tuple[ProbeMarks, ...] = ()

    def set_marks(self, marks: tuple[ProbeMarks, ...]) -> None:
        """Replaces all."""
        self.marks = marks
        self.setVisible(any(probe.taps for probe in marks))
        self.update()

    def boundingRect(self) -> QRectF:
        """Everywhere."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, *_: object) -> None:
        """A dark line below the layer's colour: it reads over bright and dark."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for probe in self.marks:
            for taps in probe.taps:
                places = zip(taps.x.tolist(), taps.y.tolist(), strict=True)
                diamonds = [_diamond(transform.map(QPointF(x, y))) for x, y in places]
                for colour, width in ((DARK, 3.6), (QColor(*taps.colour), 1.6)):
                    painter.setPen(QPen(colour, width))
                    for diamond in diamonds:
                        painter.drawPolygon(diamond)
        painter.restore()


class HandleItem(pg.GraphicsObject):  # type: ignore[misc]
    """The line between A and B with their names, or one name alone."""

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()  # left and right of the line, or one in the middle
        self._x, self._height = 0.0, 0.0
        self._line = False
        self.hide()

    def show_line(self, x: float, height: float, names: tuple[str, str]) -> None:
        """At `x`, in a picture of that height."""
        self._x, self._height, self._line, self.names = x, height, True, names
        self.show()
        self.update()

    def show_name(self, name: str) -> None:
        """Above the picture's middle."""
        self._line, self.names = False, (name,)
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:
        """Everywhere."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, *_: object) -> None:
        """In pixels of the screen."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view = QRectF(self.getViewWidget().viewport().rect())  # the painter's is the whole window
        if self._line:
            x = self._draw_line(painter, transform)
            for name, right in zip(self.names, (False, True), strict=True):
                _draw_name(painter, name, x, view, 1.0 if right else -1.0)
        else:
            _draw_name(painter, self.names[0], view.center().x(), view, 0.0)
        painter.restore()

    def _draw_line(self, painter: QPainter, transform: QTransform) -> float:
        top = transform.map(QPointF(self._x, -0.5))
        bottom = transform.map(QPointF(self._x, self._height - 0.5))
        middle = (top + bottom) / 2
        for colour, width in ((DARK, 4.0), (LINE, 1.6)):
            painter.setPen(QPen(colour, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawLine(top, bottom)
        painter.setPen(QPen(DARK, 1.5))
        painter.setBrush(LINE)
        painter.drawEllipse(middle, GRIP, GRIP)
        painter.setPen(QPen(QColor(30, 34, 40), 1.8))
        for side in (-1, 1):  # two arrow heads
            tip = middle + QPointF(6.0 * side, 0)
            for rise in (-3.5, 3.5):
                painter.drawLine(tip, tip + QPointF(-3.5 * side, rise))
        return top.x()


def _diamond(centre: QPointF) -> QPolygonF:
    corners = ((0, -HALF), (HALF, 0), (0, HALF), (-HALF, 0))
    return QPolygonF([centre + QPointF(x, y) for x, y in corners])


def _draw_name(painter: QPainter, name: str, x: float, view: QRectF, side: float) -> None:
    """On a plate at the top: right (1) or left (-1) of `x`, or around it (0), within the view."""
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, LONGEST * view.width())
    width = metrics.horizontalAdvance(shown) + 2 * PADDING
    left = x + (GAP if side > 0 else -GAP - width if side < 0 else -width / 2)
    left = min(max(left, view.left() + GAP), view.right() - width - GAP)
    plate = QRectF(left, view.top() + GAP, width, metrics.height() + PADDING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ON_PLATE)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, shown)
