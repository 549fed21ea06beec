"""A button whose text gives way: it is shortened in its middle where the room is small."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

SHORTEST = 6  # letters that always have room
SLACK = 6  # pixels: a style measures a text otherwise than its font does


class ElidedButton(QPushButton):
    """`text` is the whole one, as screen readers have it; what is drawn is as long as fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The whole text."""
        return self._text

    def setText(self, text: str) -> None:
        """Qt's name."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            super().setText(text)
            self.updateGeometry()
            self._shorten()

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        width = self._advance(self._text) + self._padding() + SLACK
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        least = min(self._advance("x" * SHORTEST), self._advance(self._text))
        return QSize(least + self._padding(), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room, another shortening."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = self.width() - self._padding()
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, room)
        if super().text() != shown:
            super().setText(shown)

    def _padding(self) -> int:
        """Around the text, as the style draws it now."""
        return super().sizeHint().width() - self._advance(super().text())

    def _advance(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)
