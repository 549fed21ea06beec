"""The memory of this process, for measurements."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MIB = 2**20


def peak_mb() -> float | None:
    """The most that lay in memory so far, in MiB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak / 1024


def resident_mb() -> float | None:
    """What lies in memory now, in MiB; None but on Linux."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB
