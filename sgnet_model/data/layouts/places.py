"""Where a file lies that a list names by a path of its maker's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

MOST_FOLDERS = 100  # of a path in a list
PARENTS = 2  # folders above the list that its paths may start from


def place_of(name: str, bases: Sequence[Path]) -> Path | None:
    """The file that `name` stands for below one of `bases`, its leading folders left out as needed.

    "data/nyu/kitchen/rgb_1.png" is found below the folder `kitchen`, too. None where it is nowhere.
    """
    parts = PurePosixPath(name.replace("\\", "/").lstrip("/")).parts
    if not 0 < len(parts) <= MOST_FOLDERS or ".." in parts:
        return None
    for first in range(len(parts)):
        for base in bases:
            path = base.joinpath(*parts[first:])
            if os.path.isfile(path):  # False, too, for what can be no file's name
                return path
    return None


def bases_of(folder: Path) -> list[Path]:
    """`folder` and those above it."""
    return [folder, *folder.parents[:PARENTS]]
