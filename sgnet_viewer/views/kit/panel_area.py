"""A panel whose content is one column, scrolled where the panel is lower than it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from sgnet_viewer.views.kit.theme import STEP


class PanelArea(QScrollArea):
    """As wide as its dock; `column` takes what it shows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(STEP, STEP, STEP, STEP)
        self.column.setSpacing(STEP)
        self.setWidget(content)
