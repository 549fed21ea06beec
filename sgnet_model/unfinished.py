"""What must not outlast the program, whatever ends it: files that are not whole, own folders."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .types import UserError

_PATHS: set[Path] = set()


@contextmanager
def unfinished(path: Path, suffix: str = ".part") -> Iterator[Path]:
    """Where to write what will be `path`: a hidden name beside it, ending in `suffix`.

    Whoever writes moves it to `path` once it is whole. What is still there at the end is removed.
    The name is short: that of `path` may be as long as names may be. UserError where `path` is a
    device or a pipe: a file moved there would take its place for every program.
    """
    if is_device(path):
        raise UserError(f"{path} is a device or a pipe, which nothing may replace: name a file.")
    digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]
    partial = path.with_name(f".{digest}.{os.getpid()}-{threading.get_ident()}{suffix}")
    note_temporary(partial)
    try:
        yield partial
    finally:
        remove_temporary(partial)


def behind_link(path: Path) -> Path:
    """What is replaced where `path` is written: a link stays, and the file that it leads to is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def is_device(path: Path) -> bool:
    """Whether something is there, or behind a link, that is neither a file nor a folder."""
    return path.exists() and not path.is_file() and not path.is_dir()


def note_temporary(path: Path) -> None:
    """A file or folder that `remove_unfinished` is to remove, until `remove_temporary` does."""
    _PATHS.add(path)


def remove_temporary(path: Path) -> None:
    """What was noted, where it is there."""
    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    _PATHS.discard(path)


def remove_unfinished() -> None:
    """Before the process is left while threads still write: their files would stay."""
    for path in tuple(_PATHS):
        remove_temporary(path)
