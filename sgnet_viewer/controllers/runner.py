"""What controllers ask of a worker thread; tests put something simpler in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sgnet_viewer.runtime.task import Task

T = TypeVar("T")
Post = Callable[[Callable[[], None]], None]  # runs a function soon, on the GUI thread


class Runner(Protocol):
    """See `sgnet_viewer.runtime.worker.Worker`."""

    def submit(
        self,
        work: Callable[[Task], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None: ...
    def cancel(self) -> bool: ...
