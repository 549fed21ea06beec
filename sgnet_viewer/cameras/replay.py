"""Frames on disk as a camera: whatever `sgnet_model.data` opens, at the pace it was taken."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace

from sgnet_model.types import UserError
from sgnet_viewer.priority import give_way

from .protocol import CameraLost, CameraOptions, Found, LiveFrame, StreamEnded
from .replay_frames import ReplaySource, open_source
from .timeline import paced

AHEAD = 6  # frames that are decoded before they are due
CLOSE_S = 1.5


class ReplayKind:
    """Recordings, data sets and folders of pairs."""

    name = "replay"
    title = "Recording or data set"

    def find(self) -> Found:
        """Nothing: what is to be replayed is named by its path."""
        return Found()

    def open(self, address: str, options: CameraOptions) -> ReplayCamera:
        """See `CameraKind`; `address` is a path that `sgnet_model.data.open_frames` accepts."""
        if not address:
            raise UserError(
                "A replay was asked for without a path: name a recording, a data set or a folder "
                "of RGB and depth files."
            )
        return ReplayCamera(open_source(address), options)


class ReplayCamera:
    """See `Camera`. Frames are read ahead in a thread of its own.

    With `every_frame` each is handed out as soon as somebody reads. Else each is handed out when it
    is due, and of those that are due only the newest. A frame that cannot be read is left out; the
    next one says so in its notes, and `damaged` names them all.
    """

    serial = ""
    finite = True

    def __init__(self, source: ReplaySource, options: CameraOptions) -> None:
        self.title = source.frames.name
        self._source = source
        self._count = len(source.frames)
        self._timeline = paced(source.times_s, self._count, options.fps)
        self._every_frame, self._loop = options.every_frame, options.loop
        self._changed = threading.Condition()
        self._ahead: deque[LiveFrame] = deque()
        self._began_s: float | None = None  # time.monotonic() of place 0
        self._end: Exception | None = None  # what is raised after the frames that are left
        self._damaged: dict[int, str] = {}
        self._news: list[str] = []  # notes for the next frame
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sgnet-replay", daemon=True)
        self._thread.start()

    @property
    def damaged(self) -> tuple[str, ...]:
        """A sentence for each frame that was left out; once, however often the replay loops."""
        with self._changed:
            return tuple(self._damaged.values())

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                self._begin()
                if self._closed:
                    raise StreamEnded
                self._drop_late()
                if self._is_due():
                    return self._handed_out()
                if self._end is not None and not self._ahead:
                    raise self._end
                if time.monotonic() >= deadline:
                    return None
                self._changed.wait(max(0.0, min(deadline, self._next_s()) - time.monotonic()))

    def close(self) -> None:
        """See `Camera`."""
        with self._changed:
            self._closed = True
            self._ahead.clear()
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_S)

    # the reader, with the lock held

    def _begin(self) -> None:
        """The clock starts when somebody reads and there is something to be read."""
        if self._began_s is None and self._ahead:
            self._began_s = time.monotonic() - self._timeline.due_s(self._ahead[0].number)

    def _due_s(self, place: int) -> float:
        """On the clock of time.monotonic()."""
        return (self._began_s or 0.0) + self._timeline.due_s(place)

    def _next_s(self) -> float:
        """When the frame at the head is due; never where there is none."""
        return self._due_s(self._ahead[0].number) if self._ahead else float("inf")

    def _is_due(self) -> bool:
        return bool(self._ahead) and (self._every_frame or self._next_s() <= time.monotonic())

    def _drop_late(self) -> None:
        if self._every_frame:
            return
        now = time.monotonic()
        while len(self._ahead) > 1 and self._due_s(self._ahead[1].number) <= now:
            self._ahead.popleft()
            self._changed.notify_all()

    def _handed_out(self) -> LiveFrame:
        live = self._ahead.popleft()
        notes, self._news = tuple(self._news), []
        self._changed.notify_all()
        frame = replace(live.frame, notes=(*live.frame.notes, *notes)) if notes else live.frame
        return replace(live, frame=frame, captured_s=time.monotonic())

    # the thread that reads ahead

    def _run(self) -> None:
        give_way()
        place = self._place_after(-1)
        while place is not None:
            try:
                self._put(self._source.load(place))
            except UserError as error:
                self._leave_out(place, error)
            except Exception as error:  # whatever it is belongs to whoever reads
                self._finish(error)
            place = self._place_after(place)

    def _place_after(self, place: int) -> int | None:
        """Waits until there is room; None when there is nothing more to read."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._end is not None or len(self._ahead) < AHEAD
            )
            following = place + 1
            if not self._every_frame and self._began_s is not None:
                elapsed_s = time.monotonic() - self._began_s
                following = max(following, self._timeline.place_at(elapsed_s))
            if not self._loop:
                following = min(following, max(self._count - 1, place + 1))
                if following >= self._count:
                    self._finish(StreamEnded())
            return None if self._closed or self._end is not None else following

    def _put(self, frame: LiveFrame) -> None:
        with self._changed:
            self._ahead.append(frame)
            self._changed.notify_all()

    def _leave_out(self, place: int, error: UserError) -> None:
        with self._changed:
            number = place % self._count
            if number in self._damaged:
                return
            name = self._source.frames.frame_name(number)
            self._damaged[number] = f"{name} was left out of the replay: {error}"
            self._news.append(self._damaged[number])
            if len(self._damaged) == self._count:
                self._finish(CameraLost(f"No frame of {self.title} can be read: {error}"))

    def _finish(self, end: Exception) -> None:
        with self._changed:
            self._end = self._end or end
            self._changed.notify_all()
