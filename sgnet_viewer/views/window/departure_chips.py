"""In what the answer shown is not the plain one: an amber word each, which a click takes back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.window import Departure
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.window.status_fields import make_clickable, mark_guess

MOST = 2  # words beside each other; beyond them one says how many, and a menu which


class DepartureChips(QWidget):
    """Its words are never shortened."""

    clicked: Signal = intent(str)  # the key of a command

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self._shown: tuple[Departure, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP // 2)
        for number in range(MOST):
            button = make_clickable(QPushButton())
            button.clicked.connect(partial(self._click, number))
            row.addWidget(button)
            self.buttons.append(button)
        self.set_departures(())

    def set_departures(self, departures: tuple[Departure, ...]) -> None:
        """Of what is shown now."""
        self._shown = departures
        chips = [(one.text, f"{one.tip}. Click to take it back.") for one in departures]
        if len(departures) > MOST:
            tips = "\n".join(f"{one.text}: {one.tip}." for one in departures)
            chips = [(f"{len(departures)} changes", f"{tips}\nClick to choose what to take back.")]
        for number, button in enumerate(self.buttons):
            if number < len(chips):
                button.setText(chips[number][0])
                button.setToolTip(chips[number][1])
            mark_guess(button, number < len(chips))
            button.setVisible(number < len(chips))
        self.setVisible(bool(chips))

    def _click(self, number: int) -> None:
        if len(self._shown) <= MOST:
            self.clicked.emit(self._shown[number].command)
            return
        self.menu.clear()
        for departure in self._shown:
            action = self.menu.addAction(f"Take back: {departure.text}")
            action.setToolTip(f"{departure.tip}.")
            action.triggered.connect(partial(self.clicked.emit, departure.command))
        above = QPoint(0, self.menu.sizeHint().height())
        self.menu.popup(self.buttons[0].mapToGlobal(QPoint(0, 0)) - above)
