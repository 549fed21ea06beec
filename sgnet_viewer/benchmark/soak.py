"""`sgnet-model bench --soak`: a long live run, after which nothing may have grown.

The real `sgnet-viewer live` on a recording that begins again at its end. Memory, threads and open
files of the window and its renderer are looked at every few seconds; the last quarter of the totals
is held against the second: by then all is loaded, and caches are full.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sgnet_model.types import UserError

from .launch import launch
from .live import RECORDED, record, swaying_room
from .measure import Measure, table
from .memory import PROC, descendants, memory_of
from .window import WINDOW, machine

SECONDS = 1500.0
LEAST_SECONDS, MOST_SECONDS = 20.0, 3000.0
READINGS = 100
LEAST_READINGS = 4
GROWTH_MB, GROWTH_THREADS, GROWTH_FILES = 50.0, 0.0, 0.0


@dataclass(frozen=True, slots=True)
class ProgramTotals:
    """All processes of the program together. `megabytes`: memory that no file lies behind."""

    elapsed_s: float
    megabytes: float
    threads: int
    files: int


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Measures; JSON-ready: `measures`, `met`, `machine`, `markdown`, as for `--live`.

    Of `args` it reads `seconds` (None: 1500). UserError for other values, and where the program
    could not be started or its memory not be seen.
    """
    seconds = SECONDS if args.seconds is None else args.seconds
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise UserError(
            f"A long run of {seconds:g} s cannot be measured: give --seconds from "
            f"{LEAST_SECONDS:g} to {MOST_SECONDS:g}."
        )
    measures = [measure.row() for measure in growth(soak(seconds))]
    return {
        "benchmark": "soak",
        "machine": machine(),
        "measures": measures,
        "met": all(row["met"] is not False for row in measures),
        "markdown": table(measures),
    }


def soak(seconds: float, *more: str) -> tuple[ProgramTotals, ...]:
    """What was seen of a run of `seconds`; `more` words of the command line."""
    totals: list[ProgramTotals] = []
    with tempfile.TemporaryDirectory(prefix="sgnet-bench-") as folder:
        source = Path(folder) / "room"
        record(source, swaying_room(RECORDED))
        words = ("--source", str(source), "--seconds", f"{seconds:g}", *WINDOW, *more)
        every_s = max(seconds / READINGS, 1.0)
        launch(0, ("live", *words), None, lambda pid: _watched(pid, every_s, totals))
    return tuple(totals)


def growth(totals: Sequence[ProgramTotals]) -> tuple[Measure, ...]:
    """The last quarter of the totals over the second. UserError for fewer than four."""
    if len(totals) < LEAST_READINGS:
        raise UserError("Nothing was seen of the window's memory: this needs Linux and its /proc.")
    quarter = len(totals) // 4
    early, late = totals[quarter : 2 * quarter], totals[-quarter:]

    def grown(name: str) -> float:
        values = [[float(getattr(one, name)) for one in part] for part in (early, late)]
        return median(values[1]) - median(values[0])

    run_s = totals[-1].elapsed_s
    return (
        Measure("seconds", "length of the run", "s", (run_s,)),
        Measure("growth_mb", "memory growth", "MB", (grown("megabytes"),), GROWTH_MB),
        Measure("growth_threads", "more threads", "threads", (grown("threads"),), GROWTH_THREADS),
        Measure("growth_files", "more open files", "files", (grown("files"),), GROWTH_FILES),
    )


@contextmanager
def _watched(pid: int, every_s: float, totals: list[ProgramTotals]) -> Iterator[None]:
    """Looks at a process and its descendants from a thread while inside."""
    over = threading.Event()

    def watch() -> None:
        started = time.monotonic()
        while not over.wait(every_s):
            found = _look(pid, time.monotonic() - started)
            if found is not None:
                totals.append(found)

    thread = threading.Thread(target=watch, name="sgnet-soak-watch")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _look(pid: int, elapsed_s: float) -> ProgramTotals | None:
    memory, family = memory_of(pid), (pid, *descendants(pid))
    if memory is None:
        return None
    return ProgramTotals(elapsed_s, memory.own, _entries(family, "task"), _entries(family, "fd"))


def _entries(pids: Sequence[int], folder: str) -> int:
    total = 0
    for pid in pids:
        try:
            total += sum(1 for _ in (PROC / str(pid) / folder).iterdir())
        except OSError:  # it has ended meanwhile
            continue
    return total
