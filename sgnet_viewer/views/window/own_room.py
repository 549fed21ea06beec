"""A widget whose layout is its own affair: what changes in it lays out nothing around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class OwnRoom(QWidget):
    """Holds `content` at its own size.

    Through a layout every new text asks for a new layout of the whole window, which is then
    painted anew: ten milliseconds for a number. Here the window is asked only where the content
    has become too large for its room.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        content.setParent(self)
        self.setSizePolicy(content.sizePolicy())

    def sizeHint(self) -> QSize:
        """The content's."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The content's."""
        return self._content.minimumSizeHint()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The content fills it."""
        self._content.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """Qt's name. Something in the content wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            least = self._content.minimumSizeHint()
            if least.width() > self.width() or least.height() > self.height():
                self.updateGeometry()
        return super().event(event)
