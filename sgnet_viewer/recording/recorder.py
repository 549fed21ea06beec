"""Recording beside the view: a bounded queue and a thread that writes."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from sgnet_viewer.cameras.protocol import LiveFrame

from .entry import Colour, Entry
from .writer import RecordingWriter

QUEUE_BYTES = 64_000_000  # 40 frames of 640x480, for a disk that stutters
CLOSE_TIMEOUT_S = 2.0
STOPPED = (
    "Recording stopped after {frames} frames ({reason}): what was written to {folder} can be "
    "opened; make room or choose another folder to continue."
)
NOTHING = (
    "Recording stopped before its first frame was written ({reason}): there is nothing to open in "
    "{folder}; make room or choose another folder."
)
UNSURE = (
    "The disk has not confirmed what was recorded into {folder} ({reason}): open it, and copy it "
    "to another disk."
)


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    """A snapshot. `frames`, `nbytes`: written; `waiting`: in the queue; `dropped`: frames that
    could not be saved. `error`: why recording has stopped, a sentence for the user, or "".
    `running`: more frames are taken. `safe`: nothing more is to come, and the disk has confirmed
    what was written.
    """

    folder: Path
    frames: int = 0
    nbytes: int = 0
    waiting: int = 0
    dropped: int = 0
    running: bool = True
    safe: bool = False
    error: str = ""


class Recorder:
    """Writes what `put` is given into `folder`; `put` never waits.

    Where the disk is slower than the camera, frames are dropped and counted. Where it is full, or
    anything else goes wrong, recording stops with `status.error`; what was written stays readable.
    """

    def __init__(
        self,
        folder: Path,
        title: str = "",
        colour: Colour = Colour.JPEG,
        queue_bytes: int = QUEUE_BYTES,
    ) -> None:
        """`title`: of the source. UserError where `folder` has files in it or cannot be made."""
        self._writer = RecordingWriter(folder, title, colour)
        self._status = RecordingStatus(folder)
        self._queue_bytes = queue_bytes
        self._queue: deque[Entry] = deque()
        self._queued_bytes = 0
        self._changed = threading.Condition()
        # A daemon: a disk that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="sgnet-recording", daemon=True)
        self._thread.start()

    @property
    def status(self) -> RecordingStatus:
        """How it goes."""
        with self._changed:
            return replace(self._status, waiting=len(self._queue))

    def put(self, live: LiveFrame) -> None:
        """Record this frame too; any thread. Its arrays are not copied and must not change."""
        entry = Entry.of(live)
        with self._changed:
            if not self._status.running:
                return
            if self._queue and self._queued_bytes + entry.nbytes > self._queue_bytes:
                self._count(dropped=1)
                return
            self._queue.append(entry)
            self._queued_bytes += entry.nbytes
            self._changed.notify()

    def stop(self) -> None:
        """Takes no more frames; those that wait are written. Does not wait: `close` does."""
        with self._changed:
            self._status = replace(self._status, running=False)
            self._changed.notify()

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> RecordingStatus:
        """Takes no more frames, and writes those that wait as far as `timeout_s` allows."""
        deadline = time.monotonic() + timeout_s
        self.stop()
        self._thread.join(max(0.0, deadline - time.monotonic()))
        self._give_up_queue()  # empty, unless the disk was too slow
        return self.status

    def _give_up_queue(self) -> None:
        with self._changed:
            self._count(dropped=len(self._queue))
            self._queue.clear()
            self._queued_bytes = 0
            self._changed.notify()

    def _count(self, frames: int = 0, nbytes: int = 0, dropped: int = 0) -> None:
        status = self._status
        self._status = replace(
            status,
            frames=status.frames + frames,
            nbytes=status.nbytes + nbytes,
            dropped=status.dropped + dropped,
        )

    # the thread

    def _run(self) -> None:
        try:
            self._write_all()
        except Exception as error:  # whatever it is, only the recording ends
            self._fail(error, STOPPED if self.status.frames else NOTHING, dropped=1)
        try:
            self._writer.close()
        except Exception as error:
            self._fail(error, UNSURE)
        else:
            with self._changed:
                self._status = replace(self._status, safe=True)

    def _write_all(self) -> None:
        while (entry := self._next()) is not None:
            nbytes = self._writer.write(entry)
            with self._changed:
                self._count(frames=1, nbytes=nbytes)

    def _next(self) -> Entry | None:
        """Waits for a frame; None when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or not self._status.running)
            if not self._queue:
                return None
            entry = self._queue.popleft()
            self._queued_bytes -= entry.nbytes
            return entry

    def _fail(self, error: Exception, sentence: str, dropped: int = 0) -> None:
        """The first reason is kept."""
        reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        with self._changed:
            now = self._status
            said = sentence.format(frames=now.frames, reason=reason, folder=now.folder)
            self._status = replace(now, running=False, error=now.error or said)
            self._count(dropped=dropped)
        self._give_up_queue()
