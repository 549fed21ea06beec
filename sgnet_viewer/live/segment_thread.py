"""One of the threads that segment a stream: a frame in, its finished picture out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from sgnet_model.types import Frame, UserError
from sgnet_viewer.cameras.protocol import Captured, LiveFrame
from sgnet_viewer.render.live import LiveDrawing, draw_live
from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.runtime.cores import SEGMENTING, give_way, share_cores
from sgnet_viewer.runtime.importing import computing
from sgnet_viewer.runtime.slot import Slot
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.view_settings import Limits, PictureMode, ViewSettings

from .checking import check
from .frame_order import FrameOrder, TakenFrame
from .stream import FinishedFrame
from .stream_network import Loaded, StreamNetwork

OFF = "Segmentation is off: {}"
LOADING = "Loading the network…"
_LOG = logging.getLogger(__name__)
PLAIN_S = 0.25  # a picture waits so long for a network that is being loaded, then goes without


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """What the window wants of the next frame. Replaced as a whole, read by the threads."""

    network: NetworkChoice
    settings: ViewSettings
    pixels: tuple[Pixel, ...] = ()
    generation: int = 0  # of `network`


Draw = Callable[[Frame, DrawRequest, str], LiveDrawing]


class Refusals:
    """The frame size at which the network chosen last failed, so that it is not tried again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[tuple[NetworkChoice, tuple[int, int]], str] | None = None

    def note(self, network: NetworkChoice, frame: Frame, sentence: str) -> bool:
        """True the first time: it is reported once."""
        key = network, frame.size
        with self._lock:
            is_new = self._known is None or self._known[0] != key
            self._known = key, sentence
        return is_new

    def of(self, network: NetworkChoice, frame: Frame) -> str:
        """The sentence, "" where it may be tried."""
        known = self._known
        return known[1] if known is not None and known[0] == (network, frame.size) else ""

    def forget(self, network: NetworkChoice) -> None:
        """It works again; what is known of another one stays."""
        with self._lock:
            if self._known is not None and self._known[0][0] == network:
                self._known = None

    def clear(self) -> None:
        """Whatever failed may be tried again: the user may have mended it meanwhile."""
        with self._lock:
            self._known = None


