"""A box that keeps what is put: nothing replaces anything."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Backlog(Generic[T]):
    """The oldest comes first. Like a `Mailbox` otherwise."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: deque[T] = deque()
        self._closed = False

    def put(self, item: T) -> None:
        """Leave `item` behind those that wait."""
        with self._changed:
            self._items.append(item)
            self._changed.notify()

    def take(self) -> T | None:
        """Wait for the next item; None when the box is closed and nothing is left in it."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed)
            return self._items.popleft() if self._items else None

    def empty(self) -> T | None:
        """Take back what was left last, without waiting."""
        with self._changed:
            return self._items.pop() if self._items else None

    def close(self) -> None:
        """Nothing more will be put."""
        with self._changed:
            self._closed = True
            self._changed.notify()
