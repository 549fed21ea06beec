"""The camera's thread: opens, reads, closes, and opens again what was lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from sgnet_model.types import UserError
from sgnet_viewer.cameras.playhead import Playhead
from sgnet_viewer.cameras.protocol import Camera, CameraLost, CameraUnfit, Captured, StreamEnded

from .source import Source

READ_TIMEOUT_S = 0.5
CLOSE_TIMEOUT_S = 2.0
SILENT_READS = 3  # time-outs in a row, and as many seconds: the device counts as lost
NAP_S = 0.01  # after a read that came back early with nothing: it must not keep a core busy
LET_GO_STEP_S = 0.05  # between looks at whether this stream was ended while it waits
HUNG_S = 5.0  # a read that does not even time out: its thread is given up
BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 10.0)  # before each attempt; the last one is repeated
_LOG = logging.getLogger(__name__)


class _Silence(CameraLost):
    """Nothing came for longer than is waited."""


class Phase(StrEnum):
    """Where a stream stands."""

    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"  # it is looked for again
    ENDED = "ended"  # a file's last frame was read
    FAILED = "failed"  # it could not be opened at all, or holds nothing that can be read


@dataclass(frozen=True, slots=True)
class Link:
    """The connection to the camera, as the window shows it; a snapshot.

    `error`: why it was lost or failed. `retry_at`: time.monotonic() of the next attempt, None
    while one is under way. `losses`, `unclosed`: how often it was lost, how many closes hung.
    `playhead`: of a recording that can be moved about in.
    """

    phase: Phase = Phase.OPENING
    title: str = ""
    serial: str = ""
    note: str = ""
    finite: bool = False
    error: Exception | None = None
    retry_at: float | None = None
    losses: int = 0
    unclosed: int = 0
    playhead: Playhead | None = None


@dataclass(frozen=True, slots=True)
class CaptureTimeouts:
    """How long is waited for what, in seconds; `silent_reads`: read time-outs in a row."""

    read_s: float = READ_TIMEOUT_S
    silent_reads: int = SILENT_READS
    hung_s: float = HUNG_S
    back_off_s: tuple[float, ...] = BACK_OFF_S
    close_s: float = CLOSE_TIMEOUT_S


class Capture:
    """Reads `source` until `stop`; `deliver` gets each frame, in this thread.

    A daemon: a driver that never returns from a read is left behind with it.
    """

    def __init__(
        self,
        source: Source,
        deliver: Callable[[Captured], None],
        timeouts: CaptureTimeouts | None = None,
        after: Capture | None = None,
    ) -> None:
        """`after`: one that was given up; its device is closed, and looked for again."""
        # Replaced as a whole, read by any thread.
        self.link: Link = Link(title=source.title) if after is None else after.link
        self._before = after
        self._source = source
        self._deliver = deliver
        self._timeouts = timeouts or CaptureTimeouts()
        self._stopped = threading.Event()
        self._awake = threading.Event()  # ends a wait before the next attempt
        self._has_delivered: bool = after is not None and after._has_delivered
        self._camera: Camera | None = None  # whoever closes it takes it from here
        self._owned = threading.Lock()
        self._opening_since: float | None = None
        self._reading_since: float | None = None
        self._hang = ""  # why it was given up
        self._has_let_go: Callable[[float], bool] | None = None
        self._thread = threading.Thread(target=self._run, name="sgnet-camera", daemon=True)
        self._closer = threading.Thread(
            target=self._close_what_hangs, name="sgnet-camera-closer", daemon=True
        )

    def start(self, has_let_go: Callable[[float], bool] | None = None) -> None:
        """Open and read, in the thread.

        `has_let_go`: waits until a time of `time.monotonic()` and says whether the streams before
        have closed their devices; this one may be the same, which two cannot hold at once.
        """
        self._has_let_go = has_let_go
        self._thread.start()

    def stop(self) -> None:
        """Begin to end; any thread."""
        with self._owned:
            is_first, has_camera = not self._stopped.is_set(), self._camera is not None
            self._stopped.set()
        self._awake.set()
        if is_first and has_camera:
            self._closer.start()

    def hurry(self) -> None:
        """Try at once to find what was lost."""
        self._awake.set()

    def join(self, deadline: float) -> bool:
        """Wait until `time.monotonic()` reaches `deadline`; True when the thread has ended."""
        ended = [_ended(thread, deadline) for thread in (self._thread, self._closer)]
        return all(ended)

    def successor(self) -> Capture:
        """Another thread for the same source, to be started in the place of this one."""
        self._hang = self._why_hung() or f"{self.link.title} has not answered."
        self.stop()
        return Capture(self._source, self._deliver, self._timeouts, self)

    @property
    def is_hung(self) -> bool:
        """Whether the driver sits in a read, or in opening, far beyond the time it was given."""
        return bool(self._why_hung())

    def _why_hung(self) -> str:
        """A sentence, or ""."""
        now, title = time.monotonic(), self.link.title
        reading, opening = self._reading_since, self._opening_since
        limit_s = self._timeouts.hung_s
        if reading is not None and now - reading > limit_s:
            return f"{title} has not answered for {limit_s:.0f} s."
        limit_s = self._source.open_s
        if opening is not None and now - opening > limit_s:
            return f"{title} has not opened for {limit_s:.0f} s: unplug it and plug it in again."
        return ""

    def _close_what_hangs(self) -> None:
        """In a thread of its own, once stopped: many a read that hangs ends with its device."""
        if not _ended(self._thread, time.monotonic() + 2 * self._timeouts.read_s):
            self._close()

    # the camera's thread

    def _run(self) -> None:
        try:
            self._capture()
        except Exception as error:  # no driver's: those are caught where they are called
            _LOG.exception("Capturing has failed.")
            self._say(phase=Phase.FAILED, error=error)

    def _capture(self) -> None:
        camera = self._open_first() if self._before is None else self._take_over(self._before)
        while camera is not None:
            reason = self._read_on(camera)
            self._close()
            if reason is None:
                return
            if isinstance(reason, StreamEnded):
                self._say(phase=Phase.ENDED)
                return
            if self._is_final(reason, camera):
                self._say(phase=Phase.FAILED, error=reason)
                return
            camera = self._find_again(camera.serial, reason)

    def _is_final(self, reason: Exception, camera: Camera) -> bool:
        """Whether it would be the same the next time, as a file is that holds nothing to read."""
        unread = camera.finite and not self._has_delivered and not isinstance(reason, _Silence)
        return unread or isinstance(reason, CameraUnfit)

    def _wait_for_device(self) -> None:
        """No longer than a read and a close may take: a driver that hangs is not waited for."""
        end = time.monotonic() + self._timeouts.read_s + self._timeouts.close_s
        while self._has_let_go is not None and not self._stopped.is_set():
            now = time.monotonic()
            if now >= end or self._has_let_go(now + LET_GO_STEP_S):
                return

    def _open_first(self) -> Camera | None:
        self._wait_for_device()
        if self._stopped.is_set():  # given up while it waited: the device is another's
            return None
        try:
            return self._opened(self._source.open)
        except Exception as error:
            self._say(phase=Phase.FAILED, error=error)
            return None

    def _opened(self, open_it: Callable[[], Camera]) -> Camera | None:
        """What `open_it` opens, None where the user went on meanwhile; raises why it cannot be."""
        self._opening_since = time.monotonic()
        try:
            camera = open_it()
        finally:
            self._opening_since = None
        with self._owned:
            self._camera = camera
            is_wanted = not self._stopped.is_set()
        try:
            if is_wanted:
                self._introduce(camera)
                return camera
        except Exception:  # it is no camera
            self._close()
            raise
        self._close()
        return None

    def _introduce(self, camera: Camera) -> None:
        playhead, before = getattr(camera, "playhead", None), self.link.playhead
        if playhead is not None and before is not None:
            playhead.play_as(before)
        self._say(
            phase=Phase.RUNNING,
            title=camera.title,
            serial=camera.serial,
            finite=camera.finite,
            note=self._source.note,
            error=None,
            playhead=playhead,
        )

    def _take_over(self, before: Capture) -> Camera | None:
        """Its device is closed first: until then the next `open` would find it in use."""
        self._before = None
        self._close(before)
        return self._find_again(self.link.serial, CameraLost(before._hang))

    def _read_on(self, camera: Camera) -> Exception | None:
        """Delivers frames; returns why there are no more, None where no more are wanted."""
        silent, heard_s = 0, time.monotonic()
        while not self._stopped.is_set():
            began_s = time.monotonic()
            try:
                frame = self._read(camera)
                if self._stopped.is_set():  # a read that hung, and is not waited for any more
                    return None
                if frame is not None:
                    self._deliver(frame)  # may fail too, where a camera sends what is no frame
                    self._has_delivered = True
                    silent, heard_s = 0, time.monotonic()
                    continue
            except Exception as error:
                return error
            now = time.monotonic()
            silent, heard_s = (0, now) if self._is_paused() else (silent + 1, heard_s)
            if self._is_silence(silent, now - heard_s):
                return _Silence(f"{camera.title} has sent nothing for {now - heard_s:.1f} s.")
            if now - began_s < self._timeouts.read_s / 2:
                self._stopped.wait(NAP_S)
        return None

    def _is_silence(self, reads: int, silent_s: float) -> bool:
        """Both: a camera may answer early, and a busy machine late."""
        most = self._timeouts.silent_reads
        return reads >= most and silent_s >= most * self._timeouts.read_s

    def _is_paused(self) -> bool:
        """Nothing is expected of a recording that is paused."""
        playhead = self.link.playhead
        return playhead is not None and playhead.play.paused

    def _read(self, camera: Camera) -> Captured | None:
        read: Callable[[float], Captured | None] = getattr(camera, "grab", camera.read)
        self._reading_since = time.monotonic()
        try:
            return read(self._timeouts.read_s)
        finally:
            self._reading_since = None

    def _find_again(self, serial: str, reason: Exception) -> Camera | None:
        """A fresh camera for the same device, however long that takes; None when stopped."""
        if not isinstance(reason, UserError):
            _LOG.error("The camera failed.", exc_info=reason)
        self._say(phase=Phase.LOST, error=reason, losses=self.link.losses + 1)
        attempt = 0
        while self._wait_before(attempt):
            attempt += 1
            try:
                return self._opened(lambda: self._source.reopen(serial))
            except Exception as error:
                self._say(error=error)
        return None

    def _wait_before(self, attempt: int) -> bool:
        """False when stopped."""
        waits = self._timeouts.back_off_s
        wait_s = waits[min(attempt, len(waits) - 1)]
        self._say(retry_at=time.monotonic() + wait_s)
        self._awake.wait(wait_s)
        self._say(retry_at=None)
        if not self._stopped.is_set():
            self._awake.clear()
        return not self._stopped.is_set()

    def _close(self, whose: Capture | None = None) -> None:
        """Its own camera, or another capture's; where another thread has, nothing."""
        whose = whose or self
        with whose._owned:
            camera, whose._camera = whose._camera, None
        if camera is not None and not close_within(camera, self._timeouts.close_s):
            self._say(unclosed=self.link.unclosed + 1)

    def _say(self, **values: object) -> None:
        self.link = replace(self.link, **values)  # type: ignore[arg-type]  # fields of Link


def close_within(camera: Camera, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
    """Close `camera`; False where that took longer than `timeout_s` seconds.

    It is closed in a daemon thread of its own, which is then left behind: drivers dead-lock in
    `stop` (librealsense#9184), and nothing can end a thread that sits in one.
    """
    serial = getattr(camera, "serial", "") or "camera"  # a plug-in's may lack anything
    thread = threading.Thread(
        target=_close, args=(camera,), name=f"sgnet-close-{serial}", daemon=True
    )
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        _LOG.warning("%s did not close within %.0f s and was left.", _title(camera), timeout_s)
    return not thread.is_alive()


def _close(camera: Camera) -> None:
    try:
        camera.close()
    except Exception:  # against the protocol; the device is given up either way
        _LOG.exception("%s raised while it was closed.", _title(camera))


def _title(camera: Camera) -> str:
    return getattr(camera, "title", "The camera")


def _ended(thread: threading.Thread, deadline: float) -> bool:
    """Whether it is over, or never began, when `time.monotonic()` reaches `deadline`."""
    if thread.ident is not None:
        thread.join(max(0.0, deadline - time.monotonic()))
    return not thread.is_alive()
