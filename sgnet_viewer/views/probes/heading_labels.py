"""What stands in a card's heading: a name that keeps its room, and a text that gives way to it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from sgnet_viewer.views.kit.elided_label import ElidedLabel

LONGEST = 20  # letters of a class's name that always have room


class NameLabel(ElidedLabel):
    """A class's name: only a very long one is shortened."""

    def minimumSizeHint(self) -> QSize:
        """The whole name, up to a limit."""
        whole, metrics = self.sizeHint(), self.fontMetrics()
        return QSize(min(whole.width(), LONGEST * metrics.averageCharWidth()), whole.height())


class YieldingLabel(QLabel):
    """Shown whole or not at all: half a number is another number. All of it is in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        """Qt's name."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """None."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def has_room(self) -> bool:
        """Whether it is shown."""
        return self.width() >= self.sizeHint().width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, where there is room for it."""
        if self.has_room:
            super().paintEvent(event)
