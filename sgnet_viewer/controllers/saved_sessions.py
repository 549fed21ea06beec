"""Saving, opening and recovering sessions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.sessions.recovery import Recovery
from sgnet_viewer.sessions.session_file import PATTERNS, SUFFIX, SavedSession
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.comparing import Comparing
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.frame_edits import FrameEdits
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.session_files import (
    keep_session,
    load_session,
    restore_session,
    save_session,
)

from .runner import Runner
from .session import SessionController

RESTORE = "restore"  # key of a notice's action
OFFER = "sgnet-viewer did not end as it should last time: its state can be restored."


class SavedSessionController:
    """What is not there any more when a session is opened is said, and the rest opens.

    `tick` is to be called now and then: it keeps the state for the case of a crash.
    """

    def __init__(
        self,
        window: WindowView,
        session: Session,
        frames: SessionController,
        notices: Notices,
        runner: Runner,
        recovery: Recovery,
    ) -> None:
        self._window = window
        self._session = session
        self._frames = frames
        self._notices = notices
        self._runner = runner
        self._recovery = recovery
        self._pending: SavedSession | None = None  # its frame is being opened
        self._kept: DocumentValue | None = None  # of the last `tick`
        self._left: Path | None = None
        frames.session_named.connect(self.open)
        frames.failed.connect(self._forget)
        session.frame_changed.connect(self._finish)

    def save(self) -> None:
        """Ask where to, and write the state of this moment."""
        if refusal := self.refusal():
            self._notices.fail(UserError(refusal))
            return
        answer = self._window.ask_save("Save the session", self._name(), PATTERNS)
        if not answer:
            return
        path = Path(answer)
        if not path.name.endswith(SUFFIX):
            path = path.with_name(path.name.removesuffix(".json") + SUFFIX)
            if path.exists() and not self._window.confirm(f"{path.name} is there. Replace it?"):
                return
        work = partial(save_session, path, self._now())
        failed = partial(self._notices.fail, doing="saving the session")
        self._runner.submit(work, self._notices.tell, failed)

    def refusal(self) -> str:
        """Why there is nothing to save; "" where there is. A stream's frames are on no disk."""
        if self._session.frame is None:
            return "There is no session to save: open a frame first."
        if self._session.frames is None:
            return (
                "A session names files, and a stream has none: record it, and open the recording."
            )
        return ""

    def ask(self) -> None:
        """Ask for a session file, and open it."""
        path = self._window.ask_file("Open a session", PATTERNS)
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Show what the file describes."""
        failed = partial(self._notices.fail, doing="opening the session")
        self._runner.submit(partial(load_session, path), self._begin, failed)

    def offer_restoring(self) -> None:
        """At the start: where the last window was not closed, its state can be had back."""
        self._left = self._recovery.left_behind()
        if self._left is not None:
            self._notices.tell(OFFER, "warning", RESTORE, "Restore")

    def restore(self) -> None:
        """What the user was offered."""
        left, self._left = self._left, None
        if left is not None:
            self._notices.withdraw(OFFER)
            failed = partial(self._notices.fail, doing="restoring the session")
            self._runner.submit(partial(restore_session, left), self._begin, failed)

    def tick(self) -> None:
        """Keep the state, where it is another one."""
        value = self._session.document.value
        if self.refusal() or value == self._kept:
            return
        self._kept = value
        if self._recovery.keeps:
            work = partial(keep_session, self._recovery, self._now())
            self._runner.submit(work, lambda _: None, lambda _: None)

    def close(self) -> None:
        """The window was closed as it should be."""
        self._recovery.close()

    def _now(self) -> SavedSession:
        frame = self._session.frame
        return SavedSession(
            self._session.document.value,
            frame.name if frame is not None else "",
            cloud_camera=self._window.cloud.camera_pose(),
            docks=self._window.docks(),
        )

    def _name(self) -> str:
        frame = self._session.frame
        return f"{frame.name if frame is not None else 'session'}{SUFFIX}"

    def _begin(self, saved: SavedSession) -> None:
        for remark in saved.remarks:
            self._notices.tell(remark, "warning")
        value = saved.value
        self._session.choose(value.network)
        self._pending = saved
        self._frames.open(value.target, value.index, saved.frame)

    def _finish(self) -> None:
        """Its frame is there: everything else is applied to it."""
        saved, self._pending = self._pending, None
        frame = self._session.frame
        if saved is None or frame is None:
            return
        if named(self._session.target) != named(saved.value.target):
            return  # another set was opened in its place
        if saved.frame and frame.name != saved.frame:
            self._notices.tell(
                f"The session's frame {saved.frame} is not there any more.", "warning"
            )
        value, document = saved.value, self._session.document
        inside = value.probes.kept(lambda at: frame.holds(at.u, at.v))
        corners = tuple(at for at in value.measured if frame.holds(*at))
        document.amend(
            probes=inside,
            view=value.view,
            tool=value.tool,
            measured=corners,
            explain=value.explain,
            asking=value.asking,
            edits=edits_at(value.edits, value.index, self._session.index),
            comparing=comparing_at(value.comparing, value.index, self._session.index),
            brush=value.brush,
        )
        if saved.cloud_camera is not None:
            self._window.cloud.set_camera_pose(saved.cloud_camera)
        if saved.docks:
            self._window.set_docks(saved.docks)

    def _forget(self) -> None:
        self._pending = None


def named(target: Target) -> Target:
    """What opened the set, whatever cameras its frames were given."""
    return replace(target, cameras=())


def edits_at(edits: FrameEdits, before: int, index: int) -> FrameEdits:
    """All edits; where the frame with index `before` has another one now, those of it alone."""
    return edits if before == index else FrameEdits().replaced(index, edits.of(before))


def comparing_at(comparing: Comparing, before: int, index: int) -> Comparing:
    """The same of what is compared."""
    return replace(comparing, edits=edits_at(comparing.edits, before, index))
