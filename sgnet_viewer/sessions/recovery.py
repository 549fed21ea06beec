"""The state of a window that was not closed: kept while it runs, offered at the next start."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from sgnet_model.types import UserError

from .session_file import SUFFIX, SavedSession, read_session, write_session


class Recovery:
    """One file a process in `folder`, removed when the window is closed. None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._own = None if folder is None else folder / f"{os.getpid()}{SUFFIX}"

    @property
    def keeps(self) -> bool:
        """Whether anything is kept."""
        return self._own is not None

    def save(self, session: SavedSession) -> None:
        """In a worker. A folder that cannot be written to keeps nothing: no one asked for it."""
        if self._own is not None:
            with contextlib.suppress(UserError, OSError):
                self._own.parent.mkdir(parents=True, exist_ok=True)
                write_session(self._own, session)

    def left_behind(self) -> Path | None:
        """The newest file of a process that is gone; older ones are removed."""
        if self._folder is None:
            return None
        found = [path for path in self._listed() if not _runs(path)]
        found.sort(key=_changed_at)
        for path in found[:-1]:
            remove(path)
        return found[-1] if found else None

    def close(self) -> None:
        """The window was closed as it should be."""
        if self._own is not None:
            remove(self._own)

    def _listed(self) -> list[Path]:
        assert self._folder is not None
        try:
            return sorted(self._folder.glob(f"*{SUFFIX}"))
        except OSError:
            return []


def remove(path: Path) -> None:
    """Where it cannot be, it is offered again."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def taken(path: Path) -> SavedSession:
    """What was left behind; the file is gone then. UserError where it cannot be read."""
    try:
        return read_session(path)
    finally:
        remove(path)


def _runs(path: Path) -> bool:
    """Whether the process that wrote the file is still there, or is this one."""
    number = path.name.removesuffix(SUFFIX)
    if not number.isdigit():
        return False
    if int(number) == os.getpid():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # another user's process
        return True
    return True


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
