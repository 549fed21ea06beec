"""One piece of work: how it reports its progress, and learns that it was cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sgnet_viewer.state.activity import Step

SHOW_EVERY_S = 0.05  # the eye follows no faster


class Cancelled(Exception):
    """The work was given up: its result is not wanted any more."""


class Task:
    """Handed to the work. `show` is called with each step, in the working thread."""

    def __init__(self, show: Callable[[Step], object]) -> None:
        self._show = show
        self._cancelled = threading.Event()
        self._shown = -SHOW_EVERY_S
        self._text = ""

    @property
    def cancelled(self) -> bool:
        """Whether to give up."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to give up; from any thread."""
        self._cancelled.set()

    def check(self) -> None:
        """Raises `Cancelled` where the work should give up."""
        if self.cancelled:
            raise Cancelled

    def report(self, text: str, fraction: float | None = None) -> None:
        """Say what is done and how far it is (0..1); raises `Cancelled` like `check`.

        A new text is always shown, a new fraction at most twenty times a second.
        """
        self.check()
        now = time.monotonic()
        if text != self._text or now - self._shown >= SHOW_EVERY_S:
            self._text, self._shown = text, now
            self._show(Step(text, fraction))
