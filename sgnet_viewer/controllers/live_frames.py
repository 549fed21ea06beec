"""The frames of a stream, onto the screen: the next one once the last is painted."""

from __future__ import annotations

import time

from sgnet_model.types import Frame
from sgnet_viewer.live.capture import Phase
from sgnet_viewer.live.meters import Meters
from sgnet_viewer.live.stream import FinishedFrame, Stream
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Subject

from .live_link import LinkFollower
from .live_pace import LivePace
from .live_parts import LiveParts
from .live_threads import NetworkThreads

UNSEEN_S = 0.25  # a window that is hidden does not paint: its frames count as shown after this


class LiveFrames:
    """Sets picture and taps; the rest follows at its own pace."""

    def __init__(
        self, parts: LiveParts, threads: NetworkThreads, link: LinkFollower, pace: LivePace
    ) -> None:
        self.shown: Event[Meters] = Event()  # a live frame is on the screen, finished
        self._parts = parts
        self._showing = parts.showing
        self._threads = threads
        self._link = link
        self._pace = pace
        self._informed = False  # the GUI thread knows that something waits
        self._steps = 0  # frames to show although it is frozen
        self._unpainted_at = 0.0
        self._changes: set[str] = set()  # what was said of the stream's pictures
        parts.window.picture.painted.connect(self._after_paint)

    def tell(self) -> None:
        """In the network's thread. At most one call is on its way to the GUI's."""
        if not self._informed:
            self._informed = True
            self._parts.post(self.take)

    def take(self) -> None:
        """Show what waits, once the last frame is on the screen."""
        self._informed = False
        showing, stream = self._showing, self._showing.stream
        if stream is None or showing.unpainted is not None:
            return
        # Of a recording that is frozen nothing comes but what was sought.
        waits = showing.frozen and not self._steps and stream.playhead is None
        if showing.held or waits:
            return
        finished = stream.outbox.take_back()
        if finished is None:
            return
        if stream.is_past(finished.live):
            if not stream.comes_again(finished):
                stream.meters.count(held=1)
            return
        if finished.generation != self._threads.generation and not stream.every_frame:
            stream.meters.count(dropped=1)
            return
        self._steps = 0
        self._show(finished, stream)

    def allow_one(self) -> None:
        """The next frame is shown although the picture is frozen."""
        self._steps = 1

    def give_up_painting(self) -> None:
        """A window that does not paint is not waited for long."""
        if self._showing.unpainted and time.monotonic() - self._unpainted_at > UNSEEN_S:
            self._note_painted()

    def settle(self, waiting: bool) -> None:
        """The picture stays: it is shown in full, and segmented if it came before the network."""
        self._pace.settle()
        if waiting:
            self._parts.network.request()
        self._parts.session.settled.emit()

    def _show(self, finished: FinishedFrame, stream: Stream) -> None:
        parts, drawing, showing = self._parts, finished.drawing, self._showing
        before, showing.frame = showing.frame, drawing.frame
        showing.waiting, showing.index = finished.waiting, finished.live.index
        showing.remark = drawing.refusal or " ".join(drawing.frame.notes)
        showing.unpainted, self._unpainted_at = finished, time.monotonic()
        showing.note_probes(finished, {(at.u, at.v): at.number for at in parts.probes.points})
        result = drawing.result
        labels = None if result is None else result.prediction.labels
        stream.meters.flips.note(labels, finished.live.captured_s)
        parts.session.stream(drawing.frame, drawing.result, drawing.depth_limits)
        parts.probe.take_streamed(drawing.probes)
        parts.screen.show_drawn(drawing.part, drawing.picture)
        if before is None or has_changed(before, drawing.frame):
            parts.screen.update("controls", "status", "title")
            self._tell_change(before, drawing.frame)
        if stream.link.phase is not Phase.LOST:
            self._link.clear()
        self._note_network(finished)
        if showing.frozen:
            self.settle(finished.waiting)

    def _note_network(self, finished: FinishedFrame) -> None:
        network = self._parts.network
        if finished.problem is not None:
            network.refuse(finished.problem)
        elif finished.drawing.result is not None:
            network.accept(self._parts.session.choice, finished.notice)

    def _tell_change(self, before: Frame | None, now: Frame) -> None:
        """Zoom and probes follow by themselves. Some cameras differ in every frame: said once."""
        if before is None:
            self._changes.clear()  # another stream
            return
        height, width = now.size
        said = "The camera's intrinsics have changed. New points use them."
        if before.size != now.size:
            said = f"The camera now sends pictures of {width}x{height} pixels."
        elif before.intrinsics == now.intrinsics:
            return
        if said not in self._changes:
            self._changes.add(said)
            self._parts.notices.tell(said, subject=Subject.SET)

    def _after_paint(self) -> None:
        if self._showing.unpainted is not None:
            self._parts.post(self._note_painted)

    def _note_painted(self) -> None:
        showing, finished = self._showing, self._showing.unpainted
        showing.unpainted = None
        if finished is not None and showing.stream is not None:
            self._count_shown(finished, showing.stream)
            self.take()

    def _count_shown(self, finished: FinishedFrame, stream: Stream) -> None:
        """Of every frame a waiting one comes again, and counts then."""
        if not stream.comes_again(finished):
            stream.meters.show(finished.live.captured_s, not finished.waiting)
        if not finished.waiting:
            self.shown.emit(stream.meters)


def has_changed(before: Frame, now: Frame) -> bool:
    """Whether what can be shown of the frames differs, or where their pixels lie in space."""
    had, has = before.depth_m is not None, now.depth_m is not None
    return had != has or before.size != now.size or before.intrinsics != now.intrinsics
