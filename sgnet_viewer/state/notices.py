"""What the user should know: every exception, and every remark about what was opened."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from sgnet_model.types import UserError

from .event import Event

Level = Literal["info", "warning", "error"]
_LOG = logging.getLogger("sgnet_viewer")
KEPT = 200  # reports of the history


class Subject(StrEnum):
    """What a report is about. Once that is gone, the report says nothing any more."""

    PROGRAM = "program"  # what was saved, settings, a crash: it stays until it is dismissed
    SET = "set"  # the set that is open, or the stream
    FRAME = "frame"  # the frame that is shown
    OPENING = "opening"  # what could not be opened or read: gone with the next attempt or frame
    NETWORK = "network"  # the network that is chosen
    REFUSED = "refused"  # a network that could not be used: gone with the next choice or frame
    COMMAND = "command"  # a command that was refused: gone with the next one that is not


@dataclass(frozen=True, slots=True)
class Report:
    """One sentence. `details` on demand. `action`: a button's text; `key`: what it means.

    `choices`: further buttons, (key, text) each.
    """

    text: str
    level: Level = "error"
    details: str = ""
    key: str = ""
    action: str = ""
    subject: Subject = Subject.PROGRAM
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    """A report of the history. `when`: local time."""

    when: datetime
    report: Report


class Notices:
    """The one centre; `added` gets each report. What is not the user's doing is logged too.

    `withdrawn` gets the text of one that does not hold any more. `history` has what was said,
    withdrawn or not, the newest last. `clock`: local time.
    """

    def __init__(self, clock: Callable[[], datetime] = datetime.now) -> None:
        self.added: Event[Report] = Event()
        self.withdrawn: Event[str] = Event()
        self._clock = clock
        self._history: deque[Logged] = deque(maxlen=KEPT)
        self._holding: dict[Subject, list[str]] = {}  # texts that may be on the screen

    @property
    def history(self) -> tuple[Logged, ...]:
        """The reports there were, oldest first."""
        return tuple(self._history)

    def tell(
        self,
        text: str,
        level: Level = "info",
        key: str = "",
        action: str = "",
        subject: Subject = Subject.PROGRAM,
        choices: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """A remark; see `Report` for the rest."""
        self._add(Report(text, level, "", key, action, subject, choices))

    def withdraw(self, text: str) -> None:
        """What was said does not hold any more."""
        self.withdrawn.emit(text)

    def forget(self, *subjects: Subject) -> None:
        """Withdraw what was said about them: they are gone."""
        for subject in subjects:
            for text in self._holding.pop(subject, []):
                self.withdrawn.emit(text)

    def fail(
        self, error: BaseException, doing: str = "", subject: Subject = Subject.PROGRAM
    ) -> None:
        """An exception. A `UserError` speaks for itself; any other is ours, and is said so.

        `doing`: what was tried, as in "saving the picture".
        """
        report = report_of(error, doing, subject)
        if not isinstance(error, UserError):
            _LOG.error("%s\n%s", report.text, report.details)
        self._add(report)

    def _add(self, report: Report) -> None:
        self._history.append(Logged(self._clock(), report))
        if report.subject is not Subject.PROGRAM:
            held = self._holding.setdefault(report.subject, [])
            if report.text not in held:  # it is withdrawn once, however often it was said
                held.append(report.text)
        self.added.emit(report)


def report_of(error: BaseException, doing: str = "", subject: Subject = Subject.PROGRAM) -> Report:
    """One sentence for the user; the traceback of what is not the user's doing in the details."""
    if isinstance(error, UserError):
        return Report(str(error), details=error.details, subject=subject)
    while_doing = f" while {doing}" if doing else ""
    said = str(error).strip().splitlines()
    reason = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
    return Report(
        f"Something went wrong{while_doing} ({reason}). Everything else keeps working.",
        details="".join(traceback.format_exception(error)),
        subject=subject,
    )
