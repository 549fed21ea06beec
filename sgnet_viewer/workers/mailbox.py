"""A box with one slot: what is put replaces what nobody took."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """The newest wins. Any thread may put; one takes."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: T | None = None
        self._closed = False

    def put(self, item: T) -> T | None:
        """Leave `item`; returns the one that it replaced and that nobody will see."""
        with self._changed:
            replaced, self._item = self._item, item
            self._changed.notify()
            return replaced

    def take(self) -> T | None:
        """Wait for the next item; None when the box is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed)
            item, self._item = self._item, None
            return None if self._closed else item

    def empty(self) -> T | None:
        """Take back what was left, without waiting."""
        with self._changed:
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        """Nothing will be taken any more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
