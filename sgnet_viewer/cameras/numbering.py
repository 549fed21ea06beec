"""Frame numbers that only grow, whatever a device's counter does."""

from __future__ import annotations


class Numbering:
    """From a device's counter to numbers from 0, with a gap where the driver dropped frames."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._number = -1
        self._repeats = 0  # numbers that frames had which the device did not count

    def next(self, counter: int) -> int:
        """The number of the frame that the device counted as `counter`.

        A counter that stands still continues with the next number, which the next gap makes up
        for; so does one that falls (a restart, a recording that begins again).
        """
        step = counter - self._last if self._last is not None else 1
        self._last = counter
        self._repeats = 0 if step < 0 else self._repeats + (step == 0)
        made_up = min(self._repeats, max(step - 1, 0))
        self._repeats -= made_up
        self._number += max(step - made_up, 1)
        return self._number
