"""A process that works for another one ends with it."""

from __future__ import annotations

import multiprocessing
import os
import threading

CHECK_S = 0.5


def end_with_parent() -> None:
    """From now on this process leaves at once when its parent is gone, whatever it is doing."""
    threading.Thread(target=_watch, name="sgnet-orphan", daemon=True).start()


def _watch() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    # Its sentinel alone would not do: a process forked by the parent may keep that open.
    first = os.getppid()
    while parent.is_alive() and os.getppid() == first:
        parent.join(CHECK_S)
    os._exit(0)
