"""Recording what the camera sends, beside the view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sgnet_model.types import UserError
from sgnet_viewer.contract.live import RecordingModel
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.live.capture import Phase
from sgnet_viewer.recording.recorder import Recorder, RecordingStatus
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.notices import Notices

from .live_showing import Showing
from .runner import Runner

CLOSE_S = 30.0  # a slow disk may take its time over what waits, where the window stays
OPENING = "The source is still being opened: record once its picture is there."
QUESTION = "Record into a new folder in"


MakeRecorder = Callable[[Path, str], Recorder]


class RecordController:
    """The first recording asks for a place; later ones begin at once, in folders beside it."""

    def __init__(
        self,
        window: WindowView,
        notices: Notices,
        showing: Showing,
        runner: Runner,
        make: MakeRecorder = Recorder,
    ) -> None:
        self._window = window
        self._notices = notices
        self._showing = showing
        self._runner = runner
        self._make = make
        self._place = ""
        self._recorder: Recorder | None = None
        window.live_bar.record_toggled.connect(self.toggle)

    def toggle(self) -> None:
        """Begin, or end."""
        if self._recorder is not None:
            self.end()
        elif self._showing.stream is None:
            return
        elif self._showing.stream.link.phase is Phase.OPENING:  # it has no name of its own yet
            self._notices.tell(OPENING)
        else:
            self._begin()

    def follow(self) -> None:
        """Show how it goes; a recording that stopped by itself (a full disk) is reported once."""
        if self._recorder is None:
            return
        status = self._recorder.status
        if status.error:
            self._notices.tell(status.error, "warning")
            self.end()
        self._showing.recording = model_of(status)

    def end(self) -> None:
        """Write what waits, in the background."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        if self._showing.stream is not None:
            self._showing.stream.tap = None
        recorder.stop()
        known = recorder.status.error

        def work(task: Task) -> RecordingStatus:
            task.report("Finishing the recording")
            return recorder.close(CLOSE_S)

        failed = partial(self._notices.fail, doing="finishing the recording")
        self._runner.submit(work, partial(self._note_closed, known), failed)

    def close(self) -> None:
        """The window goes: write what can be written in two seconds."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()

    def _begin(self) -> None:
        self._place = self._place or self._window.ask_folder(QUESTION)
        stream = self._showing.stream
        if not self._place or stream is None:  # it may have ended meanwhile
            return
        folder = new_folder(Path(self._place), datetime.now())
        try:
            self._recorder = self._make(folder, stream.link.title)
        except UserError as error:
            self._place = ""
            self._notices.fail(error)
            return
        stream.tap = self._recorder.put
        self.follow()

    def _note_closed(self, known: str, status: RecordingStatus) -> None:
        """`known`: what went wrong before it was ended."""
        if self._recorder is None and self._showing.stream is not None:
            self._showing.recording = model_of(status) if status.error else None
        if not status.error:
            self._notices.tell(end_of(status))
        elif not known:
            self._notices.tell(status.error, "warning")


def new_folder(place: Path, now: datetime) -> Path:
    """A name that is free: by the time, to the second, and a number where that is taken."""
    first = place / now.strftime("recording-%Y%m%d-%H%M%S")
    folder, number = first, 2
    while folder.exists():
        folder, number = first.with_name(f"{first.name}-{number}"), number + 1
    return folder


def end_of(status: RecordingStatus) -> str:
    """What was recorded, in words."""
    frames = "1 frame was" if status.frames == 1 else f"{status.frames} frames were"
    lost = f" {status.dropped} could not be saved." if status.dropped else ""
    late = "" if status.safe else " The disk is slow and still writing: keep it connected."
    return f"{frames} recorded into {status.folder}.{lost}{late}"


def model_of(status: RecordingStatus) -> RecordingModel:
    """For the bar."""
    return RecordingModel(
        running=status.running,
        frames=status.frames,
        dropped=status.dropped,
        text=str(status.folder),
        problem=status.error,
    )
