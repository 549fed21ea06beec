"""The one type of what a view says: a Qt signal, or a test's stand-in."""

from __future__ import annotations

from typing import Any, Protocol


class Signal(Protocol):
    """A Qt signal, or a test's stand-in."""

    def connect(self, slot: Any, /) -> Any: ...
    def emit(self, *values: Any) -> None: ...
