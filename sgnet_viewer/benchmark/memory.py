"""Memory of a program and the processes it started, as Linux counts it in /proc."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
KB_IN_MB = 1024
_FIELD = re.compile(r"^(\w+):\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (2^20 bytes) of all the processes together.

    `shared_out`: proportional set sizes, each page shared by n processes counted 1/n in each.
    `resident`: resident set sizes, shared pages counted in each process again. `own`: what no file
    lies behind; the others also change with what other programs load and leave.
    """

    shared_out: float
    resident: float
    own: float


class MemoryWatch:
    """Follows a process and its descendants in a thread, until `stop`; the peak is kept.

    On systems without /proc nothing is seen and `peak` stays None.
    """

    def __init__(self, pid: int, every_s: float) -> None:
        self._pid = pid
        self._every_s = every_s
        self._over = threading.Event()
        self.peak: Memory | None = None
        self.samples: list[Memory] = []
        self._thread = threading.Thread(target=self._run, name="sgnet-memory-watch", daemon=True)
        self._thread.start()

    def stop(self) -> Memory | None:
        """The highest of each that was seen."""
        self._over.set()
        self._thread.join()
        return self.peak

    def _run(self) -> None:
        while not self._over.wait(self._every_s):
            memory = memory_of(self._pid)
            if memory is not None:
                self.samples.append(memory)
                known = self.peak or memory
                self.peak = Memory(
                    max(known.shared_out, memory.shared_out),
                    max(known.resident, memory.resident),
                    max(known.own, memory.own),
                )


def memory_of(pid: int) -> Memory | None:
    """Of a process and its descendants now; None where it is gone or cannot be seen."""
    found = [_of_one(one) for one in (pid, *descendants(pid))]
    known = [memory for memory in found if memory is not None]
    if not known:
        return None
    return Memory(
        sum(memory.shared_out for memory in known),
        sum(memory.resident for memory in known),
        sum(memory.own for memory in known),
    )


def descendants(pid: int) -> tuple[int, ...]:
    """Process ids of the children, their children, and so on."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        parent = _parent(folder)
        if parent is not None:
            children.setdefault(parent, []).append(int(folder.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        of_one = children.get(waiting.pop(), [])
        found += of_one
        waiting += of_one
    return tuple(found)


def _parent(folder: Path) -> int | None:
    try:
        text = (folder / "stat").read_text()
    except OSError:  # it has ended meanwhile
        return None
    return int(text.rpartition(")")[2].split()[1])  # the name before it may hold anything


def _of_one(pid: int) -> Memory | None:
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return None
    fields = {name: int(kilobytes) / KB_IN_MB for name, kilobytes in _FIELD.findall(text)}
    if "Pss" not in fields:  # it has just ended
        return None
    return Memory(fields["Pss"], fields["Rss"], fields["Anonymous"])
