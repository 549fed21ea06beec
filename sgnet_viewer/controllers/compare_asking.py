"""Asking B, the second answer, once A is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest

from .network import Infer
from .runner import Runner


class OtherAsking:
    """One question at a time; what is answered goes to `other`."""

    def __init__(
        self,
        session: Session,
        other: OtherAnswer,
        notices: Notices,
        network: Runner,
        infer: Infer,
        ask_again: Callable[[], object],
    ) -> None:
        """`network`: runs B. `ask_again`: has A asked."""
        self._session = session
        self._other = other
        self._notices = notices
        self._network = network
        self._infer = infer
        self._ask_again = ask_again
        self._asked_again: Question | None = None  # of A, frozen out of a stream
        self._asked: Question | None = None  # of B, and not answered yet
        self._cancelled = False  # what was asked last

    @property
    def is_under_way(self) -> bool:
        """Whether B is being asked."""
        return self._asked is not None

    @property
    def is_cancelled(self) -> bool:
        """Whether the user gave up what was asked last."""
        return self._cancelled and self._asked is None

    def drop_all_but(self, question: Question | None) -> None:
        """Another one that is being asked is not wanted any more."""
        if question != self._asked:
            self._network.cancel()
            self._asked = None

    def give_up(self) -> None:
        """The user cancelled."""
        self._network.cancel()
        self._asked, self._cancelled = None, True

    def ask(self, question: Question) -> None:
        """A comes first: of the answer that is kept already nothing has to be asked."""
        session = self._session
        known = session.answers.get(question)
        if known is not None:
            self._other.put(question, known)
        elif session.is_answered:
            self._asked, self._cancelled = question, False
            request = InferenceRequest(question.frame, question.network, question.edits)
            self._network.submit(
                partial(self._infer, request),
                partial(self._take, question),
                partial(self._fail, question),
            )
        elif session.is_of_stream and self._asked_again != session.question:
            self._asked_again = session.question
            self._ask_again()

    def _take(self, question: Question, answer: InferenceAnswer) -> None:
        self._asked = None
        self._session.answers.put(question, answer.result)
        if answer.notice:
            self._notices.tell(answer.notice, "warning")
        self._other.put(question, answer.result)

    def _fail(self, question: Question, error: Exception) -> None:
        """B is given up: the window shows A as before."""
        self._asked = None
        if question == self._other.question:
            self._other.change(network=None, layout=Layout.A)
            self._notices.fail(error, "asking B")
