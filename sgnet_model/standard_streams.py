"""Standard input, output and error of a program: where one is closed, or cannot be written."""

from __future__ import annotations

import os
import sys


def open_standard_streams() -> None:
    """What is closed leads nowhere from now on: what is written there is lost, as it was meant.

    A shell closes them with `>&-`; services and programs without a console have none at all.
    Python then has None in place of the stream, and the next file that is opened would get the
    number of the closed one: what libraries print would be written into it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: this one
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            stream = os.fdopen(number, mode, encoding="utf-8", closefd=False)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def flush_output() -> None:
    """What was printed is on its way; OSError where standard output is full or nobody reads it.

    It is given up then: Python would fail over it again while it ends.
    """
    try:
        sys.stdout.flush()
    except OSError:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise
