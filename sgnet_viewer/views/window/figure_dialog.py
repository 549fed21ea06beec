"""The dialogue for a figure: what stands beside the picture, how fine, where to."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import DPI_RANGE, FigureOptions
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

SAID = (
    "Picture and cloud as they are shown, on white. SVG and PDF keep marks and letters as vectors."
)
DPI_TIP = "Of a PNG and of the clipboard; 96 is as on the screen, 300 for print"


class FigureDialog(QDialog):
    """`changed` with each choice; `saved` and `copied` ask for the figure."""

    changed: Signal = intent(object)  # FigureOptions
    saved: Signal = intent()
    copied: Signal = intent()

    def __init__(self, options: FigureOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save figure")
        self._options = options
        said = QLabel(SAID)
        said.setWordWrap(True)
        self.legend = self._check("&Classes below, with their shares", options.legend)
        self.key = self._check("&Layers and marks below", options.key)
        self.cloud = self._check("Point clou&d beside, as it is seen", options.cloud)
        self.dpi = QSpinBox()
        self.dpi.setRange(*DPI_RANGE)
        self.dpi.setSingleStep(24)
        self.dpi.setSuffix(" dpi")
        self.dpi.setValue(options.dpi)
        self.dpi.setAccessibleName("Dots per inch")
        self.dpi.setToolTip(DPI_TIP)
        self.dpi.valueChanged.connect(self._tell)
        roles = QDialogButtonBox.ButtonRole
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.save_button = QPushButton("&Save…")
        self.copy_button = QPushButton("&Copy")
        self.copy_button.setToolTip("To the clipboard, as a picture")
        self.buttons.addButton(self.save_button, roles.ActionRole)
        self.buttons.addButton(self.copy_button, roles.ActionRole)
        self.save_button.setDefault(True)
        layout = QFormLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        for row in (said, self.legend, self.key, self.cloud):
            layout.addRow(row)
        layout.addRow("&Resolution", self.dpi)
        layout.addRow(self.buttons)
        self.setMinimumWidth(48 * STEP)
        self.save_button.clicked.connect(self._save)
        self.copy_button.clicked.connect(lambda: self.copied.emit())
        self.buttons.rejected.connect(self.reject)

    def _save(self) -> None:
        """The dialogue for the file belongs to the main window, which has the keyboard after it."""
        self.saved.emit()
        self.activateWindow()

    def _check(self, text: str, on: bool) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(on)
        box.toggled.connect(self._tell)
        return box

    def _tell(self, *_: object) -> None:
        options = replace(
            self._options,
            legend=self.legend.isChecked(),
            key=self.key.isChecked(),
            cloud=self.cloud.isChecked(),
            dpi=self.dpi.value(),
        )
        if options != self._options:
            self._options = options
            self.changed.emit(options)
