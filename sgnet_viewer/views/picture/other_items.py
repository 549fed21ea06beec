"""The second answer's taps, the handle and the names, as items of a canvas."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QTransform

from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.painting.other_answer import (
    paint_handle,
    paint_line,
    paint_name,
    paint_other_taps,
)

from .screen_item import ScreenItem


class OtherTapsItem(ScreenItem):
    """B's taps, beside A's dots."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: tuple[ProbeMarks, ...] = ()

    def set_marks(self, marks: tuple[ProbeMarks, ...]) -> None:
        """Replaces all."""
        self.marks = marks
        self.setVisible(any(probe.taps for probe in marks))
        self.update()

    def draw(self, painter: QPainter, transform: QTransform) -> None:
        """Hollow diamonds."""
        paint_other_taps(painter, self.marks, transform)


class HandleItem(ScreenItem):
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

    def draw(self, painter: QPainter, transform: QTransform) -> None:
        """The line and both names, or the one name in the middle of the view."""
        view = self.view()
        if self.magnified:
            if self.names is not None:
                paint_line(painter, self._x, self._height, transform)
        elif self.names is None:
            paint_name(painter, self.name, view.center().x(), view)
        else:
            paint_handle(painter, self._x, self._height, self.names, transform, view)
