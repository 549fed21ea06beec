"""The dialogue for intrinsics typed by hand."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

QUESTION = "Focal lengths and principal point in pixels of this picture: fx,fy,cx,cy"
EXAMPLE = "518.86,519.47,325.58,253.74"
NUMBERS = 4


class CameraDialog(QDialog):
    """OK is possible once four numbers stand there; nothing blocks meanwhile."""

    entered: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Intrinsics")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(EXAMPLE)
        self.edit.setAccessibleName("Intrinsics")
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(QLabel(QUESTION))
        layout.addWidget(self.edit)
        layout.addWidget(self.buttons)
        self.edit.textChanged.connect(self._allow)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.entered.emit(normalised(self.edit.text())))
        self._allow()

    def _allow(self) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(normalised(self.edit.text())))


def normalised(text: str) -> str:
    """Four finite numbers, separated by commas or blanks, as "a,b,c,d"; "" for anything else."""
    parts = text.replace(",", " ").split()
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return ""
    fine = len(numbers) == NUMBERS and all(map(math.isfinite, numbers)) and min(numbers[:2]) > 0
    return ",".join(parts) if fine else ""
