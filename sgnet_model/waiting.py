"""How torch's threads wait for each other: set before torch is imported, without importing it."""

from __future__ import annotations

import os
import sys

TURNS = "20000"  # some microseconds


def sleep_soon() -> None:
    """Have torch's threads soon sleep while they wait for each other, unless the user says not.

    By default they spin for a millisecond. Window, camera and renderer want the same few cores, and
    on busy ones threads that spin keep out the very thread they wait for: ten times slower was
    seen. To sleep at once costs a sixth on idle cores; this many turns are some microseconds.
    The library reads it once, when it is loaded: after torch's import it is too late.
    """
    if "torch" not in sys.modules and "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", TURNS)
