"""What lies between two threads: a slot where the newest wins, or a queue that keeps all."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """Holds one item. The newest wins; a `patient` slot makes who puts wait until it is free.

    Nothing piles up: what is late is replaced (and returned, to be counted), never queued.
    """

    def __init__(self, patient: bool = False) -> None:
        self.patient = patient
        self._changed = threading.Condition()
        self._item: T | None = None
        self._closed = False

    @property
    def is_full(self) -> bool:
        """Whether something waits to be taken."""
        with self._changed:
            return self._item is not None

    @property
    def is_closed(self) -> bool:
        """Whether nothing comes any more."""
        with self._changed:
            return self._closed

    def put(self, item: T) -> T | None:
        """Leave `item`; returns what was not taken: the one replaced, or `item` once closed."""
        with self._changed:
            if self.patient:
                self._changed.wait_for(lambda: self._item is None or self._closed)
            if self._closed:
                return item
            replaced, self._item = self._item, item
            self._changed.notify_all()
            return replaced

    def take(self) -> T | None:
        """Wait for the next item; None once the slot is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed)
            return self._empty()

    def take_back(self) -> T | None:
        """What is there, without waiting."""
        with self._changed:
            return self._empty()

    def close(self) -> T | None:
        """Nothing comes any more; returns what was left."""
        with self._changed:
            self._closed = True
            left = self._empty()
            self._changed.notify_all()
            return left

    def _empty(self) -> T | None:
        item, self._item = self._item, None
        self._changed.notify_all()
        return item


class Backlog(Generic[T]):
    """Keeps whatever is put; the oldest comes first."""

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

    def take_back(self) -> T | None:
        """What was put last, without waiting."""
        with self._changed:
            return self._items.pop() if self._items else None

    def close(self) -> None:
        """Nothing more will be put."""
        with self._changed:
            self._closed = True
            self._changed.notify()
