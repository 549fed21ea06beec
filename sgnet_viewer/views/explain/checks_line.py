"""The self-checks of an answer: one line, which unfolds to what each of them found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

CLOSED, OPEN = "▸", "▾"


class ChecksLine(QWidget):
    """Hidden where nothing was checked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton()
        self.button.setProperty("flat", True)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.setToolTip("What the answer was checked by, and how far off each was")
        self.details = QLabel()
        self.details.setWordWrap(True)
        self.details.setProperty("muted", True)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(self.details)
        self._line = ""
        self.button.clicked.connect(lambda: self._unfold(self.details.isHidden()))

    def set_checks(self, line: str, checks: tuple[tuple[str, str], ...]) -> None:
        """`line`: all of them in a few words."""
        self._line = line
        self.setVisible(bool(line))
        self.details.setText("\n".join(f"{what}: {error}" for what, error in checks))
        self._write()

    def _unfold(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self._write()

    def _write(self) -> None:
        self.button.setText(f"{self._line} {CLOSED if self.details.isHidden() else OPEN}")
