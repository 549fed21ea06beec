"""Streams: opening and ending them, showing what comes, freezing and stepping."""

from __future__ import annotations

import time
from collections.abc import Callable

from sgnet_model.types import Frame
from sgnet_viewer.cameras.protocol import CameraOptions
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.live.capture import Patience, Phase
from sgnet_viewer.live.engine import LiveEngine
from sgnet_viewer.live.meters import Meters
from sgnet_viewer.live.source import NamedSource, Source
from sgnet_viewer.live.stream import Shot, Stream
from sgnet_viewer.state.activity import Activity, Step
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.live_jitter import Steadiness
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.workers.networks import LoadedNetworks

from .live_link import LinkFollower
from .live_pace import LivePace
from .live_record import RecordController
from .live_showing import Showing
from .live_timeline import TimelineController
from .network import NetworkController
from .probe import ProbeController
from .runner import Post, Runner
from .screen import Screen

UNSEEN_S = 0.25  # a window that is hidden does not paint: its frames count as shown after this
WHO = "sgnet-live"  # in the activity

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
        ),
    )


class LiveController:
    """`tick` is to be called twenty times a second while it is `running`.

    While frames stream the session's own requests rest; frozen or ended, the last frame is one
    like any other: it can be segmented again, probed and saved.
    """

    def __init__(
        self,
        window: WindowView,
        session: Session,
        view: ViewState,
        probes: Probes,
        notices: Notices,
        activity: Activity,
        post: Post,
        runner: Runner,
        screen: Screen,
        probe: ProbeController,
        network: NetworkController,
        networks: LoadedNetworks,
    ) -> None:
        """`runner`: for what a recording has left to write. `networks`: those of still frames."""
        self.running: Event[bool] = Event()  # whether there is something to look after
        self.shown: Event[Meters] = Event()  # a live frame is on the screen, finished
        self.ended: Event[Exception | None] = Event()  # not by the user; why, where it failed
        self._window = window
        self._session = session
        self._probes = probes
        self._notices = notices
        self._activity = activity
        self._post = post
        self._screen = screen
        self._probe = probe
        self._network = network
        self._showing = showing = Showing()
        self.link = LinkFollower(window, notices, showing)
        self.record = RecordController(window, notices, showing, runner)
        self.timeline = TimelineController(window, showing, self.seek, self.step)
        self._pace = LivePace(
            window, session, view, probes, showing, screen, probe, self.timeline.show
        )
        self._engine = LiveEngine(self._tell, self._report, networks)
        self._engine.choose(session.choice)
        self._informed = False  # the GUI thread knows that something waits
        self._steps = 0
        self._unpainted_at = 0.0
        self._connect(view)

    # --- what is asked

    @property
    def stream(self) -> Stream | None:
        """What is being streamed."""
        return self._showing.stream

    @property
    def steadiness(self) -> dict[tuple[int, int], Steadiness]:
        """Of the probes while frames stream, by pixel."""
        return self._showing.steadiness

    @property
    def is_frozen(self) -> bool:
        """Whether the user has frozen the picture."""
        return self._showing.frozen

    def open(self, options: LiveOptions, source_of: SourceOf = source_of) -> None:
        """Stream another source in the place of what is shown."""
        self.run(source_of(options), options.every_frame)

    def run(
        self, source: Source, every_frame: bool = False, patience: Patience | None = None
    ) -> None:
        """Stream `source`."""
        self._forget()
        stream = self._showing.stream = Stream(source, every_frame, patience)
        self._session.begin_stream(stream.link.title)
        self._request_drawing()
        self.link.begin(stream)
        self._engine.run(stream)
        self._pace.show_bar()
        self.running.emit(True)

    def toggle_freeze(self) -> None:
        """Freeze the picture, or resume."""
        stream = self._showing.stream
        if stream is None:
            return
        if self._showing.frozen:
            self._showing.frozen = False
            self._session.streaming = True
            self._network.request()  # gives up what the frozen frame was asked
            stream.resume()
        else:
            self._freeze(stream)
        self._pace.show_bar()
        self.take()

    def seek(self, index: int) -> None:
        """Go on from that frame of a recording; frozen, it alone is shown."""
        stream = self._showing.stream
        if stream is not None:
            stream.seek(index)
            self.take()

    def step(self, by: int = 1) -> None:
        """Show one more frame and stay frozen; of a recording also one before."""
        stream, index = self._showing.stream, self._showing.index
        if stream is None:
            return
        if not self._showing.frozen:
            self._freeze(stream)
        if stream.playhead is not None and index is not None:
            self.seek(index + by)
            self._pace.show_bar()
            return
        if by < 0:
            return
        self._steps = 1
        stream.step()
        self._pace.show_bar()
        self.take()

    def toggle_record(self) -> None:
        """Begin to record what the camera sends, or end it."""
        self.record.toggle()

    def hold(self) -> None:
        """Show nothing new, as for taking a picture of the window."""
        stream = self._showing.stream
        if stream is not None and not self._showing.frozen:
            self._showing.held = True
            stream.freeze()
            self._pace.settle()

    def stop(self) -> None:
        """Stop streaming (keeps the last frame)."""
        if self._showing.stream is not None:
            waiting = self._showing.waiting
            self._forget()
            self._settle(waiting)

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
        if self._showing.unpainted and time.monotonic() - self._unpainted_at > UNSEEN_S:
            self._note_painted()
        self.take()
        if not self._showing.held:
            self._pace.do_one()

    def close(self, deadline: float) -> tuple[str, ...]:
        """End everything until `time.monotonic()` is `deadline`; names of what did not end."""
        self._showing.clear()
        self.record.close()
        return self._engine.close(deadline)

    # --- what comes

    def _tell(self) -> None:
        """In the network's thread. At most one call is on its way to the GUI's."""
        if not self._informed:
            self._informed = True
            self._post(self.take)

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
        shot = stream.outbox.take_back()
        if shot is None:
            return
        if shot.generation != self._engine.generation and not stream.every_frame:
            stream.meters.count(dropped=1)
            return
        self._steps = 0
        self._show(shot, stream)

    def _show(self, shot: Shot, stream: Stream) -> None:
        """Picture and taps; the rest follows at its own pace."""
        drawing, showing = shot.drawing, self._showing
        before, showing.frame = showing.frame, drawing.frame
        showing.waiting, showing.index = shot.waiting, shot.live.index
        showing.remark = drawing.refusal or " ".join(drawing.frame.notes)
        showing.unpainted, self._unpainted_at = shot, time.monotonic()
        showing.note_spreads(shot, {(at.u, at.v): at.number for at in self._probes.points})
        result = drawing.result
        labels = None if result is None else result.prediction.labels
        stream.meters.flips.note(labels, shot.live.captured_s)
        self._session.stream(drawing.frame, drawing.result, drawing.depth_limits)
        self._probe.take_streamed(drawing.probes)
        self._screen.show_drawn(drawing.part, drawing.picture)
        if before is None or has_changed(before, drawing.frame):
            self._screen.update("controls", "status", "title")
            self._tell_change(before, drawing.frame)
        if stream.link.phase is not Phase.LOST:
            self.link.clear()
        self._note_network(shot)
        if showing.frozen:
            self._settle(shot.waiting)

    def _note_network(self, shot: Shot) -> None:
        if shot.problem is not None:
            self._network.refuse(shot.problem)
        elif shot.drawing.result is not None:
            self._network.accept(self._session.choice, shot.notice)

    def _tell_change(self, before: Frame | None, now: Frame) -> None:
        """Zoom and probes follow by themselves."""
        if before is None:
            return
        height, width = now.size
        if before.size != now.size:
            self._notices.tell(
                f"The camera now sends pictures of {width}x{height} pixels.", subject=Subject.SET
            )
        elif before.intrinsics != now.intrinsics:
            self._notices.tell(
                "The camera's intrinsics have changed. New points use them.", subject=Subject.SET
            )

    def _after_paint(self) -> None:
        if self._showing.unpainted is not None:
            self._post(self._note_painted)

    def _note_painted(self) -> None:
        showing, shot = self._showing, self._showing.unpainted
        showing.unpainted = None
        if shot is not None and showing.stream is not None:
            self._count_shown(shot, showing.stream)
            self.take()

    def _count_shown(self, shot: Shot, stream: Stream) -> None:
        """Of every frame a waiting one comes again, and counts then."""
        if not (shot.waiting and stream.every_frame):
            stream.meters.show(shot.live.captured_s, not shot.waiting)
        if not shot.waiting:
            self.shown.emit(stream.meters)

    # --- the end of a stream

    def _fail(self, error: Exception) -> None:
        self._forget()
        self._window.picture.set_message("")
        self._notices.fail(error, "opening the camera", Subject.OPENING)
        self.ended.emit(error)

    def _end(self) -> None:
        self.stop()
        self._notices.tell(
            f"{self.link.title} has ended. Its last frame is still shown.", subject=Subject.SET
        )
        self.ended.emit(None)

    def _forget(self) -> None:
        """No stream any more; what is shown stays."""
        self.record.end()
        self._engine.end()
        self._showing.clear()
        self._session.end_stream()
        self.link.clear()
        self._activity.finish(WHO)
        self._screen.update("status", "title")
        self._pace.show_bar()
        self.timeline.show()
        self._pace.show_spread()
        self.running.emit(False)

    def _freeze(self, stream: Stream) -> None:
        self._showing.frozen = True
        stream.freeze()
        self._session.streaming = False
        self._settle(self._showing.waiting)

    def _settle(self, waiting: bool) -> None:
        """The picture stays: it is shown in full, and segmented if it came before the network."""
        self._pace.settle()
        if waiting:
            self._network.request()
        self._session.settled.emit()

    # --- wiring

    def _connect(self, view: ViewState) -> None:
        window, session, bar = self._window, self._session, self._window.live_bar
        session.choice_changed.connect(lambda: self._engine.choose(session.choice))
        session.frames_changed.connect(self._yield_to_frames)
        view.changed.connect(lambda *_: self._request_drawing())
        self._probes.changed.connect(self._request_drawing)
        self.link.failed.connect(self._fail)
        self.link.ended.connect(self._end)
        window.picture.painted.connect(self._after_paint)
        bar.freeze_toggled.connect(self.toggle_freeze)
        bar.stepped.connect(self.step)
        bar.stopped.connect(self.stop)
        bar.hurried.connect(self.hurry)

    def _request_drawing(self) -> None:
        pixels = tuple((point.u, point.v) for point in self._probes.points)
        self._engine.draw_with(self._screen.seen_settings, pixels)

    def _yield_to_frames(self) -> None:
        """Another set was opened: it takes the place of the stream."""
        if self._showing.stream is not None and self._session.frames is not None:
            self._forget()

    def _report(self, step: Step | None) -> None:
        """In the network's thread."""
        self._post(lambda: self._show_step(step))

    def _show_step(self, step: Step | None) -> None:
        if step is None or self._showing.stream is None:
            self._activity.finish(WHO)
        else:
            self._activity.report(WHO, step)


def has_changed(before: Frame, now: Frame) -> bool:
    """Whether what can be shown of the frames differs, or where their pixels lie in space."""
    had, has = before.depth_m is not None, now.depth_m is not None
    return had != has or before.size != now.size or before.intrinsics != now.intrinsics
