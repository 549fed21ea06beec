"""What takes time just now, for the progress line."""

from __future__ import annotations

from dataclasses import dataclass

from .event import Event


@dataclass(frozen=True, slots=True)
class Step:
    """`text`: what is done. `fraction`: 0..1, None where it cannot be known."""

    text: str
    fraction: float | None = None


class Activity:
    """Steps under way, by the name of who takes them; the newest is the one shown."""

    def __init__(self) -> None:
        self.changed: Event[[]] = Event()
        self._steps: dict[str, Step] = {}

    @property
    def current(self) -> Step | None:
        """The newest step under way."""
        return next(reversed(self._steps.values()), None)

    def of(self, who: str) -> Step | None:
        """The step that `who` takes; None while it rests."""
        return self._steps.get(who)

    def report(self, who: str, step: Step) -> None:
        """`who` takes, or continues with, a step."""
        if self._steps.get(who) != step:
            self._steps[who] = step
            self.changed.emit()

    def finish(self, who: str) -> None:
        """`who` is done."""
        if self._steps.pop(who, None) is not None:
            self.changed.emit()
