"""Work that nobody waits for gives way to the network's threads, and those to the window's."""

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
