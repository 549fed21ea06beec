"""glibc's allocator, set to keep what training frees and will need again a step later."""

from __future__ import annotations

import ctypes
import sys

# Parameters of mallopt(3), from glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_KEEP = 2**31 - 1  # bytes; mallopt takes an int
_GROW_BY = 64 * 2**20  # bytes


def keep_freed_memory() -> bool:
    """Stop malloc from returning big blocks to the system; True where glibc agreed.

    Activations of a step are tens of megabytes each. By default each one is mapped, faulted in
    page by page and unmapped again; keeping them took the compact network's page faults to a
    quarter and the kernel's time with them. Elsewhere than on Linux with glibc nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    settings = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _KEEP), (_TOP_PAD, _GROW_BY))
    taken = [mallopt(name, value) == 1 for name, value in settings]  # each one, whatever the others
    return all(taken)
