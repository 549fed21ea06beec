"""Opening: what the user names becomes the frame that is shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from sgnet_model.data.depth_units import unit_called
from sgnet_model.data.suffixes import DEPTH_SUFFIXES, PICTURE_SUFFIXES, patterns
from sgnet_model.types import Frame, UserError
from sgnet_viewer.cameras.files import STREAM_PATTERNS, streamed
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.status import UNIT_KEY, unit_choices
from sgnet_viewer.sessions.session_file import is_session
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.frames import Opened, load_frame, open_and_load

from .runner import Runner

CHECKPOINT_SUFFIXES = (".safetensors", ".pth", ".tar", ".pt")
PICTURES = f"Pictures ({patterns(PICTURE_SUFFIXES)})"
STREAMS = f"Recordings and videos ({STREAM_PATTERNS})"
FRAMES = f"{PICTURES};;NYUv2 (*.mat);;{STREAMS};;All files (*)"
CHECKPOINTS = f"Checkpoints ({patterns(CHECKPOINT_SUFFIXES)});;All files (*)"
DEPTHS = f"Depth ({patterns(DEPTH_SUFFIXES)});;All files (*)"
GUESS = "guess"  # of the unit menu: not a unit
ITS_DEPTH = ("depth", "Choose its depth…")  # of a notice's button: key and text


class SessionController:
    """Opens sets and steps through them; reads a frame again where its reading is corrected."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        rows: FrameRows,
        notices: Notices,
        frames: Runner,
    ) -> None:
        self.opened: Event[Opened] = Event()  # another set; its frame is shown next
        self.checkpoint_named: Event[Path] = Event()  # a checkpoint was dropped
        self.session_named: Event[Path] = Event()  # a saved session was dropped or opened
        self.failed: Event[[]] = Event()  # what was to be opened could not be, or was given up
        self.stream_named: Event[Target, str] = Event()  # what live mode alone reads: the source
        self._window = window
        self._session = session
        self._notices = notices
        self._rows = rows
        self._frames = frames
        self._wanted = 0  # the index that was asked for last, shown or not yet
        self._connect()

    def open(self, target: Target, index: int | None = None, name: str = "") -> None:
        """Open another set; what is shown stays until its frame is there.

        `index`, `name`: of the frame to show; where they differ the name counts. None: the one
        that the target names, else the first.
        """
        self._notices.forget(Subject.OPENING)
        if len(target.paths) == 1 and is_session(target.paths[0]):
            self.session_named.emit(Path(target.paths[0]))
            return
        source = streamed(target.paths)
        if source:
            self._frames.cancel()
            self.stream_named.emit(target, source)
            return
        if self._session.frame is None:
            self._window.picture.set_message(f"Opening {target.title}…")
        work = partial(open_and_load, target, index, name=name)
        self._frames.submit(work, self._show_opened, self._fail_opening)

    def show(self, index: int) -> None:
        """Show frame `index` of the open set; the nearest there is."""
        frames = self._session.frames
        if frames is None:
            return
        self._notices.forget(Subject.OPENING)
        self._wanted = min(max(index, 0), len(frames) - 1)
        work = partial(load_frame, frames, self._wanted)
        self._frames.submit(work, partial(self._show_frame, self._wanted), self._fail)

    def step(self, by: int) -> None:
        """Show a later (or earlier) frame of those listed; quick steps add up."""
        wanted = self._rows.beside(self._wanted, by)
        if wanted is not None:
            self.show(wanted)

    def drop(self, paths: list[str]) -> None:
        """Open what was dropped on the window: frames, a stream, or a checkpoint."""
        if len(paths) == 1 and Path(paths[0]).name.lower().endswith(CHECKPOINT_SUFFIXES):
            self.checkpoint_named.emit(Path(paths[0]))
        elif paths:
            self.open(Target(tuple(paths)))

    def ask_file(self) -> None:
        """Ask for a picture or a data set, and open it."""
        path = self._window.ask_file("Open a picture or a data set", FRAMES)
        if path:
            self.open(Target((path,)))

    def ask_pair(self) -> None:
        """Ask for a picture and its depth, and open them."""
        pair = self._window.ask_pair()
        if pair is not None:
            unit = self._unit_called(pair.unit)
            if unit is not None:
                paths = (pair.rgb, pair.depth) if pair.depth else (pair.rgb,)
                self.open(Target(paths, unit=unit, intrinsics=pair.intrinsics))

    def ask_folder(self) -> None:
        """Ask for a folder of frames, and open it."""
        path = self._window.ask_folder("Open a folder of frames")
        if path:
            self.open(Target((path,)))

    def open_sample(self, name: str) -> None:
        """Open a bundled frame, or the one that is downloaded."""
        self.open(Target(sample=name))

    def cancel(self) -> None:
        """Stop opening or reading; the next step starts from what is shown."""
        self._frames.cancel()
        self.failed.emit()
        self._forget_wanted()

    def _read_as(self, target: Target) -> None:
        if self._session.frames is not None:
            work = partial(open_and_load, target, self._session.index)
            self._frames.submit(work, self._show_reread, self._fail)

    def _follow_return(self, old: DocumentValue, new: DocumentValue) -> None:
        """Another unit or camera was undone, or redone."""
        if old.target != new.target:
            self._read_as(new.target)

    def _connect(self) -> None:
        window = self._window
        self._session.document.returned.connect(self._follow_return)
        window.dropped.connect(self.drop)
        window.frame_stepped.connect(self.step)
        window.frames.chosen.connect(self.show)
        window.unit_chosen.connect(self._choose_unit)
        window.notices.action_chosen.connect(self._act)
        window.intrinsics_entered.connect(self._enter_intrinsics)
        window.camera_reset.connect(self.reset_camera)

    def _act(self, key: str) -> None:
        """A button of a notice: another unit, or the depth that was missing."""
        if key.startswith(UNIT_KEY):
            self._choose_unit(key.removeprefix(UNIT_KEY))
        elif key == ITS_DEPTH[0] and self._session.frame is not None:
            frame = self._session.frame
            depth = self._window.ask_file(f"Depth of {frame.name}", DEPTHS)
            if depth:
                paths = (frame.path, depth)
                self.open(replace(self._session.target, paths=paths, sample=None))

    def _choose_unit(self, unit: str) -> None:
        name = self._unit_called(unit)
        if name is not None:
            self._read_as(replace(self._session.target, unit=name))

    def _unit_called(self, text: str) -> str | None:
        """A unit's own name, "" for a guess; None, and said, for what is none."""
        if text in ("", GUESS):
            return ""
        try:
            return unit_called(text).name
        except UserError as error:
            self._notices.fail(error, "choosing the depth unit", Subject.FRAME)
            return None

    def _enter_intrinsics(self, text: str, everywhere: bool) -> None:
        """For all frames of the set, or for the one that is shown."""
        target, index = self._session.target, self._session.index
        if everywhere:
            self._read_as(replace(target, intrinsics=text.strip(), cameras=()))
        else:
            self._read_as(target.with_camera(index, text.strip()))

    def reset_camera(self) -> None:
        """Back to the camera of the files, for this frame; for all, where one was given to all."""
        target, index = self._session.target, self._session.index
        if target.camera_of(index):
            self._read_as(target.with_camera(index, ""))
        else:
            self._read_as(replace(target, intrinsics=""))

    def _show_opened(self, opened: Opened) -> None:
        self._wanted = opened.index
        self._session.set_frames(opened.frames, opened.target)
        for note in opened.frames.notes:
            self._notices.tell(note, subject=Subject.SET)
        self.opened.emit(opened)
        self._show_frame(opened.index, opened.frame)

    def _show_reread(self, opened: Opened) -> None:
        target, info = opened.target, opened.frame.depth_info
        stated = info.unit if info is not None and info.unit != target.unit else ""
        refused = bool(target.unit and stated)
        if refused:
            target = replace(target, unit="")
        self._session.replace_frames(opened.frames, target)
        self._show_frame(opened.index, opened.frame)
        if refused:
            self._notices.tell(
                f"{opened.frames.name} states that its depth is in {stated}: another unit "
                "cannot be chosen.",
                subject=Subject.FRAME,
            )

    def _show_frame(self, index: int, frame: Frame) -> None:
        """What was said of the frame before is withdrawn with it."""
        self._session.set_frame(index, frame)
        info, frames = frame.depth_info, self._session.frames
        alone = frames is not None and len(frames) == 1 and Path(frame.path).is_file()
        for remark in frame.notes:
            doubted = info is not None and remark == info.doubt
            choices = unit_choices(info) if doubted else ()
            if frame.depth_m is None and alone and remark == frame.notes[-1]:
                choices = (ITS_DEPTH,)
            self._notices.tell(remark, "warning", subject=Subject.FRAME, choices=choices)

    def _fail_opening(self, error: Exception) -> None:
        self.failed.emit()
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._forget_wanted()
        self._notices.fail(error, "reading the frame", Subject.OPENING)

    def _forget_wanted(self) -> None:
        self._wanted = self._session.index
        self._window.picture.set_message("")
