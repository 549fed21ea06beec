"""The camera's fate on the screen: opening, lost, back, ended, failed."""

from __future__ import annotations

import textwrap
import time

from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.live.capture import Link, Phase
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices, Subject

from .live_showing import Showing
from .live_status import sentence_of

LINE = 56  # letters of the plate over the picture


class LinkFollower:
    """`follow` is to be called now and then; each change is reported once."""

    def __init__(self, window: WindowView, notices: Notices, showing: Showing) -> None:
        self.failed: Event[Exception] = Event()  # it could not be opened
        self.lost: Event[[]] = Event()
        self.ended: Event[[]] = Event()  # a file's last frame is on the screen
        self._window = window
        self._notices = notices
        self._showing = showing
        self._link = Link()

    @property
    def title(self) -> str:
        """Of the source."""
        return self._link.title

    def begin(self, stream: Stream) -> None:
        """Follow another stream."""
        self._link = stream.link
        self._window.picture.set_message(f"Opening {self._link.title}…")

    def follow(self, stream: Stream) -> bool:
        """Tell what has changed; True where the phase has."""
        before, now = self._link, stream.link
        self._link = now
        if now.note and now.note != before.note:
            self._notices.tell(now.note, subject=Subject.SET)
        match now.phase:
            case Phase.FAILED:
                fallback = UserError("The source could not be opened: choose another one.")
                self.failed.emit(now.error or fallback)
            case Phase.LOST:
                self._show_loss(now)
                if now.losses != before.losses:
                    self.lost.emit()
            case Phase.RUNNING if before.phase is Phase.LOST:
                self._notices.tell(back_of(before, now), subject=Subject.SET)
                self.clear()
            case Phase.ENDED if stream.meters.counts.under_way <= 0:
                self.ended.emit()
        return now.phase is not before.phase

    def clear(self) -> None:
        """What the picture shows is what the camera sees."""
        self._window.picture.set_dimmed(False)
        self._window.picture.set_message("")

    def _show_loss(self, link: Link) -> None:
        self._window.picture.set_dimmed(self._showing.frame is not None)
        lines = sentence_of(link, time.monotonic()).splitlines()
        said = "\n".join(textwrap.fill(line, LINE) for line in lines)
        self._window.picture.set_message(f"Lost\n{said}")


def back_of(lost: Link, now: Link) -> str:
    """What a lost camera was found as: where the system only counts webcams, another may have
    its number."""
    if now.title == lost.title:
        return f"{now.title} is back."
    return f"{now.title} is shown: it was found in the place of {lost.title}."
