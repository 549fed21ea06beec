"""A menu of which one entry is marked."""

from __future__ import annotations

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent


class ChoiceMenu(QMenu):
    """Entries are (key, title); the keys are what is emitted and marked."""

    chosen: Signal = intent(str)

    def __init__(
        self, title: str, entries: tuple[tuple[str, str], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self.group = QActionGroup(self)
        self.entries: dict[str, QAction] = {}
        for key, text in entries:
            self._add(key, text)
        self.group.triggered.connect(lambda action: self.chosen.emit(action.data()))

    def set_current(self, key: str) -> None:
        """Marks an entry; a key that is not listed marks none."""
        for own, action in self.entries.items():
            action.setChecked(own == key)

    def _add(self, key: str, text: str) -> None:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setData(key)
        self.group.addAction(action)
        self.entries[key] = action
