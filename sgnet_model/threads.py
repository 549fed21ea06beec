"""How many threads torch computes with: all of them, or one for a while.

The number is each thread's own, but a new thread begins with what was set last, wherever that was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

ALL = torch.get_num_threads()  # what torch chose: nothing here sets a number before this is read
_LOCK = threading.Lock()  # of two at once the second would find, and leave, the first one's 1


@contextmanager
def one_thread() -> Iterator[None]:
    """For hundreds of small operations: threads would take longer to meet than to compute.

    One thread of the process at a time, and not one inside another.
    """
    with _LOCK:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)
