"""Paths as a session's file holds them: relative to its folder where they can be."""

from __future__ import annotations

import os
from pathlib import Path

from sgnet_model.files import expanded


def relative_to(path: str, folder: Path) -> str:
    """With forward slashes; absolute where the folder is on another drive."""
    absolute = os.path.abspath(expanded(path))
    try:
        return Path(os.path.relpath(absolute, folder)).as_posix()
    except ValueError:  # another drive
        return Path(absolute).as_posix()


def absolute_from(path: str, folder: Path) -> str:
    """A path of the file, as the system takes it."""
    return os.path.normpath(folder / path)
