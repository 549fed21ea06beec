"""Ctrl+C during training: the step in progress is finished and saved."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


SAME_WISH = 2.0  # seconds: torchrun passes on the Ctrl+C that the terminal sends to all already


class StopWish:
    """Set by the first Ctrl+C or SIGTERM."""

    def __init__(self) -> None:
        self._since: float | None = None

    @property
    def is_set(self) -> bool:
        return self._since is not None

    def ask(self) -> None:
        """A signal came; KeyboardInterrupt where the user has asked before."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
        elif now - self._since > SAME_WISH:
            raise KeyboardInterrupt


@contextmanager
def stop_wish() -> Iterator[StopWish]:
    """While inside, a first signal is a wish; another one interrupts at once."""
    wish = StopWish()
    if threading.current_thread() is not threading.main_thread():
        yield wish  # only the main thread can handle signals
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        wish.ask()

    before = [signal.signal(number, handle) for number in SIGNALS]
    try:
        yield wish
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


def ignore_ctrl_c() -> None:
    """For helper processes: Ctrl+C reaches the whole group, and it is the trainer that stops."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
