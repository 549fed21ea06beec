"""The probes: pixels whose receptive fields are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .document import Document, DocumentValue
from .event import Event
from .probe_points import ProbePoint, ProbePoints


class Probes:
    """The document's probes. A user's step can be undone; what the program does cannot."""

    def __init__(self, document: Document | None = None) -> None:
        self.changed: Event[[]] = Event()
        self._document = document or Document()
        self._document.changed.connect(self._follow)

    @property
    def points(self) -> tuple[ProbePoint, ...]:
        """By number."""
        return self._value.points

    @property
    def active(self) -> ProbePoint | None:
        """The active probe, where there is one."""
        return self._value.active

    def find(self, number: int) -> ProbePoint | None:
        """The probe called `number`."""
        return self._value.find(number)

    def place(self, u: int, v: int) -> None:
        """What a click does: move the active probe; where it is pinned, place another."""
        self._document.change("probe", probes=self._value.placed(u, v))

    def place_first(self, u: int, v: int) -> None:
        """The program's own choice, which is nothing to undo."""
        self._document.amend(probes=self._value.placed(u, v))

    def move_active(self, u: int, v: int) -> None:
        """What an arrow key does. Quick moves are one step."""
        if self.active is not None:
            self.move(self.active.number, u, v)

    def move(self, number: int, u: int, v: int) -> None:
        """Drag a probe that is not pinned. Quick moves are one step."""
        point = self.find(number)
        if point is not None and not point.pinned:
            moved = self._value.swapped(replace(point, u=u, v=v))
            self._document.change(f"move of probe {number}", merge=True, probes=moved)

    def toggle_pin(self) -> None:
        """Keep the active probe where it is, or let it move again."""
        active = self.active
        if active is not None:
            turned = self._value.swapped(replace(active, pinned=not active.pinned))
            self._document.change("unpinning" if active.pinned else "pin", probes=turned)

    def activate(self, number: int) -> None:
        """Make another probe the active one."""
        self._document.amend(probes=self._value.activated(number))

    def remove(self, number: int) -> None:
        """Forget a probe; the newest of the others becomes active where it was the active one."""
        left = self._value.kept(lambda point: point.number != number)
        self._document.change("removal of a probe", probes=left)

    def clear(self) -> None:
        """Forget all probes: another set was opened."""
        self._document.amend(probes=ProbePoints())

    def clear_all(self) -> None:
        """Removes all probes, which can be undone."""
        self._document.change("clearing of the probes", probes=ProbePoints())

    def keep(self, wanted: Callable[[ProbePoint], bool]) -> None:
        """Forget every probe that is not `wanted` (it lies outside a new picture, say)."""
        self._document.amend(probes=self._value.kept(wanted))

    @property
    def _value(self) -> ProbePoints:
        return self._document.value.probes

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if old.probes != new.probes:
            self.changed.emit()
