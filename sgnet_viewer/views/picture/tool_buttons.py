"""The tools at the picture's left edge: one button each."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP


class ToolButtons(QWidget):
    """Emits the key of the command that chooses the tool; the mark moves with the commands."""

    chosen: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, IconButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(STEP // 2, STEP, STEP // 2, STEP)
        self._column.setSpacing(STEP // 2)
        self._column.addStretch(1)

    def set_tools(self, models: tuple[CommandModel, ...]) -> None:
        """The commands that choose a tool, in order."""
        for model in models:
            if model.key not in self.buttons:
                self._add(model)
            button = self.buttons[model.key]
            keys = QKeySequence(model.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{model.plain_title}: {model.tip}" + (f"  ({keys})" if keys else ""))
            if button.isChecked() is not bool(model.checked):
                button.setChecked(bool(model.checked))

    def _add(self, model: CommandModel) -> None:
        button = IconButton(model.icon, model.plain_title)
        button.setCheckable(True)
        button.clicked.connect(partial(self._choose, model.key))
        self._column.insertWidget(len(self.buttons), button)
        self.buttons[model.key] = button

    def _choose(self, key: str, _checked: bool = False) -> None:
        """A click sets the mark by itself: it follows the command instead."""
        self.buttons[key].setChecked(not self.buttons[key].isChecked())
        self.chosen.emit(key)
