"""The commands of the Help menu."""

from __future__ import annotations

from collections.abc import Iterator

from sgnet_viewer.contract.window import NoticeRow, Severity
from sgnet_viewer.state.notices import Logged

from .command import Command
from .parts import Parts

HELP = "&Help"


def help_commands(parts: Parts) -> Iterator[Command]:
    """Keys and mouse; what this is."""
    window = parts.window
    yield Command(
        "help.tour",
        "&Tour of the window",
        parts.tour.start,
        HELP,
        refusal=parts.needs_frame,
        tip="Six steps on the frame that is open",
    )
    yield Command("help.keys", "&Mouse and keys", window.show_help, HELP, "F1")
    yield Command(
        "help.notices",
        "&Notices…",
        lambda: window.show_notices(notice_rows(parts.notices.history)),
        HELP,
        tip="What was said since the start, with its time and details",
    )
    yield Command("help.about", "&About sgnet-viewer", window.show_about, HELP)


def notice_rows(history: tuple[Logged, ...]) -> tuple[NoticeRow, ...]:
    """What was said, oldest first."""
    return tuple(
        NoticeRow(
            f"{logged.when:%H:%M:%S}",
            Severity(logged.report.level),
            logged.report.text,
            logged.report.details,
        )
        for logged in history
    )
