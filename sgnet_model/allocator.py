"""glibc's allocator, set to keep what a pass frees and the next one will need again."""

from __future__ import annotations

import sys

# Parameters of mallopt(3), from glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -2, -3, -4
_KEEP = 2**31 - 1  # bytes; mallopt takes an int
_GROW_BY = 64 * 2**20  # bytes
_LARGEST_MAP = 32 * 2**20  # bytes: as large as glibc lets this threshold be
_KEPT = 256 * 2**20  # bytes: the maps of a pass through the compact network, and some


def keep_freed_memory() -> bool:
    """Stop malloc from returning the maps of a network to the system after each pass; True where
    glibc agreed.

    By default blocks of megabytes may be mapped, faulted in page by page and unmapped again: a
    prediction of the compact network had up to 9,600 page faults, another process none, as its
    blocks happened to lie. At most 256 MiB stay, and what is larger than 32 MiB, as some answers
    are, goes back at once. For programs: a library does not set what belongs to the whole process.
    Elsewhere than on Linux with glibc nothing happens.
    """
    return _set((_MMAP_THRESHOLD, _LARGEST_MAP), (_TRIM_THRESHOLD, _KEPT))


def keep_all_freed_memory() -> bool:
    """The same without a limit, for training: activations of a step are tens of megabytes each.

    It took the compact network's page faults to a quarter and the kernel's time with them.
    """
    return _set((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _KEEP), (_TOP_PAD, _GROW_BY))


def _set(*settings: tuple[int, int]) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # here: not for every help text

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    taken = [mallopt(name, value) == 1 for name, value in settings]  # each one, whatever the others
    return all(taken)
