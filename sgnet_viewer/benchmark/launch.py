"""Starting the real program to be measured, and its end."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from sgnet_model.types import UserError

from .memory import Memory, MemoryWatch

TIMEOUT_S = 3600.0


def launch(
    count: int,
    words: tuple[str, ...],
    watch_s: float | None,
    beside: Callable[[int], AbstractContextManager[object]] = lambda _pid: nullcontext(),
) -> tuple[dict[str, Any], Memory | None]:
    """Runs `sgnet-viewer` with `words`; what its visitor found, and peak memory.

    `watch_s`: seconds between two looks at memory, None for none; a look stops the program for
    some ten milliseconds.

    `beside`: what lasts as long as the process with this id, say a watch of one's own.

    `count`: see `Visit` and `LiveVisit`. UserError where it ended without findings.
    """
    with tempfile.TemporaryDirectory(prefix="sgnet-bench-") as folder:
        findings = Path(folder) / "findings.json"
        program = (sys.executable, "-m", "sgnet_viewer.benchmark.program", str(findings))
        started = time.monotonic()
        process = subprocess.Popen(
            [*program, repr(started), str(count), *words], stderr=subprocess.PIPE, text=True
        )
        watch = None if watch_s is None else MemoryWatch(process.pid, watch_s)
        with beside(process.pid):
            said = _finish(process)
        memory = watch.stop() if watch is not None else None
        if process.returncode != 0 or not findings.is_file():
            raise UserError(f"The window could not be measured: {_last_line(said)}")
        return json.loads(findings.read_text(encoding="utf-8")), memory


def _finish(process: subprocess.Popen[str]) -> str:
    """Waits for the end of a process; what it wrote on standard error."""
    try:
        return process.communicate(timeout=TIMEOUT_S)[1]
    except BaseException:  # Ctrl+C too
        process.kill()
        process.communicate()
        raise


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing; run sgnet-viewer to see."])[-1]
