"""The scale of the whole window, which Qt reads once, before there is a window."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from PySide6.QtCore import QSettings

from sgnet_viewer.settings import SCALE_KEY, scale_of

SCALE_VARIABLE = "QT_SCALE_FACTOR"


def apply_scale(store: QSettings, environment: MutableMapping[str, str]) -> None:
    """Have Qt use the stored scale, unless the environment names one already."""
    scale = stored_scale(store)
    if scale != 1.0 and SCALE_VARIABLE not in environment:
        environment[SCALE_VARIABLE] = f"{scale:g}"


def stored_scale(store: QSettings) -> float:
    """1 where none is stored, or nothing that may be read (see `settings.without_objects`)."""
    try:
        if b"@Variant(" in Path(store.fileName()).read_bytes():
            return 1.0
    except OSError:
        pass  # no file: there may still be a registry
    return scale_of(store.value(SCALE_KEY))
