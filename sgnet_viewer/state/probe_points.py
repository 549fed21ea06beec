"""Probed pixels as a frozen value: every change is a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ProbePoint:
    """A probed pixel. `number`: 1-based, as shown. A pinned probe stays where it is on a click."""

    number: int
    u: int
    v: int
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class ProbePoints:
    """Several probes by number, of which one is active: arrow keys move it."""

    points: tuple[ProbePoint, ...] = ()
    active_number: int = 0  # 0: none

    @property
    def active(self) -> ProbePoint | None:
        """The active probe, where there is one."""
        return self.find(self.active_number)

    def find(self, number: int) -> ProbePoint | None:
        """The probe called `number`."""
        return next((point for point in self.points if point.number == number), None)

    def placed(self, u: int, v: int) -> ProbePoints:
        """A click: it moves the active probe; where that is pinned, or none is, it adds one."""
        active = self.active
        if active is None or active.pinned:
            return self.added(u, v)
        return self.swapped(replace(active, u=u, v=v))

    def added(self, u: int, v: int) -> ProbePoints:
        """With another probe, which becomes the active one."""
        number = max((point.number for point in self.points), default=0) + 1
        return ProbePoints((*self.points, ProbePoint(number, u, v)), number)

    def swapped(self, new: ProbePoint) -> ProbePoints:
        """With `new` in the place of the probe of its number."""
        points = tuple(new if point.number == new.number else point for point in self.points)
        return replace(self, points=points)

    def activated(self, number: int) -> ProbePoints:
        """With another probe active; unchanged where there is none of that number."""
        return self if self.find(number) is None else replace(self, active_number=number)

    def kept(self, wanted: Callable[[ProbePoint], bool]) -> ProbePoints:
        """Without those that are not `wanted`; the newest of the rest is active where need be."""
        points = tuple(point for point in self.points if wanted(point))
        if any(point.number == self.active_number for point in points):
            return replace(self, points=points)
        return ProbePoints(points, points[-1].number if points else 0)
