"""The depth brush's own bar above the picture: what a stroke does, how wide, how strong."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from sgnet_viewer.contract.commands import BRUSH_GROUP, BRUSH_TURNS, RESET_EDITS, CommandModel
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.tools import ToolModel
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

UNDO = "edit.undo"
ACTIONS = ((UNDO, "Undo"), (RESET_EDITS, "Depth as read"))
WIDEST = {"size": "000 px", "strength": "−00.00 m"}  # so that buttons stay where they are


class BrushBar(QWidget):
    """Emits keys of commands; marks and numbers move with the commands and the tool.

    One row, or two where there is little room.
    """

    chosen: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}  # by command
        self.numbers = {name: self._number(name) for name in BRUSH_TURNS}
        self._kinds, self._values = QHBoxLayout(), QHBoxLayout()
        self._kinds.setSpacing(0)
        self._kinds.addStretch(1)
        self._values.setSpacing(STEP // 2)
        self.titles = {name: QLabel(name.capitalize()) for name in BRUSH_TURNS}
        for name, (less, more) in BRUSH_TURNS.items():
            self.titles[name].setProperty("muted", True)
            turns = self._button(less, "−"), self.numbers[name], self._button(more, "+")
            for part in (self.titles[name], *turns):
                self._values.addWidget(part)
        for key, text in ACTIONS:
            self._values.addWidget(self._button(key, text))
        self._values.addStretch(1)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(STEP // 2, STEP // 2, STEP // 2, STEP // 2)
        self._rows.setSpacing(STEP)
        self._rows.addLayout(self._kinds)
        self._rows.addLayout(self._values, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_tool(self, model: ToolModel) -> None:
        """The brush is taken, has other numbers, or is put away."""
        for name, text in (("size", model.size), ("strength", model.strength)):
            self.numbers[name].setText(text)
            turns = (self.buttons[key] for key in BRUSH_TURNS[name])
            for widget in (self.titles[name], self.numbers[name], *turns):
                widget.setVisible(bool(text))
        self.setVisible(bool(model.size))

    def set_commands(self, models: tuple[CommandModel, ...]) -> None:
        """Which kind is marked, and what can be done."""
        kinds = [model for model in models if model.group == BRUSH_GROUP]
        for model in kinds:
            if model.key not in self.buttons:
                self._add_kind(model, "first" if model is kinds[0] else "middle")
            self.buttons[model.key].setChecked(bool(model.checked))
        if kinds:
            self.buttons[kinds[-1].key].setProperty("segment", "last")
        for model in models:
            if model.key in self.buttons:
                button = self.buttons[model.key]
                button.setEnabled(not model.refusal)
                button.setToolTip(model.refusal or model.plain_title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Kinds and numbers side by side where both fit."""
        super().resizeEvent(event)
        margins = self._rows.contentsMargins()
        needed = self._kinds.sizeHint().width() + self._values.sizeHint().width() + STEP
        fits = needed + margins.left() + margins.right() <= self.width()
        directions = QBoxLayout.Direction
        wanted = directions.LeftToRight if fits else directions.TopToBottom
        if self._rows.direction() is not wanted:
            self._rows.setDirection(wanted)

    def _add_kind(self, model: CommandModel, segment: str) -> None:
        button = self._button(model.key, model.plain_title.partition(":")[0])
        button.setCheckable(True)
        button.setProperty("segment", segment)
        self._kinds.insertWidget(self._kinds.count() - 1, button)  # before the stretch

    def _button(self, key: str, text: str) -> QToolButton:
        button = self.buttons[key] = QToolButton()
        button.setText(text)
        button.setProperty("flat", len(text) < 2)
        button.setAccessibleName(key.replace(".", " ").replace("_", " ") if len(text) < 2 else text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self._choose, key))
        return button

    def _number(self, name: str) -> QLabel:
        label = QLabel()
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setToolTip(f"{name.capitalize()} of the brush")
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance(WIDEST[name]))
        return label

    def _choose(self, key: str, _checked: bool = False) -> None:
        """A click sets the mark by itself: it follows the command instead."""
        button = self.buttons[key]
        if button.isCheckable():
            button.setChecked(not button.isChecked())
        self.chosen.emit(key)