class SegmentThread:
    """A thread that segments one frame after another. `ready`: something can be shown."""

    def __init__(
        self,
        name: str,
        shares: int,
        network: StreamNetwork,
        refusals: Refusals,
        request: Callable[[], DrawRequest],
        ready: Callable[[], None],
    ) -> None:
        """`shares`: how many such threads the processor's cores are divided among."""
        self.orders: Slot[FrameOrder] = Slot()
        self.thread = threading.Thread(target=self._run, name=name)
        self._shares = shares
        self._network = network
        self._refusals = refusals
        self._request = request
        self._ready = ready
        self._task = Task(lambda _: None)
        self._has_failed = False  # which was logged

    def serve(self, order: FrameOrder) -> None:
        """Take frames of `order` from now on."""
        if self.thread.ident is None:
            self.thread.start()
        self.orders.put(order)

    def cancel(self) -> None:
        """The frame being segmented is not wanted any more, or by another network."""
        self._task.cancel()

    # the thread

    def _run(self) -> None:
        give_way(SEGMENTING)
        while (order := self.orders.take()) is not None:
            while (taken := order.take()) is not None:
                self._segment(order, taken)

    def _segment(self, order: FrameOrder, taken: TakenFrame) -> None:
        finished = None
        try:
            live = decoded(taken.captured)
            if live is None:
                order.stream.meters.count(dropped=1)
            else:
                finished = self._finish(order, taken, live)
        except Exception:  # the frame is lost; the thread must not be, for nobody begins another
            order.stream.meters.count(dropped=1)
            if not self._has_failed:  # the next frame will, too
                self._has_failed = True
                _LOG.exception("A frame of the stream could not be drawn.")
        finally:
            order.end(taken, finished)
        self._ready()

    def _finish(
        self, order: FrameOrder, taken: TakenFrame, live: LiveFrame
    ) -> FinishedFrame | None:
        """None where the stream ended meanwhile; a change of network begins the frame again."""
        while True:
            # In this order: what ends the stream or changes the request cancels the task last.
            self._task = task = Task(lambda _: None)
            if order.stream.inbox.is_closed:
                return None
            request = self._request()
            try:
                return self._finished(order, taken, live, request, task)
            except Cancelled:
                continue
            except Exception as error:  # of drawing: the picture comes as it is
                return self._failed(live, live.frame, request, error, bare)

    def _finished(
        self,
        order: FrameOrder,
        taken: TakenFrame,
        live: LiveFrame,
        request: DrawRequest,
        task: Task,
    ) -> FinishedFrame:
        held = order.stream.depth_limits
        with computing():
            checked = check(live)
        refusal = checked.refusal or self._refusals.of(request.network, checked.frame)
        if refusal:
            return FinishedFrame(
                request.generation, live, drawn(checked.frame, request, refusal, held=held)
            )
        waiting = plain(live, checked.frame, request, held)
        try:
            network = self._loaded(order, taken, waiting, request, task)
            if network is None:
                return waiting()
            share_cores(self._shares)
            result = network.segment(checked.frame, request.network, task)
        except Cancelled:
            raise
        except Exception as error:
            return self._failed(live, checked.frame, request, error, drawn)
        order.stream.meters.infer()
        self._refusals.forget(request.network)
        drawing = drawn(checked.frame, request, result=result, held=held)
        order.stream.depth_limits = drawing.depth_limits
        return FinishedFrame(request.generation, live, drawing, notice=network.take_notice())

    def _loaded(
        self,
        order: FrameOrder,
        taken: TakenFrame,
        waiting: Callable[[], FinishedFrame],
        request: DrawRequest,
        task: Task,
    ) -> Loaded | None:
        """The network; None where the picture is shown without it until it is there.

        Where the network is to see every frame, the frame waits, and is shown meanwhile.
        """
        network = self._network.of(request.network, PLAIN_S)
        shown = False
        while network is None and order.stream.every_frame:
            task.check()
            if not shown:
                shown = order.preview(taken, waiting())
                self._ready()
            network = self._network.of(request.network, PLAIN_S)
        return network

    def _failed(
        self, live: LiveFrame, frame: Frame, request: DrawRequest, error: Exception, draw: Draw
    ) -> FinishedFrame:
        sentence = refusal_of(error)
        # What was chosen before is known no more, and was told when it failed first.
        is_stale = request.generation != self._request().generation
        is_new = not is_stale and self._refusals.note(request.network, frame, sentence)
        problem = error if is_new else None
        return FinishedFrame(
            request.generation, live, draw(frame, request, sentence), problem=problem
        )


def refusal_of(error: Exception) -> str:
    """Why the picture has no classes, in a sentence."""
    said = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    return OFF.format(said)


def drawn(
    frame: Frame,
    request: DrawRequest,
    refusal: str = "",
    result: Result | None = None,
    held: Limits | None = None,
) -> LiveDrawing:
    """As the window wants it. `held`: the depth range of the frame before."""
    with computing():
        return draw_live(frame, result, request.settings, request.pixels, refusal, held)


def bare(frame: Frame, _: DrawRequest, refusal: str) -> LiveDrawing:
    """As it was captured."""
    return draw_live(frame, None, ViewSettings(mode=PictureMode.RGB), (), refusal)


def plain(
    live: LiveFrame, frame: Frame, request: DrawRequest, held: Limits | None
) -> Callable[[], FinishedFrame]:
    """Makes the frame without a result that is shown while the network is not there."""

    def make() -> FinishedFrame:
        drawing = drawn(frame, request, held=held)
        picture = replace(drawing.picture, note=LOADING)
        return FinishedFrame(
            request.generation, live, replace(drawing, picture=picture), waiting=True
        )

    return make


def decoded(captured: Captured) -> LiveFrame | None:
    """None where it cannot be: the camera that grabbed it knows, and says so."""
    try:
        with computing():
            return captured.decoded()
    except Exception:
        return None
