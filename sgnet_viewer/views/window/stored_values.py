"""What the settings hold of the window itself, checked before any of it is used."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings

from sgnet_viewer.settings import LONGEST, SCALE_KEY, is_scale
from sgnet_viewer.views.kit.theme import ThemeChoice
from sgnet_viewer.views.window.closed_panels import CLOSED_KEY
from sgnet_viewer.views.window.dock_sizes import SIZES_KEY, are_sizes
from sgnet_viewer.views.window.panes import SWAPPED_KEY

THEME_KEY = "window/theme"

_USABLE: dict[str, Callable[[str], bool]] = {
    THEME_KEY: lambda text: text in {choice.value for choice in ThemeChoice},
    SCALE_KEY: is_scale,
    SIZES_KEY: are_sizes,
    SWAPPED_KEY: lambda text: text in ("true", "false"),
    CLOSED_KEY: lambda text: len(text) <= LONGEST,  # titles; another version may have others
}


def reset_unusable(settings: QSettings) -> tuple[str, ...]:
    """Removes the stored values that this program would not have written; their keys.

    The layout of the docks is checked where it is restored.
    """
    found = [key for key, usable in _USABLE.items() if not _is_usable(settings, key, usable)]
    for key in found:
        settings.remove(key)
    return tuple(found)


def _is_usable(settings: QSettings, key: str, usable: Callable[[str], bool]) -> bool:
    if not settings.contains(key):
        return True
    stored = settings.value(key)
    return isinstance(stored, str) and usable(stored)
