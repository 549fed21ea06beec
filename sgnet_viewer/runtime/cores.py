"""Thread priorities (background < network < window), and the cores that a thread computes on."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

SEGMENTING = 5  # niceness: the window must answer while every core computes
NICENESS = 10  # of what follows the stream at its own pace


def give_way(niceness: int = NICENESS) -> None:
    """Lowers the priority of the calling thread and of those it starts; on Linux alone.

    Elsewhere a priority is the whole process's. It never rises.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):  # a sandbox may forbid even to ask
            lowest = max(niceness, os.getpriority(os.PRIO_PROCESS, thread))
            os.setpriority(os.PRIO_PROCESS, thread, lowest)


def usable_cores() -> int:
    """Cores that this process may use, at most OMP_NUM_THREADS where that is set."""
    if hasattr(os, "sched_getaffinity"):
        usable = len(os.sched_getaffinity(0))
    else:
        usable = os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return min(int(limit), usable) if limit.isdecimal() and int(limit) > 0 else usable


def share_cores(parts: int) -> None:
    """From now on the calling thread's networks compute on one of `parts` equal shares.

    The number of threads is each thread's own to torch, but a new thread begins with what was set
    last, wherever that was: so every thread that computes says what is its own. A network that
    came without torch has no threads to set.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return
    threads = max(_all_threads() // parts, 1)
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)


def _all_threads() -> int:
    """What torch computes with by itself."""
    from sgnet_model.threads import ALL

    return ALL
