"""Files that are not whole yet: their names, and their removal whatever ends the program."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATHS: set[Path] = set()


@contextmanager
def unfinished(path: Path, suffix: str = ".part") -> Iterator[Path]:
    """Where to write what will be `path`: a hidden name beside it, ending in `suffix`.

    Whoever writes moves it to `path` once it is whole. What is still there at the end is removed.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}{suffix}")
    _PATHS.add(partial)
    try:
        yield partial
    finally:
        _remove(partial)
        _PATHS.discard(partial)


def remove_unfinished() -> None:
    """Before the process is left while threads still write: their files would stay."""
    for partial in tuple(_PATHS):
        _remove(partial)


def _remove(partial: Path) -> None:
    with contextlib.suppress(OSError):
        partial.unlink(missing_ok=True)
