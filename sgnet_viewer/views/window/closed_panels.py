"""Panels that come and go with what is open, and those of them that the user has closed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSettings
from PySide6.QtWidgets import QDockWidget, QWidget

CLOSED_KEY = "window/closed_panels"
BETWEEN = "|"  # titles


class ClosedPanels(QObject):
    """Hears the close button of `docks`; what the user closed is kept for the next start."""

    def __init__(self, window: QWidget, settings: QSettings, *docks: QDockWidget) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._known = {dock.windowTitle() for dock in docks}
        stored = str(settings.value(CLOSED_KEY, "")).split(BETWEEN)
        self._closed = {title for title in stored if title in self._known}
        for dock in docks:
            dock.installEventFilter(self)

    def has(self, dock: QDockWidget) -> bool:
        """Whether the user closed it."""
        return dock.windowTitle() in self._closed

    def note(self, dock: QDockWidget, closed: bool) -> None:
        """The user closed it, or opened it again."""
        title = dock.windowTitle()
        if title in self._known:
            self._closed = self._closed | {title} if closed else self._closed - {title}
            self._settings.setValue(CLOSED_KEY, BETWEEN.join(sorted(self._closed)))

    def forget(self) -> None:
        """Every panel is as at the first start."""
        self._closed = set()
        self._settings.remove(CLOSED_KEY)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Its button closes a dock by an event of its own; hiding it has none."""
        closes = event.type() == QEvent.Type.Close and self._window.isVisible()
        if closes and isinstance(watched, QDockWidget):
            self.note(watched, True)
        return super().eventFilter(watched, event)
