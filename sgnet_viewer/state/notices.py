"""What the user should know: every exception, and every remark about what was opened."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from typing import Literal

from sgnet_model.types import UserError

from .event import Event

Level = Literal["info", "warning", "error"]
_LOG = logging.getLogger("sgnet_viewer")


@dataclass(frozen=True, slots=True)
class Report:
    """One sentence. `details` on demand. `action`: a button's text; `key`: what it means."""

    text: str
    level: Level = "error"
    details: str = ""
    key: str = ""
    action: str = ""


class Notices:
    """The one centre; `added` gets each report. What is not the user's doing is logged too.

    `withdrawn` gets the text of one that does not hold any more.
    """

    def __init__(self) -> None:
        self.added: Event[Report] = Event()
        self.withdrawn: Event[str] = Event()

    def tell(self, text: str, level: Level = "info", key: str = "", action: str = "") -> None:
        """A remark; see `Report` for the rest."""
        self.added.emit(Report(text, level, key=key, action=action))

    def withdraw(self, text: str) -> None:
        """What was said does not hold any more."""
        self.withdrawn.emit(text)

    def fail(self, error: BaseException, doing: str = "") -> None:
        """An exception. A `UserError` speaks for itself; any other is ours, and is said so.

        `doing`: what was tried, as in "saving the picture".
        """
        report = report_of(error, doing)
        if not isinstance(error, UserError):
            _LOG.error("%s\n%s", report.text, report.details)
        self.added.emit(report)


def report_of(error: BaseException, doing: str = "") -> Report:
    """One sentence for the user; the traceback of what is not the user's doing in the details."""
    if isinstance(error, UserError):
        return Report(str(error), details=error.details)
    while_doing = f" while {doing}" if doing else ""
    said = str(error).strip().splitlines()
    reason = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
    return Report(
        f"Something went wrong{while_doing} ({reason}). Everything else keeps working.",
        details="".join(traceback.format_exception(error)),
    )
