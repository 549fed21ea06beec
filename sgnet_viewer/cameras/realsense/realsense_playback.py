"""The framesets of a .db3 or .bag file, every one of them, from the first.

The SDK starts a file's sensors one after the other while it plays: now and then the first pictures
are lost, or paired with a later depth. A start is therefore compared with earlier ones: good is
the one that begins with the smallest frame numbers that were seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sgnet_viewer.cameras.sdk import bounded

from .realsense_start import Started

PROBES = 3  # starts that are compared at the first beginning
TRIES = 12  # after which a start is taken as it is
FIRST_S = 1.0
POLL_S = 0.02  # how soon the end is noticed

Numbers = tuple[int, int]


class Playback:
    """One file; `start` plays it from its beginning. `close` may come from another thread."""

    def __init__(self, rs: Any, start: Callable[[], Started]) -> None:
        self._rs, self._start = rs, start
        self._least: Numbers | None = None
        self._lock = threading.Lock()  # between a new start and `close`
        self._closed = False
        self._first: Any = None  # the first frameset, until it is taken
        self._started = start()
        self.title = self._started.title
        self._settle(PROBES)

    def begin_again(self) -> None:
        """Back to the first frame."""
        self._restart()
        self._settle(1)

    def next(self, timeout_s: float) -> tuple[Any, bool]:
        """A frameset, or None soon, at the latest after `timeout_s`; whether the file has ended.

        Raises RuntimeError of the SDK's where the file cannot be played further.
        """
        if self._first is not None:
            first, self._first = self._first, None
            return first, False
        ended = self._has_ended()  # asked before: what was queued by then still arrives
        arrived, frames = self._started.pipeline.try_wait_for_frames(
            int(1000 * min(timeout_s, POLL_S))
        )
        return (frames, False) if arrived else (None, ended)

    def close(self) -> None:
        """Stops playing; gives up after 2 s."""
        with self._lock:
            was_closed, self._closed = self._closed, True
        if not was_closed:
            bounded(self._started.pipeline.stop)

    def _settle(self, probes: int) -> None:
        """Starts until the beginning is the right one."""
        for attempt in range(1, TRIES + 1):
            self._first = self._await_first()
            numbers = _numbers_of(self._first) if self._first is not None else None
            self._least = _smaller(self._least, numbers)
            if self._closed or (attempt >= probes and numbers == self._least):
                return
            if attempt < TRIES:
                self._restart()

    def _await_first(self) -> Any:
        for _ in range(int(FIRST_S / POLL_S)):
            frames, ended = self.next(POLL_S)
            if frames is not None or ended:
                return frames
        return None

    def _restart(self) -> None:
        self._first = None
        bounded(self._started.pipeline.stop)
        with self._lock:
            if not self._closed:
                self._started = self._start()

    def _has_ended(self) -> bool:
        status = self._started.playback.current_status()
        return bool(status == self._rs.playback_status.stopped)


def _smaller(least: Numbers | None, numbers: Numbers | None) -> Numbers | None:
    if least is None or numbers is None:
        return least or numbers
    return min(least[0], numbers[0]), min(least[1], numbers[1])


def _numbers_of(frames: Any) -> Numbers:
    """Of the picture and of the depth; 0 for what the file does not hold."""
    picture = frames.get_color_frame() or frames.get_infrared_frame()
    depth = frames.get_depth_frame()
    return (
        picture.get_frame_number() if picture else 0,
        depth.get_frame_number() if depth else 0,
    )
