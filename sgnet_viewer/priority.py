"""Work that nobody waits for gives way to the network's threads."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

NICENESS = 10


def give_way() -> None:
    """Lowers the priority of the calling thread and of those it starts; on Linux alone.

    Elsewhere a priority is the whole process's. The network's threads wait for each other some
    hundred times a frame: whatever else takes a core in between delays them all.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # it was lower already
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
