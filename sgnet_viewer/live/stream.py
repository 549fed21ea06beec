"""One source being streamed: its capture, its two slots, its gate and its meters."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sgnet_model.types import UserError
from sgnet_viewer.cameras.playhead import Playhead
from sgnet_viewer.cameras.protocol import Captured, LiveFrame
from sgnet_viewer.render.live import LiveDrawing
from sgnet_viewer.runtime.importing import computing
from sgnet_viewer.runtime.slot import Slot
from sgnet_viewer.state.view_settings import Limits

from .capture import Capture, CaptureTimeouts, Link, Phase
from .meters import Meters
from .source import Source

Tap = Callable[[LiveFrame], object]  # hears of every captured frame, and returns at once


@dataclass(frozen=True, slots=True, eq=False)
class FinishedFrame:
    """A frame, what the network said of it, and its picture: ready for the window.

    `generation`: of the choice it was made with. `waiting`: plain, because the network is still
    being loaded. `notice`: a sentence on the network, or "". `problem`: what went wrong in the
    network's thread; the frame is shown without a result.
    """

    generation: int
    live: LiveFrame
    drawing: LiveDrawing
    waiting: bool = False
    notice: str = ""
    problem: Exception | None = None


class Gate:
    """What the network's thread waits at while the window is frozen; a step lets one through."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._shut = False
        self._steps = 0

    def shut(self) -> None:
        """Let nothing through."""
        self._set(True)

    def open(self) -> None:
        """Let everything through."""
        self._set(False)

    def step(self) -> None:
        """Let one through a shut gate."""
        with self._changed:
            self._steps += 1
            self._changed.notify_all()

    def pass_through(self, given_up: Callable[[], bool]) -> bool:
        """Wait until it is open, or `given_up` after a `poke`; True where a step let it through."""
        with self._changed:
            self._changed.wait_for(lambda: not self._shut or self._steps > 0 or given_up())
            stepped = self._steps > 0
            self._steps = max(self._steps - 1, 0)
            return stepped

    def spend_step(self) -> bool:
        """Whether a step is left; it is taken."""
        with self._changed:
            left = self._steps > 0
            self._steps = max(self._steps - 1, 0)
            return left

    def poke(self) -> None:
        """Have who waits look again."""
        with self._changed:
            self._changed.notify_all()

    def _set(self, shut: bool) -> None:
        with self._changed:
            self._shut, self._steps = shut, 0
            self._changed.notify_all()


