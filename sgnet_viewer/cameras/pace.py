"""When the frames of a recorded stream are due, learnt from their times as they come."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from .protocol import LiveFrame

LONGEST_GAP_S = 1.0  # a recording may pause for minutes; after 1.5 s of silence it would be lost
USUAL_GAP_S = 1 / 30  # until two frames have shown theirs
LATE_S = 0.05  # what is later than this is left out
UNSEEN_S = 0.25  # unless nothing was shown for so long: leaving out does not help then
HOPELESS_S = 1.0  # later than this it cannot catch up, or was not read: on from now


class Pace:
    """The first frame is due at once, each other one its recorded time after the one before.

    `clock` gives seconds. A time that stands still or falls (the beginning of the next round)
    counts as the gap before.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due_s = math.nan
        self._device_s = 0.0
        self._gap_s = USUAL_GAP_S
        self._shown_s = math.nan  # when the last frame that was not late is on the screen

    def due_s(self, device_s: float) -> float:
        """On the clock: when the next frame, taken at `device_s`, is due. Once for each frame."""
        if math.isnan(self._due_s):
            self._due_s = self._clock()
        else:
            step = device_s - self._device_s
            if step > 0:
                self._gap_s = min(step, LONGEST_GAP_S)
            self._due_s += self._gap_s
            if self._clock() - self._due_s > HOPELESS_S:
                self._due_s = self._clock()
        self._device_s = device_s
        return self._due_s

    def is_late(self, due_s: float) -> bool:
        """Whether a frame that was due then is better left out. Once for each frame.

        Where a file decodes more slowly than it plays, leaving out does not catch up: one is shown
        after a while all the same, and the pace begins anew with it.
        """
        now = self._clock()
        late = now - due_s > LATE_S
        if late and now - self._shown_s > UNSEEN_S:
            self._due_s, late = now, False
        if not late:
            self._shown_s = max(now, due_s)
        return late


class DueFrame:
    """A frame that was read and waits for its time; `closed` ends the waiting."""

    def __init__(self, closed: threading.Event) -> None:
        self._closed = closed
        self._live: LiveFrame | None = None
        self._due_s = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether the next frame may be put."""
        return self._live is None

    def put(self, live: LiveFrame, due_s: float = 0.0) -> None:
        """`due_s`: on the clock of time.monotonic(); 0 for at once."""
        self._live, self._due_s = live, due_s

    def drop(self) -> None:
        """It is not wanted any more."""
        self._live = None

    def take(self, timeout_s: float) -> LiveFrame | None:
        """The frame when it is due, None where that is more than `timeout_s` seconds away."""
        wait_s = self._due_s - time.monotonic()
        if self._live is not None and wait_s > 0:
            self._closed.wait(min(wait_s, timeout_s))
        if self._live is None or wait_s > timeout_s:
            return None
        live, self._live = self._live, None
        return replace(live, captured_s=time.monotonic())
