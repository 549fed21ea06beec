"""A part of what is shown that takes long to make: made in a worker, shown if still wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.notices import Notices, Subject

from .runner import Runner


class Part(Protocol):
    """One of those in `render/parts.py`."""

    @property
    def subject(self) -> tuple[object, ...]: ...  # the frame and the answer it shows


P = TypeVar("P", bound=Part)
V = TypeVar("V")  # what it is made to


class Drawing(Generic[P, V]):
    """Knows the part wanted and the one on the screen, which stays until the other is there.

    What was made for another frame or answer than is wanted now is dropped; another view of the
    same is shown on the way, so that something is seen while the user drags.
    """

    def __init__(
        self,
        runner: Runner,
        notices: Notices,
        doing: str,
        job: Callable[[P], Callable[[], V]],
        put: Callable[[P, V], None],
    ) -> None:
        """`job`: what the worker is to do. `put`: on the screen. `doing`: in words."""
        self.wanted: P | None = None
        self.shown: P | None = None
        self._runner = runner
        self._notices = notices
        self._doing = doing
        self._job = job
        self._put = put
        self._asked = self._barred = 0  # requests; those up to `_barred` are not shown any more

    @property
    def is_current(self) -> bool:
        """What is wanted is on the screen."""
        return self.wanted == self.shown

    def want(self, part: P) -> None:
        """Have it made, unless it is on the screen or under way."""
        if part == self.wanted:
            return
        self.wanted = part
        if part == self.shown:
            self._barred = self._asked
            self._runner.cancel()
            return
        self._asked += 1
        self._runner.submit(
            partial(_done, self._job(part)),
            partial(self._take, self._asked, part),
            partial(self._fail, part),
        )

    def give(self, part: P, value: V) -> None:
        """It came finished."""
        self._barred = self._asked
        self.wanted = self.shown = part
        self._put(part, value)

    def _take(self, number: int, part: P, value: V) -> None:
        wanted = self.wanted
        if number > self._barred and wanted is not None and part.subject == wanted.subject:
            self._barred = number
            self.shown = part
            self._put(part, value)

    def _fail(self, part: P, error: Exception) -> None:
        if part == self.wanted:
            self.wanted = None  # it is tried again when it is wanted again
        self._notices.fail(error, self._doing, Subject.FRAME)


def _done(job: Callable[[], Any], _: Task) -> Any:
    return job()
