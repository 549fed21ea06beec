"""What a reader may do while it reads a hostile file, and how much it may take."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CPU_S = 10.0
GROWTH_BYTES = 1_000_000_000  # of memory in use, at its peak
_FORBIDDEN = (
    "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile",
    "pty.spawn", "socket.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.",
    "pickle.find_class", "os.kill", "os.putenv", "os.chmod",
    "os.chown", "os.truncate", "shutil.chown",
)  # fmt: skip
_CHANGING = (
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "shutil.rmtree",
    "shutil.move", "shutil.copyfile",
)  # fmt: skip


class _Watch:
    """One audit hook for the whole run: Python cannot take a hook out again."""

    def __init__(self) -> None:
        self.folder: Path | None = None  # None: nothing is watched
        self.found: list[str] = []
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is None:
            return
        if event.startswith(_FORBIDDEN):
            self._refuse(event, arguments)
        elif event in _CHANGING or (event == "open" and _writes(arguments)):
            paths = [one for one in arguments[:2] if isinstance(one, str | bytes | os.PathLike)]
            if event == "open":
                paths = paths[:1]
            if not all(self._inside(os.fsdecode(path)) for path in paths):
                self._refuse(event, arguments)

    def _inside(self, path: str) -> bool:
        folder = self.folder
        return path == os.devnull or (
            folder is not None and Path(path).absolute().is_relative_to(folder)
        )

    def _refuse(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.found.append(f"{event} {arguments!r:.200}")
        raise PermissionError(f"a reader is not to do this: {event}")


def _writes(arguments: tuple[Any, ...]) -> bool:
    """`open` tells a mode (Python's), or flags (the system's)."""
    _, mode, flags = (*arguments, None, None)[:3]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


_WATCH = _Watch()


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Fails over a process, a socket, unpickling or a change outside `folder`, too much memory, or
    too much time.
    """
    can_measure = _forget_peak()
    before, started = _peak_bytes(), time.process_time()
    _WATCH.folder, _WATCH.found = folder.absolute(), []
    try:
        yield
    finally:
        _WATCH.folder = None
    assert not _WATCH.found, f"the reader did: {_WATCH.found}"
    taken = time.process_time() - started
    assert taken < CPU_S, f"the reader computed for {taken:.1f} s"
    if can_measure:
        grown = _peak_bytes() - before
        assert grown < GROWTH_BYTES, f"the reader took {grown / 1e6:.0f} MB"


def _forget_peak() -> bool:
    """Linux counts the peak anew from here; False where it does not."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _peak_bytes() -> int:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) * 1024
