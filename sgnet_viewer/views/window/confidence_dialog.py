"""The confidence below which labels are hatched, on a slider that acts at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

SAID = "Labels of less confidence are hatched in the picture, grey in the cloud. 0 hatches none."
NAME = "Confidence threshold"


class ConfidenceDialog(QDialog):
    """`entered` follows slider and number."""

    entered: Signal = intent(float)

    def __init__(self, least: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(NAME)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.number = QDoubleSpinBox()
        self.number.setRange(0.0, 1.0)
        self.number.setSingleStep(0.05)
        for widget in (self.slider, self.number):
            widget.setAccessibleName(NAME)
        said = QLabel(SAID)
        said.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(said)
        layout.addLayout(row)
        layout.addWidget(buttons)
        self.setMinimumWidth(48 * STEP)
        self.number.setValue(least)
        self.slider.setValue(round(100 * least))
        self.slider.valueChanged.connect(lambda percent: self.number.setValue(percent / 100))
        self.number.valueChanged.connect(self._follow_number)
        buttons.rejected.connect(self.reject)

    def _follow_number(self, least: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(100 * least))
        self.slider.blockSignals(False)
        self.entered.emit(least)
