"""`sgnet-model bench --window`: how fast the window starts, answers and draws, and what it needs.

The real program is started again: some times until the bundled sample is segmented and drawn, then
once more to be used. Fresh processes on a warm disk cache: what a second start of the day is like.
"""

from __future__ import annotations

import argparse
import os
import platform
from typing import Any

from .launch import launch
from .measure import Measure, table
from .memory import Memory

STARTS, REPEATS = 3, 20  # where the command does not say
LOOK_S = 0.25  # at memory
WINDOW = ("--window-size", "1600x1000")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Measures; JSON-ready: `measures` (see `Measure.row`), `met`, `machine`, `markdown`.

    `questions`: the longest block while each of the Explain panel's was answered, ms, by name.
    Of `args` it reads `repeats`, clicks and cloud updates (20), where there is one. UserError
    where the program could not be started or did not get on.
    """
    repeats = max(getattr(args, "repeats", None) or REPEATS, 1)
    starts = [visit(0)[0] for _ in range(STARTS)]
    used, memory = visit(repeats)
    measures = [measure.row() for measure in measures_of(starts, used, memory)]
    return {
        "benchmark": "window",
        "machine": machine(),
        "measures": measures,
        "questions": used["questions"],
        "met": all(row["met"] is not False for row in measures),
        "markdown": table(measures),
    }


def visit(count: int, words: tuple[str, ...] = WINDOW) -> tuple[dict[str, Any], Memory | None]:
    """Starts the program, repeats each gesture `count` times; what was found, and peak memory."""
    return launch(count, words, watch_s=LOOK_S if count > 0 else None)


def measures_of(
    starts: list[dict[str, Any]], used: dict[str, Any], memory: Memory | None
) -> list[Measure]:
    """Every quantity, with the project's targets for a machine of two cores."""
    cold = [*starts, used]

    def of_start(key: str) -> tuple[float, ...]:
        return tuple(one[key] for one in cold)

    def of_work(kind: str, key: str) -> tuple[float, ...]:
        return tuple(one[key] for one in used[kind])

    measures = [
        Measure("visible", "window visible", "s", of_start("visible_s"), 1.5),
        Measure("segmented", "sample segmented and drawn", "s", of_start("segmented_s"), 6),
        Measure("start_block", "longest block while starting", "ms", of_start("start_block_ms")),
        Measure("click", "click to taps drawn", "ms", tuple(used["clicks"]), 33),
        Measure("keystroke", "key to commands found", "ms", tuple(used["keystrokes"]), 16),
        Measure(
            "question_block",
            "longest block while a question is answered",
            "ms",
            tuple(used["questions"].values()),
            33,
            worst=True,
        ),
        Measure("result", "GUI time to paint a result", "ms", of_work("results", "gui"), 33),
        Measure("result_block", "longest block of that", "ms", of_work("results", "block")),
        Measure("cloud", "307,200 points updated", "ms", tuple(used["clouds"]), 60),
        Measure("cloud_gui", "GUI time of that", "ms", of_work("cloud_work", "gui")),
        Measure("cloud_block", "longest block of that", "ms", of_work("cloud_work", "block"), 33),
    ]
    what = "a picture of the cloud while it is turned, 950x720"
    measures.append(Measure("orbit", what, "ms", tuple(used["orbits"]), 100))
    if memory is not None:
        what = "peak memory of window and renderer"
        measures.append(Measure("peak_mb", what, "MB", (memory.shared_out,), 1536))
        what = "the same, shared pages counted twice"
        measures.append(Measure("peak_resident_mb", what, "MB", (memory.resident,)))
    return measures


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "display": os.environ.get("QT_QPA_PLATFORM")
        or os.environ.get("WAYLAND_DISPLAY")
        or os.environ.get("DISPLAY")
        or "offscreen",
    }
