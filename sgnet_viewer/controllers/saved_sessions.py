"""Saving, opening and recovering sessions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from sgnet_model.resources import default_checkpoint, sha256
from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.sessions.recovery import Recovery, taken
from sgnet_viewer.sessions.session_file import (
    PATTERNS,
    SUFFIX,
    SavedSession,
    read_session,
    write_session,
)
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.comparing import Comparing
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.frame_edits import FrameEdits
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session

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
            self._runner.submit(partial(_restored, left), self._begin, failed)

    def tick(self) -> None:
        """Keep the state, where it is another one."""
        value = self._session.document.value
        if self.refusal() or value == self._kept:
            return
        self._kept = value
        if self._recovery.keeps:
            work = partial(_keep, self._recovery, self._now())
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
        height, width = frame.size
        inside = value.probes.kept(lambda at: at.u < width and at.v < height)
        corners = tuple(at for at in value.measured if at[0] < width and at[1] < height)
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


def save_session(path: Path, saved: SavedSession, task: Task) -> str:
    """In a worker: the checkpoint's hash takes reading it."""
    task.report(f"Saving {path.name}")
    checkpoint = saved.value.network.checkpoint or default_checkpoint()
    digest = sha256(checkpoint) if checkpoint.is_file() else None
    write_session(path, replace(saved, checkpoint_sha256=digest))
    return f"Saved {path}"


def load_session(path: Path, task: Task) -> SavedSession:
    """In a worker."""
    task.report(f"Opening {path.name}")
    return with_known_other(checked(read_session(path)))


def checked(saved: SavedSession) -> SavedSession:
    """With remarks on a checkpoint that is gone (the bundled one is used) or another one now."""
    network, remarks = saved.value.network, list(saved.remarks)
    checkpoint = network.checkpoint or default_checkpoint()
    if not checkpoint.is_file():
        remarks.append(
            f"The session's checkpoint {checkpoint} is not there any more: the bundled network is "
            "used."
        )
        value = replace(saved.value, network=replace(network, checkpoint=None))
        return replace(saved, value=value, remarks=tuple(remarks))
    if saved.checkpoint_sha256 not in (None, sha256(checkpoint)):
        remarks.append(
            f"{checkpoint.name} is not the file that the session was saved with: labels and taps "
            "may differ."
        )
    return replace(saved, remarks=tuple(remarks))


def with_known_other(saved: SavedSession) -> SavedSession:
    """Without B, where its checkpoint is gone."""
    comparing = saved.value.comparing
    checkpoint = comparing.network.checkpoint if comparing.network is not None else None
    if checkpoint is None or checkpoint.is_file():
        return saved
    remark = f"The checkpoint {checkpoint} that was compared with is not there any more."
    value = replace(saved.value, comparing=replace(comparing, network=None))
    return replace(saved, value=value, remarks=(*saved.remarks, remark))


def _restored(path: Path, _: Task) -> SavedSession:
    return with_known_other(checked(taken(path)))


def _keep(recovery: Recovery, saved: SavedSession, _: Task) -> None:
    recovery.save(saved)
