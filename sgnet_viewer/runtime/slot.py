"""What lies between two threads: a slot where the newest wins, or a queue that keeps all."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """Holds one item. The newest wins; with `waits`, `put` waits until it is free.

    Nothing piles up: what is late is replaced (and returned, to be counted), never queued.
    """

    def __init__(self, waits: bool = False) -> None:
        self.waits = waits
        self._changed = threading.Condition()
        self._item: T | None = None
        self._error: Exception | None = None
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
            if self.waits:
                self._changed.wait_for(lambda: self._item is None or self._closed)
            if self._closed:
                return item
            replaced, self._item = self._item, item
            self._changed.notify_all()
            return replaced

    def take(self, timeout_s: float | None = None) -> T | None:
        """Wait for the next item; None once the slot is closed, or after `timeout_s` seconds.

        Raises what the slot failed with, once the last item is taken.
        """
        with self._changed:
            if self._await_item(timeout_s) is None:
                self._raise_error()
            return self._empty()

    def look(self, timeout_s: float) -> T | None:
        """The newest item, which stays; awaited where there is none. Raises at once what failed."""
        with self._changed:
            item = self._await_item(timeout_s)
            self._raise_error()
            return item

    def take_back(self) -> T | None:
        """What is there, without waiting."""
        with self._changed:
            return self._empty()

    def fail(self, error: Exception) -> None:
        """Nothing comes any more, because of `error`; the first one counts."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def close(self) -> T | None:
        """Nothing comes any more; returns what was left."""
        with self._changed:
            self._closed = True
            left = self._empty()
            self._changed.notify_all()
            return left

    def _await_item(self, timeout_s: float | None) -> T | None:
        self._changed.wait_for(
            lambda: self._item is not None or self._error is not None or self._closed, timeout_s
        )
        return self._item

    def _raise_error(self) -> None:
        if self._error is not None and not self._closed:
            raise self._error

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
