"""Which noise of depth a question is asked with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from sgnet_model.sensor_noise import KINECT, MEASURED, MOST_M, STEREO
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent

DEVIATION = "deviation"
MODELS = (
    (KINECT, "Structured light (Kinect)"),
    (STEREO, "Stereo"),
    (DEVIATION, "The same everywhere"),
    (MEASURED, "As recorded…"),
)
START_M = 0.01


class NoiseChooser(QWidget):
    """`chosen` gets the noise as `sgnet-model inspect --noise` takes it; "measured:" alone where a
    recording is still to be named."""

    chosen: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models = QComboBox()
        self.models.setAccessibleName("Noise of the depth")
        self.models.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for key, title in MODELS:
            self.models.addItem(title, key)
        self.deviation = QDoubleSpinBox()
        self.deviation.setAccessibleName("Standard deviation of the depth")
        self.deviation.setRange(0.0, MOST_M * 1e3)
        self.deviation.setDecimals(1)
        self.deviation.setSuffix(" mm")
        self.deviation.setKeyboardTracking(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.models, 1)
        row.addWidget(self.deviation)
        self.models.activated.connect(self._choose)
        self.deviation.valueChanged.connect(lambda _: self.chosen.emit(self._metres()))

    def set_noise(self, noise: str) -> None:
        """The one in use; silent."""
        recording = noise.removeprefix(MEASURED) if noise.startswith(MEASURED) else ""
        known = {KINECT: KINECT, STEREO: STEREO}
        key = MEASURED if recording else known.get(noise, DEVIATION)
        with QSignalBlocker(self.models), QSignalBlocker(self.deviation):
            self.models.setCurrentIndex(self.models.findData(key))
            at = self.models.findData(MEASURED)
            name = Path(recording).name
            self.models.setItemText(at, f"As recorded: {name}…" if name else MODELS[-1][1])
            if key == DEVIATION:
                self.deviation.setValue(float(noise) * 1e3)
        self.deviation.setVisible(key == DEVIATION)
        self.models.setToolTip(recording)

    def _choose(self, index: int) -> None:
        key = str(self.models.itemData(index))
        if key == DEVIATION:
            with QSignalBlocker(self.deviation):
                self.deviation.setValue(self.deviation.value() or START_M * 1e3)
            key = self._metres()
        self.chosen.emit(key)

    def _metres(self) -> str:
        return f"{self.deviation.value() / 1e3:g}"
