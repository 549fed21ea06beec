"""The second answer's taps, the handle and the names, as items of a canvas."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.painting.other_answer import paint_handle, paint_name, paint_other_taps

FAR = 1e6  # larger than any picture: what is drawn in screen pixels has no other bounds


class OtherTapsItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """B's taps, beside A's dots. In picture coordinates, painted in pixels of the screen."""

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
        """Hollow diamonds."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_other_taps(painter, self.marks, transform)
        painter.restore()


class HandleItem(pg.GraphicsObject):  # type: ignore[misc]
    """The line between A and B with their names, or one name alone."""

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, str] | None = None  # left and right of the line
        self.name = ""  # in the middle, without a line
        self._x, self._height = 0.0, 0.0
        self.hide()

    def show_line(self, x: float, height: float, names: tuple[str, str]) -> None:
        """At `x`, in a picture of that height."""
        self._x, self._height, self.names = x, height, names
        self.show()
        self.update()

    def show_name(self, name: str) -> None:
        """Above the picture's middle."""
        self.names, self.name = None, name
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
        if self.names is None:
            paint_name(painter, self.name, view.center().x(), view)
        else:
            paint_handle(painter, self._x, self._height, self.names, transform, view)
        painter.restore()
