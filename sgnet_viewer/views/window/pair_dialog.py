"""The dialogue for a pair of files: RGB, depth, the depth's unit, the camera."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sgnet_model.data.suffixes import DEPTH_SUFFIXES, PICTURE_SUFFIXES, patterns
from sgnet_viewer.contract.window import PairChoice
from sgnet_viewer.views.kit.theme import STEP

RGB_FILES = f"Pictures ({patterns(PICTURE_SUFFIXES)});;All files (*)"
DEPTH_FILES = f"Depth ({patterns(DEPTH_SUFFIXES)});;All files (*)"
GUESS = "guess"


class FileField(QWidget):
    """A path that can be typed or browsed for."""

    def __init__(self, title: str, patterns: str) -> None:
        super().__init__()
        self._title, self._patterns = title, patterns
        self.edit = QLineEdit()
        self.edit.setAccessibleName(title)
        self.edit.setMinimumWidth(360)
        self.browse = QPushButton("Browse…")
        self.browse.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(self.browse)

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self._title, self.edit.text(), self._patterns)
        if path:
            self.edit.setText(path)


class PairDialog(QDialog):
    """Open is possible once the picture is named: its depth may be found by its name."""

    def __init__(self, units: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open an RGB + depth pair")
        self.rgb_field = FileField("RGB picture", RGB_FILES)
        self.depth_field = FileField("Depth", DEPTH_FILES)
        self.unit = QComboBox()
        self.unit.addItems([GUESS, *units])
        self.unit.setEditable(True)  # any scale: 0.25mm, 1/256m
        self.unit.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.unit.setAccessibleName("Depth unit")
        self.camera = QLineEdit()
        self.depth_field.edit.setPlaceholderText("empty: found beside the picture by its name")
        self.camera.setPlaceholderText(
            "fx,fy,cx,cy or a file; empty: from a file beside it, or guessed"
        )
        self.camera.setAccessibleName("Intrinsics")
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Open | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.rgb_field.edit.textChanged.connect(self._allow)
        self._lay_out()
        self._allow()

    @property
    def choice(self) -> PairChoice:
        """What was entered."""
        unit = self.unit.currentText().strip()
        return PairChoice(
            self.rgb_field.edit.text().strip(),
            self.depth_field.edit.text().strip(),
            "" if unit == GUESS else unit,
            self.camera.text().strip(),
        )

    def _allow(self) -> None:
        button = self.buttons.button(QDialogButtonBox.StandardButton.Open)
        button.setEnabled(bool(self.choice.rgb))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(STEP)
        form.addRow("RGB", self.rgb_field)
        form.addRow("Depth", self.depth_field)
        form.addRow("Depth unit", self.unit)
        form.addRow("Intrinsics", self.camera)
        note = QLabel(
            "A guessed unit is shown with the resulting median depth, and can be changed. Any\n"
            "scale can be typed: 0.25mm, 1/256m, or metres per unit."
        )
        note.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(self.buttons)