class Stream:
    """`every_frame`: the slots wait, so that each frame is seen and shown.

    Where such a recording can be moved about in, what is under way when it is frozen or sent
    elsewhere is dropped, and comes again when it goes on.
    """

    def __init__(
        self, source: Source, every_frame: bool = False, timeouts: CaptureTimeouts | None = None
    ) -> None:
        self.every_frame = every_frame
        self.inbox: Slot[Captured] = Slot(every_frame)
        self.outbox: Slot[FinishedFrame] = Slot(every_frame)
        self.gate = Gate()
        self.meters = Meters()
        self.tap: Tap | None = None
        self.over = threading.Event()  # its frames are not wanted any more
        self.frozen = False
        self.depth_limits: Limits | None = None  # that the colours of its last frame's depth span
        self.pauses = 0  # what was under way when one began is too old afterwards
        # Of every frame: what was read before this change of that playhead is not wanted any more.
        self._awaited: tuple[Playhead | None, int] = None, 0
        self._source = source
        self._capture = Capture(source, self._deliver, timeouts)
        self._left: list[Capture] = []  # given up because they hung

    @property
    def link(self) -> Link:
        """The connection to the camera."""
        return self._capture.link

    def start(self, before: Sequence[Stream] = ()) -> None:
        """Open and read, once the streams `before` have closed their devices."""
        self._capture.start(lambda until: all(stream.join(until) for stream in before))

    def hurry(self) -> None:
        """Look for a lost device at once."""
        self._capture.hurry()

    def watch(self) -> None:
        """Give up a driver that hangs in a read; called now and then."""
        if self._capture.is_hung:
            self._left.append(self._capture)
            self._capture = self._capture.successor()
            self._capture.start()

    @property
    def playhead(self) -> Playhead | None:
        """Of a recording that can be moved about in; None for all else, and once it has ended."""
        link = self._capture.link
        return None if link.phase is Phase.ENDED else link.playhead

    def take(self) -> Captured | None:
        """Wait for the next frame to be seen; None when the stream is over."""
        while (captured := self.inbox.take()) is not None and self.is_past(captured):
            self.meters.count(held=1)
        return captured

    def is_past(self, captured: Captured) -> bool:
        """Whether it was read before its recording was sent elsewhere."""
        playhead, asked = self._awaited
        # A recording that was lost and opened again has a playhead of its own, which counts anew.
        is_same = playhead is not None and playhead is self._capture.link.playhead
        return is_same and isinstance(captured, LiveFrame) and captured.asked < asked

    def comes_again(self, finished: FinishedFrame) -> bool:
        """Whether it is shown while the network is loaded: its frame counts when it is through."""
        return finished.waiting and self.every_frame

    def freeze(self) -> None:
        """Keep what is shown; a recording pauses, a camera keeps sending and is passed over."""
        self.frozen = True
        self.pauses += 1
        self.gate.shut()
        playhead = self.playhead
        if playhead is not None:
            self._await(playhead, playhead.pause())
            self._forget_late()

    def seek(self, index: int) -> None:
        """Go on from that frame of a recording; frozen, it alone is shown."""
        playhead = self.playhead
        if playhead is None:
            return
        if self.frozen:
            self.pauses += 1  # what is under way was sought before
            if self.inbox.take_back() is not None:
                self.meters.count(held=1)
            self._forget_late()
        self._await(playhead, playhead.seek(index))
        if self.frozen:
            self.gate.step()

    def resume(self, after: int | None = None) -> None:
        """Go on with the newest frame; of every frame with the next one `after` what was shown
        last, which is the first where that is None."""
        self._forget_late()
        self.frozen = False
        playhead = self.playhead
        if playhead is not None and self.every_frame:
            if after is None:
                playhead.seek(playhead.play.first)
            self._await(playhead, playhead.resume(after))
        elif playhead is not None:
            playhead.resume()
        self.gate.open()

    def step(self) -> None:
        """One more frame, then frozen again."""
        self._forget_late()
        if not self.outbox.is_full:
            self.gate.step()

    def stop(self) -> None:
        """Begin to end; any thread."""
        self.over.set()
        self._source.give_up()
        self._capture.stop()
        self.inbox.close()
        self.outbox.close()
        self.gate.poke()

    def join(self, deadline: float) -> bool:
        """Wait until `time.monotonic()` reaches `deadline`; True when the capture has ended."""
        ended = [capture.join(deadline) for capture in (self._capture, *self._left)]
        return all(ended)

    def _await(self, playhead: Playhead, asked: int) -> None:
        """Of every frame: whoever waits with an older one leaves it, so that this one may come."""
        if self.every_frame:
            self._awaited = playhead, asked
            if self.inbox.take_back() is not None:
                self.meters.count(held=1)
            finished = self.outbox.take_back()
            if finished is not None and not self.comes_again(finished):
                self.meters.count(held=1)

    def _forget_late(self) -> None:
        """What was under way when the window was frozen is as old as the pause."""
        if not self.every_frame and self.outbox.take_back() is not None:
            self.meters.count(held=1)

    def _deliver(self, captured: Captured) -> None:
        """In the camera's thread."""
        self.meters.capture(captured.number)
        tap = self.tap
        if tap is not None:
            with suppress(UserError), computing():  # it is damaged, which the camera says of itself
                tap(captured.decoded())
        if self.inbox.put(captured) is not None:
            self.meters.count(**{"held" if self.frozen else "dropped": 1})
