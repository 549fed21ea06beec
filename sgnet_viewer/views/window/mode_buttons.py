"""The views of the picture, side by side; the rarer ones in the menu of the last button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import BUTTON_MODES, MODE_TITLES, PictureMode
from sgnet_viewer.views.kit.choices import ChoiceMenu
from sgnet_viewer.views.kit.signals import intent

MORE, MORE_TIP = "More", "Entropy, margin, or the probability of one class"
MORE_MODES = tuple(mode for mode in PictureMode if mode not in BUTTON_MODES)
SHORT = {PictureMode.PROBABILITY: "Probability"}  # where the bar has no room for the title
BESIDE_TEXT = 40  # pixels: padding and the arrow of the menu


class ModeButtons(QWidget):
    """Emits what is clicked; the mark moves when `set_mode` says so."""

    mode_chosen: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.buttons = {mode: self._button(mode) for mode in BUTTON_MODES}
        self.more_modes = ChoiceMenu(
            MORE, tuple((mode.value, MODE_TITLES[mode][0]) for mode in MORE_MODES), self
        )
        self.more_modes.chosen.connect(lambda value: self._choose(PictureMode(value)))
        self.more = self._more_button()
        for button in (*self.buttons.values(), self.more):
            row.addWidget(button)
        self._mode = PictureMode.OVERLAY
        self.set_mode(self._mode)

    def set_mode(self, mode: PictureMode) -> None:
        """Marks a view."""
        self._mode = mode
        for own, button in self.buttons.items():
            button.setChecked(own is mode)
        self.more_modes.set_current(mode.value)
        rare = mode in MORE_MODES
        self.more.setChecked(rare)
        self.more.setText(_short_title(mode) if rare else MORE)
        self.more.setToolTip(mode_tip(mode, True) if rare else MORE_TIP)

    def set_enabled(self, modes: frozenset[PictureMode]) -> None:
        """Greys the others out and says why."""
        for mode, button in self.buttons.items():
            button.setEnabled(mode in modes)
            button.setToolTip(mode_tip(mode, mode in modes))
        for mode in MORE_MODES:
            self.more_modes.entries[mode.value].setEnabled(mode in modes)
        self.more.setEnabled(not modes.isdisjoint(MORE_MODES))

    def _button(self, mode: PictureMode) -> QToolButton:
        button = QToolButton()
        button.setText(MODE_TITLES[mode][0])
        button.setCheckable(True)
        button.setToolTip(mode_tip(mode, True))
        button.setAccessibleName(f"Show {MODE_TITLES[mode][0]}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("segment", "first" if mode is PictureMode.RGB else "middle")
        button.clicked.connect(lambda: self._choose(mode))
        return button

    def _more_button(self) -> QToolButton:
        """As wide as its longest text, so that the bar stays as it is."""
        button = QToolButton()
        button.setCheckable(True)
        button.setAccessibleName("Show more views")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("segment", "last")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.more_modes)
        texts = (MORE, *map(_short_title, MORE_MODES))
        width = max(map(self.fontMetrics().horizontalAdvance, texts))
        button.setMinimumWidth(width + BESIDE_TEXT)
        return button

    def _choose(self, mode: PictureMode) -> None:
        self.set_mode(self._mode)
        self.mode_chosen.emit(mode.value)


def _short_title(mode: PictureMode) -> str:
    return SHORT.get(mode, MODE_TITLES[mode][0])


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
