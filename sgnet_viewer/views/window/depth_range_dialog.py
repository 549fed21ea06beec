"""The dialogue for the range that the colours of depth span."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QWidget,
)

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import FARTHEST_LIMIT_M
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

SAID = "The same distance has the same colour in every frame, in the picture and in the cloud."
ORDER = "The nearer end must be less than the farther one."


class DepthRangeDialog(QDialog):
    """OK is possible while the nearer end is the lesser one."""

    entered: Signal = intent(float, float)

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Depth range")
        self.low, self.high = _metres("Near", low), _metres("Far", high)
        self.remark = QLabel(SAID)
        self.remark.setWordWrap(True)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        layout = QFormLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addRow(self.remark)
        layout.addRow("&Near", self.low)
        layout.addRow("&Far", self.high)
        layout.addRow(self.buttons)
        self.setMinimumWidth(40 * STEP)
        for box in (self.low, self.high):
            box.valueChanged.connect(self._check)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.entered.emit(self.low.value(), self.high.value()))
        self._check()

    def _check(self) -> None:
        ordered = self.low.value() < self.high.value()
        self.remark.setText(SAID if ordered else ORDER)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ordered)


def _metres(name: str, value: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.0, FARTHEST_LIMIT_M)
    box.setDecimals(3)
    box.setSingleStep(0.1)
    box.setSuffix(" m")
    box.setValue(value)
    box.setAccessibleName(name)
    return box
