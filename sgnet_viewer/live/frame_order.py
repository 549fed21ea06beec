"""The order of a stream's frames while several are segmented at once."""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from dataclasses import dataclass

from sgnet_viewer.cameras.protocol import Captured

from .stream import FinishedFrame, Stream

SPACING = 0.8  # of the even distance of frames that are segmented at once
RECENT = 9  # frames that tell how long one usually takes: a network's first is no such frame
LONGEST_S = 0.5  # that a thread without a frame waits for the next one


@dataclass(frozen=True, slots=True, eq=False)
class TakenFrame:
    """A frame that a thread has taken; it is handed over after the one `before`, and `over` then.

    `pauses`: of the stream, when it was taken; `taken_s`: time.monotonic() of it.
    """

    captured: Captured
    before: threading.Event
    over: threading.Event
    pauses: int
    taken_s: float


class FrameOrder:
    """Where the threads that segment take the frames of `stream`, and leave them in that order.

    `threads`: how many. They take frames at even distances: two that are ready at the same
    moment would be one too many for the window, and leave it nothing to show for as long.
    """

    def __init__(self, stream: Stream, threads: int = 1) -> None:
        self.stream = stream
        self._threads = threads
        self._segmented_s: deque[float] = deque(maxlen=RECENT)  # that each of them was
        self._taken_s = 0.0
        self._taking = threading.Lock()
        self._last = threading.Event()  # `over` of the newest frame taken
        self._last.set()

    def take(self) -> TakenFrame | None:
        """Waits for a frame; None when the stream is over. Every frame taken must be ended."""
        stream = self.stream
        with self._taking:
            while True:
                self._keep_distance()
                stepped = stream.gate.pass_through(lambda: stream.inbox.is_closed)
                captured = stream.take()
                if captured is None:
                    return None
                # A step may have been asked for while it was waited for a frame.
                if not stream.frozen or stepped or stream.every_frame or stream.gate.spend_step():
                    return self._taken(captured)
                stream.meters.count(held=1)  # the gate was shut while it was waited for a frame

    def preview(self, taken: TakenFrame, finished: FinishedFrame) -> bool:
        """Show a frame that comes again when it is finished; False where others come before it."""
        if not taken.before.is_set():
            return False
        self.stream.outbox.put(finished)
        return True

    def end(self, taken: TakenFrame, finished: FinishedFrame | None) -> None:
        """Leave the finished frame, if there is one, as soon as those before it have been left."""
        stream = self.stream
        self._segmented_s.append(time.monotonic() - taken.taken_s)
        taken.before.wait()
        try:
            if finished is None:
                return
            late = taken.pauses != stream.pauses and not stream.every_frame
            if late or stream.is_past(taken.captured):
                stream.meters.count(held=1)
            elif stream.outbox.put(finished) is not None:
                stream.meters.count(dropped=1)
        finally:
            taken.over.set()

    def _taken(self, captured: Captured) -> TakenFrame:
        before, self._last = self._last, threading.Event()
        self._taken_s = time.monotonic()
        return TakenFrame(captured, before, self._last, self.stream.pauses, self._taken_s)

    def _keep_distance(self) -> None:
        """Where every frame is wanted none is too many."""
        if self._threads > 1 and not self.stream.every_frame:
            usual_s = statistics.median(list(self._segmented_s) or [0.0])
            distance_s = min(SPACING * usual_s / self._threads, LONGEST_S)
            self.stream.over.wait(max(self._taken_s + distance_s - time.monotonic(), 0.0))
