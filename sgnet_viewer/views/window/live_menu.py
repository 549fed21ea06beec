"""The menu Live: choose a source; freeze, step, record, stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent


class LiveMenu(QMenu):
    """All but the first entry are off while nothing streams."""

    requested: Signal = intent()
    freeze_toggled: Signal = intent()
    stepped: Signal = intent()
    record_toggled: Signal = intent()
    stopped: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("&Live", parent)
        self._add("&Choose source…", "Ctrl+Alt+L", lambda: self.requested.emit())
        self.addSeparator()
        self._running = [
            self._add("&Freeze, or go on\tSpace", "", lambda: self.freeze_toggled.emit()),
            self._add("&Next frame", ".", lambda: self.stepped.emit()),
            self._add("&Record, or end it", "Ctrl+R", lambda: self.record_toggled.emit()),
            self._add("&Stop", "", lambda: self.stopped.emit()),
        ]
        self.set_running(False)

    def set_running(self, running: bool) -> None:
        """Whether there is a stream."""
        for action in self._running:
            action.setEnabled(running)

    def _add(self, text: str, key: str, slot: Callable[[], None]) -> QAction:
        action = self.addAction(text)
        if key:
            action.setShortcut(key)
        action.triggered.connect(slot)
        return action
