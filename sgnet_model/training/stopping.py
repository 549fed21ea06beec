"""Ctrl+C and SIGTERM during training: the step in progress is finished and saved."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sgnet_model.signals import EndedBySignal, FirstSignal, handled_by

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl


class StopRequest:
    """Set by the first Ctrl+C or SIGTERM."""

    def __init__(self) -> None:
        self._first_signal = FirstSignal()

    @property
    def is_set(self) -> bool:
        return bool(self._first_signal.number)

    @property
    def number(self) -> int:
        """The signal that came first; 0 for none."""
        return self._first_signal.number

    def ask(self, number: int) -> None:
        """A signal came; `EndedBySignal` where the user has asked before."""
        asked = self.is_set
        if self._first_signal.note(number) and asked:
            raise EndedBySignal(number)


@contextmanager
def stop_request() -> Iterator[StopRequest]:
    """While inside, a first signal is a request; another one interrupts at once."""
    request = StopRequest()

    def handle(number: int, _frame: FrameType | None) -> None:
        request.ask(number)

    with handled_by(handle):
        yield request


def serve_trainer() -> None:
    """In a helper process: signals to the whole group are the trainer's, and it ends with it.

    A killed helper would look like a fault while the trainer finishes its step. The trainer itself
    ends a helper that is stuck by a second SIGTERM.
    """
    seen: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        if seen:
            os._exit(0)
        seen.append(number)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, handle)
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
