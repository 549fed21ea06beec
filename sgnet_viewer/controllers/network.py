"""The network: which one, where, at which size; and having it look at the current frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.network_size import parse_size
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import NetworkChoice, Session
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest

from .runner import Runner
from .session import CHECKPOINTS

Infer = Callable[[InferenceRequest, Task], InferenceAnswer]
Load = Callable[[NetworkChoice, Task], str | None]  # what `InferenceEngine.load` is


class NetworkController:
    """Asks for a result whenever the frame or the network changes.

    The old result stays until the new one is there. A choice that fails is taken back, so that the
    next frame is seen by the network that worked. It is tried at once, also where no frame could
    be segmented by it yet.
    """

    def __init__(
        self,
        window: WindowView,
        session: Session,
        notices: Notices,
        network: Runner,
        infer: Infer,
        load: Load,
    ) -> None:
        self._window = window
        self._session = session
        self._notices = notices
        self._network = network
        self._infer = infer
        self._load = load
        self._worked: NetworkChoice | None = None  # the last choice that gave a result
        self._sound = session.choice  # the last one that gave a result, or could be loaded
        self._session.frame_changed.connect(self.request)

    def choose_checkpoint(self, path: Path | None) -> None:
        """Use another checkpoint; None is the bundled one."""
        self._choose(replace(self._session.choice, checkpoint=path))

    def ask_checkpoint(self) -> None:
        """Ask for a checkpoint file, and use it."""
        path = self._window.ask_file("Open a checkpoint", CHECKPOINTS)
        if path:
            self.choose_checkpoint(Path(path))

    def choose_size(self, text: str) -> None:
        """Feed the network pictures of this size: "480x640", or "native"."""
        try:
            self._choose(replace(self._session.choice, size=parse_size(text)))
        except UserError as error:
            self._notices.fail(error)

    def choose_device(self, device: str) -> None:
        """Compute there: "auto", "cpu" or "cuda"."""
        self._choose(replace(self._session.choice, device=device))

    def choose_precision(self, precision: str) -> None:
        """Compute in this arithmetic: "auto", "fp32", "bf16" or "fp16"."""
        self._choose(replace(self._session.choice, precision=precision))

    def request(self) -> None:
        """Have the current frame segmented by the network chosen.

        Not while frames stream in: their own thread has each one segmented.
        """
        self._network.cancel()
        generation = self._session.next_generation()
        frame = self._session.frame
        if self._session.streaming or frame is None or frame.depth_m is None:
            return
        request = InferenceRequest(frame, self._session.choice)
        self._network.submit(
            partial(self._infer, request),
            partial(self._take, generation, request.network),
            partial(self._fail, generation),
        )

    def accept(self, choice: NetworkChoice, notice: str = "") -> None:
        """This choice gave a result."""
        self._worked = self._sound = choice
        if notice:
            self._notices.tell(notice, "warning")

    def refuse(self, error: Exception) -> None:
        """The choice gave none: go back to the one that worked last."""
        if self._worked is not None:
            self._session.choose(self._worked)
        self._notices.fail(error, "segmenting")

    def _choose(self, choice: NetworkChoice) -> None:
        if choice != self._session.choice:
            self._session.choose(choice)
            self.request()
            self._try()

    def _try(self) -> None:
        """Load the network where the frame cannot show that it works."""
        session = self._session
        frame, choice = session.frame, session.choice
        usable = frame is not None and frame.depth_m is not None
        if usable or session.streaming or _network_of(choice) == _network_of(self._sound):
            return
        generation = session.generation
        self._network.submit(
            partial(self._load, choice),
            partial(self._note_loaded, generation),
            partial(self._take_back, generation),
        )

    def _note_loaded(self, generation: int, notice: str | None) -> None:
        if generation != self._session.generation:
            return
        self._sound = self._session.choice
        checkpoint = self._sound.checkpoint
        name = "The bundled network" if checkpoint is None else checkpoint.name
        self._notices.tell(f"{name} is loaded and waits for a frame with depth.")
        if notice:
            self._notices.tell(notice, "warning")

    def _take_back(self, generation: int, error: Exception) -> None:
        if generation == self._session.generation:
            self._session.choose(self._sound)
            self._notices.fail(error, "loading the network")

    def _take(self, generation: int, choice: NetworkChoice, answer: InferenceAnswer) -> None:
        if generation != self._session.generation:
            return
        self.accept(choice, answer.notice or "")
        self._session.set_result(answer.result)

    def _fail(self, generation: int, error: Exception) -> None:
        if generation == self._session.generation:
            self.refuse(error)


def _network_of(choice: NetworkChoice) -> tuple[Path | None, str, str]:
    """What is loaded for a choice: the size is each frame's own."""
    return choice.checkpoint, choice.device, choice.precision
