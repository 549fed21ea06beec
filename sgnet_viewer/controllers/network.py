"""The network: which one, where, at which size; and having it look at the current frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from sgnet_model.edits import NO_EDITS
from sgnet_model.resources import default_checkpoint
from sgnet_model.sizes import parse_network_size
from sgnet_model.switches import ALL, NO_SWITCHES, Switches
from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest
from sgnet_viewer.workers.networks import read_card

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
        reader: Runner,
    ) -> None:
        """`network`: runs it; `reader`: reads what a checkpoint says of itself."""
        self._window = window
        self._session = session
        self._notices = notices
        self._network = network
        self._infer = infer
        self._reader = reader
        self._load = load
        self._worked: NetworkChoice | None = None  # the last choice that gave a result
        self._edits = NO_EDITS  # the last ones that gave a result
        self._sound = session.choice  # the last one that gave a result, or could be loaded
        session.frame_changed.connect(self.request)
        session.choice_changed.connect(self._follow_choice)
        session.edits_changed.connect(self.request)

    def choose_checkpoint(self, path: Path | None) -> None:
        """Use another checkpoint; None is the bundled one."""
        self._session.choose(replace(self._session.choice, checkpoint=path))

    def ask_checkpoint(self) -> None:
        """Ask for a checkpoint file, and use it."""
        path = self._window.ask_file("Open a checkpoint", CHECKPOINTS)
        if path:
            self.choose_checkpoint(Path(path))

    def choose_size(self, text: str) -> None:
        """Feed the network pictures of this size: "480x640", or "native"."""
        try:
            self._session.choose(replace(self._session.choice, size=parse_network_size(text)))
        except UserError as error:
            self._notices.fail(error, subject=Subject.COMMAND)

    def choose_device(self, device: str) -> None:
        """Compute there: "auto", "cpu" or "cuda"."""
        self._session.choose(replace(self._session.choice, device=device))

    def choose_precision(self, precision: str) -> None:
        """Compute in this arithmetic: "auto", "fp32", "bf16", "fp16" or "int8"."""
        self._session.choose(replace(self._session.choice, precision=precision))

    def switch(self, layer: str, part: str, state: str) -> None:
        """Run a layer ("all" of them) with its "offsets" or "modulation" in another state."""
        choice = self._session.choice
        switches = choice.switches.turned(layer, part, state)
        self._step(f"switch of {layer} layers" if layer == ALL else f"switch of {layer}", switches)

    def reset_switches(self) -> None:
        """Every layer as it was learned."""
        self._step("reset of the switches", NO_SWITCHES)

    def show_card(self) -> None:
        """What the checkpoint says of itself, in a page beside the window."""
        path = self._session.choice.checkpoint or default_checkpoint()
        show = partial(self._window.show_card, path.name)
        failed = partial(self._notices.fail, doing="reading the checkpoint")
        self._reader.submit(partial(read_card, path), show, failed)

    def request(self) -> None:
        """Have the question of the session answered.

        Not while frames stream in: their own thread has each one segmented.
        """
        self._network.cancel()
        session, question = self._session, self._session.question
        if question is None:
            return
        known = session.answers.get(question)
        if known is not None:
            if known is not session.result:
                session.set_result(known)
            return
        self._network.submit(
            partial(
                self._infer, InferenceRequest(question.frame, question.network, question.edits)
            ),
            partial(self._take, question),
            partial(self._fail, question),
        )

    def accept(self, choice: NetworkChoice, notice: str = "") -> None:
        """This choice gave a result."""
        self._worked = self._sound = choice
        if notice:
            self._notices.tell(notice, "warning", subject=Subject.NETWORK)

    def refuse(self, error: Exception) -> None:
        """The choice gave none: go back to the one that worked last."""
        goes_back = self._worked is not None and self._worked != self._session.choice
        if self._worked is not None:
            self._session.choose(self._worked)
        subject = Subject.REFUSED if goes_back else Subject.FRAME
        self._notices.fail(error, "segmenting", subject)

    def _step(self, title: str, switches: Switches) -> None:
        """A change that can be undone."""
        network = replace(self._session.choice, switches=switches)
        self._session.document.change(title, network=network)

    def _follow_choice(self) -> None:
        self.request()
        self._try(self._session.choice)

    def _try(self, choice: NetworkChoice) -> None:
        """Load the network where the frame cannot show that it works."""
        session = self._session
        usable = session.question is not None or session.streaming
        if usable or _network_of(choice) == _network_of(self._sound):
            return
        self._network.submit(
            partial(self._load, choice),
            partial(self._note_loaded, choice),
            partial(self._take_back, choice),
        )

    def _note_loaded(self, choice: NetworkChoice, notice: str | None) -> None:
        if choice is not self._session.choice:
            return
        self._sound = choice
        checkpoint = choice.checkpoint
        name = "The bundled network" if checkpoint is None else checkpoint.name
        self._notices.tell(f"{name} is loaded and waits for a frame with depth.")
        if notice:
            self._notices.tell(notice, "warning", subject=Subject.NETWORK)

    def _take_back(self, choice: NetworkChoice, error: Exception) -> None:
        if choice is self._session.choice:
            self._session.choose(self._sound)
            self._notices.fail(error, "loading the network", Subject.REFUSED)

    def _take(self, question: Question, answer: InferenceAnswer) -> None:
        self._session.answers.put(question, answer.result)
        if question == self._session.question:
            self._edits = question.edits
            self.accept(question.network, answer.notice or "")
            self._session.set_result(answer.result)

    def _fail(self, question: Question, error: Exception) -> None:
        if question != self._session.question:
            return
        if question.edits and question.network == self._worked:
            self._take_edits_back(error)  # the network is not at fault
        else:
            self.refuse(error)
        if question == self._session.question:  # nothing else is tried
            self._session.give_up()

    def _take_edits_back(self, error: Exception) -> None:
        """Those that worked last, or none."""
        known = self._edits if self._edits != self._session.edits else NO_EDITS
        self._session.edit("edit", known, step=False)
        self._notices.fail(error, "editing the depth")


def _network_of(choice: NetworkChoice) -> tuple[Path | None, str, str]:
    """What is loaded for a choice: the size is each frame's own."""
    return choice.checkpoint, choice.device, choice.precision
