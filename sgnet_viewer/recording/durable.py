"""What was written is there still after a power cut."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)  # of Windows


def sync_tree(folder: Path) -> None:
    """Waits until the disk holds every file in `folder`, and their names. Raises OSError."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if path.is_file() and not path.is_symlink():
                _sync(path, os.O_RDWR | _BINARY)
        _sync_names(Path(place))
    _sync_names(folder.absolute().parent)


def _sync_names(folder: Path) -> None:
    """Where the system can: Windows opens no folder, and some network drives sync none."""
    with suppress(OSError):
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
