"""The order of a stream's frames while several of them are in the network's hands."""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from dataclasses import dataclass

from sgnet_viewer.cameras.protocol import Captured

from .stream import Shot, Stream

SPACING = 0.8  # of the even distance of frames that are in hand at once
RECENT = 9  # frames that tell how long one usually takes: a network's first is no such frame
LONGEST_S = 0.5  # that a thread without a frame waits for the next one's turn


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A frame that was taken; it is handed over after the one `before` and `over` then.

    `pauses`: of the stream, when it was taken; `taken_s`: time.monotonic() of it.
    """

    captured: Captured
    before: threading.Event
    over: threading.Event
    pauses: int
    taken_s: float


class Line:
    """Where the threads that segment take the frames of `stream`, and leave them in that order.

    `hands`: how many threads. They take frames at even distances: two that are ready at the same
    moment would be one too many for the window, and leave it nothing to show for as long.
    """

    def __init__(self, stream: Stream, hands: int = 1) -> None:
        self.stream = stream
        self._hands = hands
        self._in_hand_s: deque[float] = deque(maxlen=RECENT)  # that each of them was
        self._taken_s = 0.0
        self._taking = threading.Lock()
        self._last = threading.Event()  # the turn of the newest frame taken
        self._last.set()

    def take(self) -> Turn | None:
        """Waits for a frame; None when the stream is over. Every turn must be ended."""
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
                    return self._turn(captured)
                stream.meters.count(held=1)  # the gate was shut while it was waited for a frame

    def preview(self, turn: Turn, shot: Shot) -> bool:
        """Show a frame that comes again when it is finished; False where others come before it."""
        if not turn.before.is_set():
            return False
        self.stream.outbox.put(shot)
        return True

    def end(self, turn: Turn, shot: Shot | None) -> None:
        """Leaves the shot, if there is one, as soon as those before it have been left."""
        stream = self.stream
        self._in_hand_s.append(time.monotonic() - turn.taken_s)
        turn.before.wait()
        try:
            if shot is None:
                return
            late = turn.pauses != stream.pauses and not stream.every_frame
            if late or stream.is_past(turn.captured):
                stream.meters.count(held=1)
            elif stream.outbox.put(shot) is not None:
                stream.meters.count(dropped=1)
        finally:
            turn.over.set()

    def _turn(self, captured: Captured) -> Turn:
        before, self._last = self._last, threading.Event()
        self._taken_s = time.monotonic()
        return Turn(captured, before, self._last, self.stream.pauses, self._taken_s)

    def _keep_distance(self) -> None:
        """Where every frame is wanted none is too many."""
        if self._hands > 1 and not self.stream.every_frame:
            usual_s = statistics.median(list(self._in_hand_s) or [0.0])
            distance_s = min(SPACING * usual_s / self._hands, LONGEST_S)
            self.stream.over.wait(max(self._taken_s + distance_s - time.monotonic(), 0.0))
