"""The cloud, and above it what colours its points."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import COLOUR_TITLES, CloudColour, ViewSettings
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP


class CloudPanel(QWidget):
    """Emits what is clicked; the mark moves when `set_colour` says so."""

    colour_chosen: Signal = intent(str)

    def __init__(self, cloud: QWidget) -> None:
        super().__init__()
        self.buttons = {colour: self._button(colour) for colour in CloudColour}
        self._colour = ViewSettings().cloud_colour
        top = QHBoxLayout()
        top.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        top.setSpacing(0)
        for button in self.buttons.values():
            top.addWidget(button)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(cloud, 1)
        self.set_colour(self._colour)

    def set_colour(self, colour: CloudColour) -> None:
        """Marks a choice."""
        self._colour = colour
        for own, button in self.buttons.items():
            button.setChecked(own is colour)

    def _button(self, colour: CloudColour) -> QToolButton:
        button = QToolButton()
        button.setText(COLOUR_TITLES[colour])
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(f"Colour the points by {colour.value}")
        button.setAccessibleName(f"Cloud coloured by {colour.value}")
        colours = tuple(CloudColour)
        ends = {colours[0]: "first", colours[-1]: "last"}
        button.setProperty("segment", ends.get(colour, "middle"))
        button.clicked.connect(lambda: self._choose(colour))
        return button

    def _choose(self, colour: CloudColour) -> None:
        self.set_colour(self._colour)
        self.colour_chosen.emit(colour.value)
