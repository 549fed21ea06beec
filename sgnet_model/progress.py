"""How far a long step is: the one signature for all of them."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]  # (done, total)


def no_progress(_done: int, _total: int) -> None:
    """For callers who do not want to know."""
