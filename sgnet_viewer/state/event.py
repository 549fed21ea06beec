"""A signal without Qt: state tells who listens, and knows nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Event(Generic[P]):
    """Calls its slots in the order they were connected, in the thread that emits.

    A slot connected while the event is emitted is called from the next time on.
    """

    def __init__(self) -> None:
        self._slots: tuple[Callable[P, object], ...] = ()

    def connect(self, slot: Callable[P, object]) -> None:
        """Call `slot` from now on."""
        self._slots = (*self._slots, slot)

    def emit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call every slot."""
        for slot in self._slots:
            slot(*args, **kwargs)
