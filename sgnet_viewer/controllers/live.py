"""Streams: opening and ending them, and what of them is shown and recorded."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_viewer.cameras.protocol import CameraOptions
from sgnet_viewer.live.capture import CaptureTimeouts
from sgnet_viewer.live.source import NamedSource, Source
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.live_samples import Steadiness
from sgnet_viewer.state.notices import Subject
from sgnet_viewer.workers.networks import LoadedNetworks

from .live_frames import LiveFrames
from .live_freezing import FreezeController
from .live_link import LinkFollower
from .live_pace import LivePace
from .live_parts import LiveParts
from .live_record import RecordController
from .live_threads import NetworkThreads
from .live_timeline import TimelineController
from .runner import Runner

SourceOf = Callable[[LiveOptions], Source]


def source_of(options: LiveOptions) -> Source:
    """What the command line or the chooser named."""
    return NamedSource(
        options.source,
        CameraOptions(
            every_frame=options.every_frame,
            loop=not options.once,
            calibration=options.calibration,
            stand_in_depth=options.stand_in_depth,
            unit=options.unit,
            intrinsics=options.intrinsics,
        ),
    )


class LiveController:
    """`tick` is to be called twenty times a second while it is `running`.

    While frames stream the session's own requests rest; frozen or ended, the last frame is one
    like any other: it can be segmented again, probed and saved.
    """

    def __init__(self, parts: LiveParts, networks: LoadedNetworks, runner: Runner) -> None:
        """`networks`: those of still frames. `runner`: for what a recording has left to write."""
        self.running: Event[bool] = Event()  # whether there is something to look after
        self.ended: Event[Exception | None] = Event()  # not by the user; why, where it failed
        self._parts = parts
        self._showing = showing = parts.showing
        self.link = LinkFollower(parts.window, parts.notices, showing)
        self.record = RecordController(parts.window, parts.notices, showing, runner)
        self.timeline = TimelineController(parts.window, showing, self.seek, self.step)
        self._pace = LivePace(parts, self.timeline.show)
        self._threads = NetworkThreads(parts, networks, lambda: self._frames.tell())
        self._frames = LiveFrames(parts, self._threads, self.link, self._pace)
        self._freezing = FreezeController(parts, self._frames, self._pace)
        self.shown = self._frames.shown
        self._connect()

    @property
    def stream(self) -> Stream | None:
        """What is being streamed."""
        return self._showing.stream

    @property
    def steadiness(self) -> dict[tuple[int, int], Steadiness]:
        """Of the probes while frames stream, by pixel."""
        return self._showing.steadiness

    def open(self, options: LiveOptions, source_of: SourceOf = source_of) -> None:
        """Stream another source in the place of what is shown."""
        self.run(source_of(options), options.every_frame)

    def run(
        self, source: Source, every_frame: bool = False, timeouts: CaptureTimeouts | None = None
    ) -> None:
        """Stream `source`."""
        self._forget()
        stream = self._showing.stream = Stream(source, every_frame, timeouts)
        self._parts.session.begin_stream(stream.link.title)
        self._threads.request_drawing()
        self.link.begin(stream)
        self._threads.run(stream)
        self._pace.show_bar()
        self.running.emit(True)

    def toggle_freeze(self) -> None:
        """Freeze the picture, or resume."""
        self._freezing.toggle()

    def seek(self, index: int) -> None:
        """Go on from that frame of a recording; frozen, it alone is shown."""
        self._freezing.seek(index)

    def step(self, by: int = 1) -> None:
        """Show one more frame and stay frozen; of a recording also one before."""
        self._freezing.step(by)

    def toggle_record(self) -> None:
        """Begin to record what the camera sends, or end it."""
        self.record.toggle()

    def hold(self) -> None:
        """Show nothing new, as for taking a picture of the window."""
        self._freezing.hold()

    def stop(self) -> None:
        """Stop streaming (keeps the last frame)."""
        if self._showing.stream is not None:
            waiting = self._showing.waiting
            self._forget()
            self._frames.settle(waiting)

    def hurry(self) -> None:
        """Look for a lost device at once."""
        if self._showing.stream is not None:
            self._showing.stream.hurry()

    def tick(self) -> None:
        """See how the camera does, and do what is due."""
        if self._showing.stream is None:
            return
        self._showing.stream.watch()
        if self.link.follow(self._showing.stream):
            self._pace.show_bar()
        self.record.follow()
        self._frames.give_up_painting()
        self._frames.take()
        if not self._showing.held:
            self._pace.do_some()

    def close(self, deadline: float) -> tuple[str, ...]:
        """End everything until `time.monotonic()` is `deadline`; names of what did not end."""
        self._showing.clear()
        self.record.close()
        return self._threads.close(deadline)

    def _fail(self, error: Exception) -> None:
        self._forget()
        self._parts.window.picture.set_message("")
        self._parts.notices.fail(error, "opening the camera", Subject.OPENING)
        self.ended.emit(error)

    def _end(self) -> None:
        self.stop()
        self._parts.notices.tell(
            f"{self.link.title} has ended. Its last frame is still shown.", subject=Subject.SET
        )
        self.ended.emit(None)

    def _forget(self) -> None:
        """No stream any more; what is shown stays."""
        self.record.end()
        self._threads.end()
        self._showing.clear()
        self._parts.session.end_stream()
        self.link.clear()
        self._threads.forget_step()
        self._parts.screen.update("status", "title")
        self._pace.show_bar()
        self.timeline.show()
        self._pace.show_spread()
        self.running.emit(False)

    def _connect(self) -> None:
        bar = self._parts.window.live_bar
        self._parts.session.frames_changed.connect(self._yield_to_frames)
        self.link.failed.connect(self._fail)
        self.link.ended.connect(self._end)
        bar.freeze_toggled.connect(self.toggle_freeze)
        bar.stepped.connect(self.step)
        bar.stopped.connect(self.stop)
        bar.hurried.connect(self.hurry)

    def _yield_to_frames(self) -> None:
        """Another set was opened: it takes the place of the stream."""
        if self._showing.stream is not None and self._parts.session.frames is not None:
            self._forget()
