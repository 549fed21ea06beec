"""The seven views of the picture, side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import BUTTON_MODES, MODE_TITLES, PictureMode
from sgnet_viewer.views.kit.signals import intent


class ModeButtons(QWidget):
    """Emits what is clicked; the mark moves when `set_mode` says so."""

    mode_chosen: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.buttons = {mode: self._button(mode) for mode in BUTTON_MODES}
        for button in self.buttons.values():
            row.addWidget(button)
        self._mode = PictureMode.OVERLAY
        self.set_mode(self._mode)

    def set_mode(self, mode: PictureMode) -> None:
        """Marks a view."""
        self._mode = mode
        for own, button in self.buttons.items():
            button.setChecked(own is mode)

    def set_enabled(self, modes: frozenset[PictureMode]) -> None:
        """Greys the others out and says why."""
        for mode, button in self.buttons.items():
            button.setEnabled(mode in modes)
            button.setToolTip(mode_tip(mode, mode in modes))

    def _button(self, mode: PictureMode) -> QToolButton:
        button = QToolButton()
        button.setText(MODE_TITLES[mode][0])
        button.setCheckable(True)
        button.setToolTip(mode_tip(mode, True))
        button.setAccessibleName(f"Show {MODE_TITLES[mode][0]}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        ends = {PictureMode.RGB: "first", PictureMode.ERROR: "last"}
        button.setProperty("segment", ends.get(mode, "middle"))
        button.clicked.connect(lambda: self._choose(mode))
        return button

    def _choose(self, mode: PictureMode) -> None:
        self.set_mode(self._mode)
        self.mode_chosen.emit(mode.value)


def mode_key(mode: PictureMode) -> str:
    """The key that switches to it: "1".."7"."""
    return str((list(PictureMode).index(mode) + 1) % 10)


def mode_tip(mode: PictureMode, enabled: bool) -> str:
    """What the view shows, and its key; or why it cannot be shown."""
    if enabled:
        return f"{MODE_TITLES[mode][1]}  ({mode_key(mode)})"
    if mode in (PictureMode.TRUTH, PictureMode.ERROR):
        return f"{MODE_TITLES[mode][0]}: this frame has no ground truth for these classes"
    if mode is PictureMode.DEPTH:
        return "Depth: this frame has none"
    return f"{MODE_TITLES[mode][0]}: there is no result for this frame yet"
