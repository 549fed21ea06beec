"""The probes: pixels whose receptive fields are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .event import Event


@dataclass(frozen=True, slots=True)
class ProbePoint:
    """A probed pixel. `number`: 1-based, as shown. A pinned probe stays where it is on a click."""

    number: int
    u: int
    v: int
    pinned: bool = False


class Probes:
    """Several probes, of which one is active: arrow keys move it.

    A click moves the active probe unless it is pinned; then it places another.
    """

    def __init__(self) -> None:
        self.changed: Event[[]] = Event()
        self._points: tuple[ProbePoint, ...] = ()
        self._active = 0

    @property
    def points(self) -> tuple[ProbePoint, ...]:
        """By number."""
        return self._points

    @property
    def active(self) -> ProbePoint | None:
        """The active probe, where there is one."""
        return self.find(self._active)

    def find(self, number: int) -> ProbePoint | None:
        """The probe called `number`."""
        return next((point for point in self._points if point.number == number), None)

    def place(self, u: int, v: int) -> None:
        """What a click does."""
        active = self.active
        if active is None or active.pinned:
            self._add(u, v)
        else:
            self._swap(replace(active, u=u, v=v))

    def move_active(self, u: int, v: int) -> None:
        """What an arrow key does: a pinned probe moves too."""
        if self.active is not None:
            self._swap(replace(self.active, u=u, v=v))

    def pin(self) -> None:
        """Keep the active probe where it is."""
        if self.active is not None:
            self._swap(replace(self.active, pinned=True))

    def activate(self, number: int) -> None:
        """Make another probe the active one."""
        if self.find(number) is not None and number != self._active:
            self._active = number
            self.changed.emit()

    def remove(self, number: int) -> None:
        """Forget a probe; the newest of the others becomes active where it was the active one."""
        if self.find(number) is None:
            return
        self._points = tuple(point for point in self._points if point.number != number)
        if self._active == number:
            self._active = self._points[-1].number if self._points else 0
        self.changed.emit()

    def clear(self) -> None:
        """Forget all probes."""
        self.keep(lambda _: False)

    def keep(self, wanted: Callable[[ProbePoint], bool]) -> None:
        """Forget every probe that is not `wanted` (it lies outside a new picture, say)."""
        for point in self._points:
            if not wanted(point):
                self.remove(point.number)

    def _add(self, u: int, v: int) -> None:
        number = max((point.number for point in self._points), default=0) + 1
        self._points = (*self._points, ProbePoint(number, u, v))
        self._active = number
        self.changed.emit()

    def _swap(self, new: ProbePoint) -> None:
        old = self.find(new.number)
        if new == old:
            return
        self._points = tuple(new if point is old else point for point in self._points)
        self.changed.emit()
