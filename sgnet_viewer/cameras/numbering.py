"""Frame numbers that only grow, whatever a device's counter does."""

from __future__ import annotations


class Numbering:
    """From a device's counter to numbers from 0, with a gap where the driver dropped frames."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._number = -1

    def next(self, counter: int) -> int:
        """The number of the frame that the device counted as `counter`.

        A counter that stands still or falls (a restart, a recording that begins again) continues
        with the next number.
        """
        step = counter - self._last if self._last is not None else 1
        self._last = counter
        self._number += max(step, 1)
        return self._number
