"""The dialogue for the colour of a class."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QDialogButtonBox, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent

BACK = "Palette's colour"


class ClassColourDialog(QColorDialog):
    """Qt's own: it looks the same everywhere, and has a button that gives the palette's back."""

    entered: Signal = intent(str, object)  # name; (r, g, b), None for the palette's

    def __init__(self, name: str, rgb: tuple[int, int, int], parent: QWidget | None = None) -> None:
        super().__init__(QColor(*rgb), parent)
        self.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        self.setWindowTitle(f"Colour of {name}")
        self._name = name
        box = self.findChild(QDialogButtonBox)
        assert isinstance(box, QDialogButtonBox)
        self.back = box.addButton(BACK, QDialogButtonBox.ButtonRole.ResetRole)
        self.back.clicked.connect(self._give_back)
        self.colorSelected.connect(self._take)

    def _take(self, colour: QColor) -> None:
        self.entered.emit(self._name, (colour.red(), colour.green(), colour.blue()))

    def _give_back(self) -> None:
        self.entered.emit(self._name, None)
        self.reject()
