"""How the user looks at the result: the one holder of the view settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .event import Event
from .view_settings import ViewSettings


class ViewState:
    """`settings` is replaced, never changed; `changed` gets the old and the new value."""

    def __init__(self, settings: ViewSettings | None = None) -> None:
        self.changed: Event[ViewSettings, ViewSettings] = Event()
        self._settings = settings or ViewSettings()

    @property
    def settings(self) -> ViewSettings:
        """The current snapshot."""
        return self._settings

    def change(self, **values: Any) -> None:
        """Replace some fields of the settings; silent where nothing differs."""
        old, new = self._settings, replace(self._settings, **values)
        if new != old:
            self._settings = new
            self.changed.emit(old, new)
