"""The dialogue for the camera: the four numbers in use, typed over, or read from a file."""

from __future__ import annotations

import math

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from sgnet_model.files import expanded
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

QUESTION = (
    "Focal lengths and principal point in pixels of this picture (fx, fy, cx, cy), or a file:"
)
NUMBERS = 4


class CameraDialog(QDialog):
    """OK is possible once four numbers or a file stand there; nothing blocks meanwhile.

    `current`: the camera in use, "fx, fy, cx, cy", and `origin`: where it came from. `several`:
    whether the set has other frames, to which a camera may be given too.
    """

    entered: Signal = intent(str, bool)  # numbers or a file; whether for all frames of the set
    reset: Signal = intent()  # back to the camera of the files

    def __init__(
        self, current: str, origin: str, several: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Camera")
        self.edit = QLineEdit(current)
        self.edit.selectAll()
        self.edit.setMinimumWidth(380)
        self.edit.setAccessibleName("fx, fy, cx, cy, or a file")
        self.load = QPushButton("File…")
        self.here, self.everywhere = QRadioButton("This frame"), QRadioButton("All frames")
        self.here.setChecked(True)
        self.back = QPushButton("Back to the files' camera")
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self._lay_out(origin, several)
        self.edit.textChanged.connect(self._allow)
        self.load.clicked.connect(self._ask_file)
        self.back.clicked.connect(self._go_back)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(self._enter)
        self._allow()

    def _lay_out(self, origin: str, several: bool) -> None:
        numbers = QHBoxLayout()
        numbers.addWidget(self.edit, 1)
        numbers.addWidget(self.load)
        scope = QHBoxLayout()
        for button in (self.here, self.everywhere):
            button.setVisible(several)
            scope.addWidget(button)
        scope.addStretch(1)
        scope.addWidget(self.back)
        said = QLabel(f"In use: {origin}")
        said.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(QLabel(QUESTION))
        layout.addLayout(numbers)
        layout.addWidget(said)
        layout.addLayout(scope)
        layout.addWidget(self.buttons)

    def _allow(self) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self._entry()))

    def _entry(self) -> str:
        text = self.edit.text().strip()
        return normalised(text) or (text if text and expanded(text).is_file() else "")

    def _ask_file(self) -> None:
        path = QFileDialog.getOpenFileName(self, "Open a camera file")[0]
        if path:
            self.edit.setText(path)

    def _enter(self) -> None:
        self.entered.emit(self._entry(), self.everywhere.isChecked())

    def _go_back(self) -> None:
        self.reset.emit()
        self.reject()


def normalised(text: str) -> str:
    """Four finite numbers, separated by commas or blanks, as "a,b,c,d"; "" for anything else."""
    parts = text.replace(",", " ").split()
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return ""
    fine = len(numbers) == NUMBERS and all(map(math.isfinite, numbers)) and min(numbers[:2]) > 0
    return ",".join(parts) if fine else ""
