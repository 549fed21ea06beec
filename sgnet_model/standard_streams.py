"""Standard input, output and error of a program: where one is closed, or cannot be written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

READER_GONE = 141  # exit code, 128 + SIGPIPE, as shells have it


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


@contextmanager
def printed_before_exit() -> Iterator[None]:
    """Around the reading of a command line, whose `--help` and `--version` print and exit.

    What they printed is written when this ends. BrokenPipeError where nobody reads it; UserError
    where standard output takes nothing.
    """
    try:
        try:
            yield
        except SystemExit:
            _flush_output()
            raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_refused(error) from error


def output_refused(error: OSError) -> Exception:
    """UserError with the sentence for a standard output that takes nothing."""
    from .types import UserError  # here: NumPy comes with it, and streams are looked at first

    return UserError(
        f"Standard output cannot be written ({error.strerror}): make room, or send the results "
        "elsewhere."
    )


def _flush_output() -> None:
    """OSError where standard output is full or nobody reads it.

    It is given up then: Python would fail over it again while it ends.
    """
    try:
        sys.stdout.flush()
    except OSError:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise
