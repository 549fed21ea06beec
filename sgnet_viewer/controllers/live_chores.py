"""What follows the stream more slowly than the picture: one thing at a time, in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Chore:
    """`every_s`: how often at most. `ready`: whether it may be done now."""

    every_s: float
    do: Callable[[], None]
    ready: Callable[[], bool] = lambda: True
    done_at: float = field(default=0.0)


class Chores:
    """Spreads work over the turns of the event loop, so that no turn is long."""

    def __init__(self, *chores: Chore) -> None:
        self._chores = chores

    def do_one(self) -> bool:
        """The chore that is most overdue, by its own measure; False where none is due."""
        now = time.monotonic()
        due = [chore for chore in self._chores if now - chore.done_at >= chore.every_s]
        due = [chore for chore in due if chore.ready()]
        if not due:
            return False
        chore = max(due, key=lambda each: (now - each.done_at) / each.every_s)
        chore.done_at = now
        chore.do()
        return True

    def do_all(self) -> None:
        """Everything, now: the stream stands still."""
        for chore in self._chores:
            chore.done_at = time.monotonic()
            chore.do()
