"""When the frames of a recorded stream are due, learnt from their times as they come."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

LONGEST_GAP_S = 2.0  # a recording may pause for minutes: nobody waits for that
USUAL_GAP_S = 1 / 30  # until two frames have told theirs
LATE_S = 0.05  # what is later than this is left out


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

    def due_s(self, device_s: float) -> float:
        """On the clock: when the next frame, taken at `device_s`, is due. Once for each frame."""
        if math.isnan(self._due_s):
            self._due_s = self._clock()
        else:
            step = device_s - self._device_s
            if step > 0:
                self._gap_s = min(step, LONGEST_GAP_S)
            self._due_s += self._gap_s
        self._device_s = device_s
        return self._due_s

    def is_late(self, due_s: float) -> bool:
        """Whether a frame that was due then is better left out."""
        return self._clock() - due_s > LATE_S
