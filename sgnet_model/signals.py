"""What SIGINT (Ctrl+C) and SIGTERM do to the programs: one policy.

Either signal ends a program with one sentence and exit code 128 + its number (130, 143): at once
while it starts; later by giving up what it does, so that what was finished is kept, nothing
half-written stands under a final name, and no child is left. A second signal, two seconds after
the first, ends it at once. `train` finishes and saves the step in progress; the window closes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from .unfinished import remove_unfinished

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SENTENCES = {signal.SIGINT: "Interrupted.", signal.SIGTERM: "Terminated."}
REPEATED_S = 2.0  # torchrun and shells pass on what the terminal sends to all already

Handler = Callable[[int, FrameType | None], object]


class EndedBySignal(BaseException):
    """A signal ends the program. `said`: the user has been told already."""

    def __init__(self, number: int, said: bool = False) -> None:
        super().__init__(SENTENCES[signal.Signals(number)])
        self.number = number
        self.said = said

    @property
    def code(self) -> int:
        """The exit code, as shells have it."""
        return 128 + self.number


def exit_at_once() -> None:
    """From now on a signal ends the process where it stands: nothing has been begun yet.

    Called before anything that takes long is imported: an interrupted import ends in a traceback,
    or is taken for a broken library.
    """
    for number in SIGNALS:
        signal.signal(number, end_now)


class FirstSignal:
    """The first signal of a command; 0 while there was none."""

    def __init__(self) -> None:
        self.number = 0
        self._since = 0.0

    def note(self, number: int) -> bool:
        """Whether it is the first, or one that comes much later: the others repeat it."""
        now = time.monotonic()
        first = not self.number
        if first:
            self.number, self._since = number, now
        return first or now - self._since > REPEATED_S


@contextmanager
def raised() -> Iterator[FirstSignal]:
    """While inside, the first signal raises `EndedBySignal` in the main thread; a later one exits.

    A library may turn what was raised within it into an exception of its own: the `FirstSignal`
    given still has the number.
    """
    first_signal = FirstSignal()

    def handle(number: int, frame: FrameType | None) -> None:
        before = first_signal.number
        if not first_signal.note(number):
            return
        if before:
            end_now(number, frame)
        raise EndedBySignal(number)

    with handled_by(handle):
        yield first_signal


@contextmanager
def handled_by(handler: Handler) -> Iterator[None]:
    """Both signals go to `handler` while inside; other threads than the main one change nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: list[Any] = [signal.signal(number, handler) for number in SIGNALS]
    try:
        yield
    finally:
        for number, old in zip(SIGNALS, before, strict=True):
            signal.signal(number, old)


def end_now(number: int, _frame: FrameType | None = None) -> None:
    """End the process where it stands, with the signal's sentence and exit code."""
    # As bytes: the streams may be in the middle of a write.
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _line(number))
    remove_unfinished()
    os._exit(128 + number)


def _line(number: int) -> bytes:
    return f"{SENTENCES[signal.Signals(number)]}\n".encode()
