"""The View menu: what the picture and the cloud show, zoom, panels, theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import CloudColour, PictureMode, ViewSettings
from sgnet_viewer.views.cloud import cloud_panel
from sgnet_viewer.views.kit.choices import ChoiceMenu
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import ThemeChoice
from sgnet_viewer.views.window.mode_buttons import TITLES, mode_key

POINT_SIZES = (1, 2, 3, 4, 6, 8)  # pixels


class ViewMenu(QMenu):
    """Emits what is asked for; the marks follow the setters."""

    mode_chosen: Signal = intent(str)
    zoomed: Signal = intent(float)  # a factor
    fit_requested: Signal = intent()
    full_screen_toggled: Signal = intent()
    layout_reset: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("&View", parent)
        self.modes = {mode: self._mode(mode) for mode in PictureMode}
        group = QActionGroup(self)
        for mode, mode_action in self.modes.items():
            group.addAction(mode_action)
            mode_action.triggered.connect(
                lambda _=False, mode=mode: self.mode_chosen.emit(mode.value)
            )
        self.addSeparator()
        colours = tuple((colour.value, cloud_panel.TITLES[colour]) for colour in CloudColour)
        self.cloud_colours = ChoiceMenu("&Cloud coloured by", colours, self)
        self.cloud_colours.set_current(ViewSettings().cloud_colour.value)
        self.addMenu(self.cloud_colours)
        sizes = tuple((str(size), f"{size} px") for size in POINT_SIZES)
        self.point_sizes = ChoiceMenu("P&oint size", sizes, self)
        self.point_sizes.set_current(str(ViewSettings().point_size))
        self.addMenu(self.point_sizes)
        self.addSeparator()
        self._add("&Whole picture", "Ctrl+0", lambda: self.fit_requested.emit())
        self._add("Zoom &in", QKeySequence.StandardKey.ZoomIn, lambda: self.zoomed.emit(1.5))
        self._add("Zoom &out", QKeySequence.StandardKey.ZoomOut, lambda: self.zoomed.emit(1 / 1.5))
        self.addSeparator()
        self.panels = self.addMenu("&Panels")
        themes = tuple((choice.value, choice.value.capitalize()) for choice in ThemeChoice)
        self.themes = ChoiceMenu("&Theme", themes, self)
        self.addMenu(self.themes)
        self._add("&Full screen", "F11", lambda: self.full_screen_toggled.emit())

    def set_mode(self, mode: PictureMode) -> None:
        """Marks a view."""
        self.modes[mode].setChecked(True)

    def set_enabled_modes(self, modes: frozenset[PictureMode]) -> None:
        """Greys the others out; their keys do nothing."""
        for mode, action in self.modes.items():
            action.setEnabled(mode in modes)

    def add_panel(self, action: QAction) -> None:
        """A dock's own toggle."""
        self.panels.addAction(action)

    def end_panels(self) -> None:
        """The last entry puts all panels back."""
        self.panels.addSeparator()
        reset = self.panels.addAction("&Reset layout")
        reset.triggered.connect(lambda: self.layout_reset.emit())

    def _mode(self, mode: PictureMode) -> QAction:
        action = self.addAction(TITLES[mode][0])
        action.setCheckable(True)
        action.setShortcut(QKeySequence(mode_key(mode)))
        action.setChecked(mode is ViewSettings().mode)
        return action

    def _add(
        self, text: str, key: str | QKeySequence.StandardKey, slot: Callable[[], None]
    ) -> None:
        action = self.addAction(text)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(slot)
