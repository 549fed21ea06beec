"""A thread for slow work, where only the newest request matters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sgnet_viewer.runtime.importing import computing
from sgnet_viewer.state.activity import Activity, Step

from .cores import give_way
from .slot import Backlog, Slot
from .task import Cancelled, Task

T = TypeVar("T")
Post = Callable[[Callable[[], None]], None]  # runs a function later, on the GUI thread
CLOSE_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class _Job(Generic[T]):
    work: Callable[[Task], T]
    done: Callable[[T], None]
    failed: Callable[[Exception], None]
    task: Task


class Worker:
    """Runs one piece of work at a time in a thread called `name`.

    A new piece replaces the one that waits and, where the worker `cancels_running`, cancels the one
    that runs: its result would be stale. (Another worker finishes what it began, so that something
    is seen while the user drags.) One that `keeps_all` does every piece in its turn. `done` and
    `failed` are called on the GUI thread, through `post`; neither is called for work that was
    cancelled or replaced. The work carries all it needs and shares nothing. `niceness`: how far
    its thread gives way to others, see `give_way`.
    """

    def __init__(
        self,
        name: str,
        post: Post,
        activity: Activity,
        cancels_running: bool = True,
        keeps_all: bool = False,
        niceness: int = 0,
    ) -> None:
        self.name = name
        self._cancels_running = cancels_running
        self._keeps_all = keeps_all
        self._niceness = niceness
        self._post = post
        self._activity = activity
        self._box: Slot[_Job[Any]] | Backlog[_Job[Any]] = Backlog() if keeps_all else Slot()
        self._tasks: list[Task] = []  # submitted and not settled; of the GUI thread
        self._thread = threading.Thread(target=self._run, name=name)

    def submit(
        self,
        work: Callable[[Task], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Do `work` as soon as what runs has given up."""
        if not self._keeps_all:
            self._withdraw()
            if self._cancels_running:
                self.cancel()
        task = Task(lambda step: self._post(lambda: self._show(task, step)))
        self._tasks.append(task)
        self._box.put(_Job(work, done, failed, task))
        if self._thread.ident is None:
            self._thread.start()

    def cancel(self) -> bool:
        """Give up what runs and what waits; True where there was something."""
        wanted = self.busy
        for task in self._tasks:
            task.cancel()
        self._withdraw()
        return wanted

    @property
    def busy(self) -> bool:
        """Whether something that is still wanted has not come back."""
        return any(not task.cancelled for task in self._tasks)

    def stop(self) -> None:
        """Begin to end: the thread leaves as soon as its work gives up.

        One that keeps all leaves as soon as all is done.
        """
        self._box.close()
        if not self._keeps_all:
            for task in self._tasks:
                task.cancel()

    def join(self, deadline: float) -> bool:
        """Wait until `time.monotonic()` reaches `deadline`; True when the thread has ended."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """`stop` and `join` within `timeout_s` seconds."""
        self.stop()
        return self.join(time.monotonic() + timeout_s)

    # the worker's thread

    def _run(self) -> None:
        if self._niceness:
            give_way(self._niceness)
        while (job := self._box.take()) is not None:
            self._post(self._outcome(job))

    def _outcome(self, job: _Job[Any]) -> Callable[[], None]:
        """Does the work; returns what is to happen on the GUI thread."""
        try:
            job.task.check()
            with computing():
                value = job.work(job.task)
        except Cancelled:
            return lambda: self._settle(job.task)
        except Exception as error:
            failure = error  # the name of an except clause is gone after it
            return lambda: self._finish(job, lambda: job.failed(failure))
        return lambda: self._finish(job, lambda: job.done(value))

    # the GUI thread

    def _show(self, task: Task, step: Step) -> None:
        if not task.cancelled:
            self._activity.report(self.name, step)

    def _finish(self, job: _Job[Any], tell: Callable[[], None]) -> None:
        self._settle(job.task)
        if not job.task.cancelled:
            tell()

    def _withdraw(self) -> None:
        while (waiting := self._box.take_back()) is not None:
            self._settle(waiting.task)

    def _settle(self, task: Task) -> None:
        self._tasks.remove(task)
        if not self.busy:
            self._activity.finish(self.name)
