"""Which share of the processor a thread computes with, where several predictions run at once."""

from __future__ import annotations

import os
import sys
from functools import cache


def usable_cores() -> int:
    """Cores that this process may use, at most OMP_NUM_THREADS where that is set."""
    if hasattr(os, "sched_getaffinity"):
        usable = len(os.sched_getaffinity(0))
    else:
        usable = os.cpu_count() or 1
    wish = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return min(int(wish), usable) if wish.isdecimal() and int(wish) > 0 else usable


def share_cores(parts: int) -> None:
    """From now on the calling thread's networks compute on one of `parts` equal shares.

    The number of threads is each thread's own to torch, but a new thread begins with what was set
    last, wherever that was: so every thread that computes says what is its own. A network that
    came without torch has no threads to be told.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return
    threads = max(_all_threads() // parts, 1)
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)


@cache
def _all_threads() -> int:
    """What torch computes with by itself; first asked before any thread set a share."""
    import torch

    return torch.get_num_threads()
