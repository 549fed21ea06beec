"""What follows the stream more slowly than the picture: in turn, a little at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Update:
    """`every_s`: how often at most. `ready`: whether it may be done now."""

    every_s: float
    do: Callable[[], None]
    ready: Callable[[], bool] = lambda: True
    done_at: float = field(default=0.0)


class Throttle:
    """Spreads work over the turns of the event loop, so that no turn is long."""

    def __init__(self, *updates: Update) -> None:
        self._updates = updates

    def do_some(self, budget_s: float) -> None:
        """What is due, the most overdue first, until so many seconds are used; at least one."""
        until = time.monotonic() + budget_s
        while self.do_one() and time.monotonic() < until:
            pass

    def do_one(self) -> bool:
        """The update that is most overdue, by its own measure; False where none is due."""
        now = time.monotonic()
        due = [update for update in self._updates if now - update.done_at >= update.every_s]
        due = [update for update in due if update.ready()]
        if not due:
            return False
        update = max(due, key=lambda each: (now - each.done_at) / each.every_s)
        update.done_at = now
        update.do()
        return True

    def do_all(self) -> None:
        """Everything, now: the stream stands still."""
        for update in self._updates:
            update.done_at = time.monotonic()
            update.do()
