"""The network's thread of the stream: frames in, finished pictures out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sgnet_model.types import Frame, UserError
from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.render.live import LiveDrawing, Pixel, draw_live
from sgnet_viewer.state.activity import Step
from sgnet_viewer.state.session import NetworkChoice, Result
from sgnet_viewer.state.view_settings import ViewSettings
from sgnet_viewer.workers.inference import (
    InferenceAnswer,
    InferenceEngine,
    InferenceRequest,
    Load,
    load_predictor,
)
from sgnet_viewer.workers.mailbox import Mailbox
from sgnet_viewer.workers.task import Cancelled, Task

from .checking import check
from .stream import Shot, Stream

SEGMENTING = "Segmenting"  # what `InferenceEngine` reports of every frame: not worth a line
OFF = "Segmentation is off: {}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the window wants of the next frame. Replaced as a whole, read by the thread."""

    network: NetworkChoice
    settings: ViewSettings
    pixels: tuple[Pixel, ...] = ()
    generation: int = 0  # of `network`


class LiveEngine:
    """Serves one stream at a time; its thread is the only one that touches its network.

    `ready` is called in that thread when a stream's outbox has something; `report` with what
    takes long (None: no more).
    """

    def __init__(
        self,
        ready: Callable[[], None],
        report: Callable[[Step | None], None],
        load: Load = load_predictor,
    ) -> None:
        self._ready = ready
        self._report = report
        self._inference = InferenceEngine(load, automatic="auto")
        self._wishes = Wishes(NetworkChoice(), ViewSettings())
        self._streams: Mailbox[Stream] = Mailbox()
        self._stream: Stream | None = None
        self._ending: list[Stream] = []
        self._task = Task(lambda _: None)
        self._refused: tuple[NetworkChoice, tuple[int, int]] | None = None  # not tried again
        self._refusal = ""
        self._reported = False  # a step that is shown until it is taken back
        self._thread = threading.Thread(target=self._run, name="sgnet-live")

    # the GUI thread

    @property
    def generation(self) -> int:
        """Shots of an older one are stale."""
        return self._wishes.generation

    def run(self, stream: Stream) -> None:
        """Begin to stream; an earlier stream ends."""
        self.end()
        self._stream = stream
        if self._thread.ident is None:
            self._thread.start()
        self._streams.put(stream)
        stream.start()

    def end(self) -> None:
        """No stream any more. Does not wait: `close` does."""
        if self._stream is not None:
            self._stream.stop()
            self._ending = [each for each in self._ending if not each.join(0.0)]
            self._ending.append(self._stream)
            self._stream = None
            self._task.cancel()

    def choose(self, network: NetworkChoice) -> None:
        """Have the next frame seen by another network, or at another size."""
        now = self._wishes
        self._wishes = replace(now, network=network, generation=now.generation + 1)
        self._task.cancel()

    def wish(self, settings: ViewSettings, pixels: tuple[Pixel, ...]) -> None:
        """How the next frame is to be drawn, and which pixels are probed."""
        self._wishes = replace(self._wishes, settings=settings, pixels=pixels)

    def close(self, deadline: float) -> tuple[str, ...]:
        """End all threads until `time.monotonic()` is `deadline`; names of those that did not."""
        self.end()
        self._streams.close()
        left = ["camera" for stream in self._ending if not stream.join(deadline)]
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
        return (*left[:1], *([self._thread.name] if self._thread.is_alive() else []))

    # the network's thread

    def _run(self) -> None:
        while (stream := self._streams.take()) is not None:
            self._serve(stream)

    def _serve(self, stream: Stream) -> None:
        while True:
            stepped = stream.gate.pass_through(lambda: stream.inbox.is_closed)
            live = stream.inbox.take()
            if live is None:
                return
            if stream.frozen and not stepped and not stream.every_frame:
                stream.meters.count(held=1)  # the gate was shut while it was waited for a frame
                continue
            pauses = stream.pauses
            shot = self._shoot(stream, live)
            if shot is None:
                return
            self._hand_over(stream, shot, is_late=pauses != stream.pauses)

    def _hand_over(self, stream: Stream, shot: Shot, is_late: bool) -> None:
        if is_late and not stream.every_frame:
            stream.meters.count(held=1)
        elif stream.outbox.put(shot) is not None:
            stream.meters.count(dropped=1)
        self._ready()

    def _shoot(self, stream: Stream, live: LiveFrame) -> Shot | None:
        """None where the stream ended meanwhile; a change of network begins the frame anew."""
        while True:
            # In this order: what ends the stream or changes the wishes cancels the task last.
            self._task = Task(self._show_step)
            if stream.inbox.is_closed:
                return None
            wishes = self._wishes
            try:
                shot = self._shot(live, wishes)
            except Cancelled:
                continue
            if shot.drawing.result is not None:
                stream.meters.infer()
            return shot

    def _shot(self, live: LiveFrame, wishes: Wishes) -> Shot:
        checked = check(live)
        if checked.refusal:
            return Shot(wishes.generation, live, _drawn(checked.frame, wishes, checked.refusal))
        key = (wishes.network, checked.frame.size)
        if key == self._refused:
            return Shot(wishes.generation, live, _drawn(checked.frame, wishes, self._refusal))
        try:
            answer = self._infer(checked.frame, wishes.network)
        except Cancelled:
            raise
        except Exception as error:
            self._refused, self._refusal = key, refusal_of(error)
            drawing = _drawn(checked.frame, wishes, self._refusal)
            return Shot(wishes.generation, live, drawing, problem=error)
        self._refused = None
        drawing = _drawn(checked.frame, wishes, result=answer.result)
        return Shot(wishes.generation, live, drawing, answer.notice or "")

    def _infer(self, frame: Frame, network: NetworkChoice) -> InferenceAnswer:
        try:
            return self._inference.run(InferenceRequest(frame, network), self._task)
        finally:
            if self._reported:
                self._reported = False
                self._report(None)

    def _show_step(self, step: Step) -> None:
        if step.text != SEGMENTING:
            self._reported = True
            self._report(step)


def refusal_of(error: Exception) -> str:
    """Why the picture has no classes, in a sentence."""
    said = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    return OFF.format(said)


def _drawn(
    frame: Frame, wishes: Wishes, refusal: str = "", result: Result | None = None
) -> LiveDrawing:
    return draw_live(frame, result, wishes.settings, wishes.pixels, refusal)
