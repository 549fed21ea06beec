"""The second answer, B: which question it is to, and what was said."""

from __future__ import annotations

from dataclasses import replace

from sgnet_model.edits import NO_EDITS

from .comparing import Comparing
from .event import Event
from .question import Question
from .result import Result
from .session import Session


class OtherAnswer:
    """A view on the document beside the session. `changed`: there is another answer, or none."""

    def __init__(self, session: Session) -> None:
        self.changed: Event[[]] = Event()
        self._session = session
        self._known: tuple[Question, Result] | None = None

    @property
    def comparing(self) -> Comparing:
        """What B is, and how it is looked at."""
        return self._session.document.value.comparing

    @property
    def question(self) -> Question | None:
        """What B is asked; None where there is nothing to compare with."""
        own, chosen = self._session.question, self.comparing
        if own is None:
            return None
        if chosen.network is not None:
            edits = chosen.edits.of(self._session.document.value.index)
            return Question(own.frame, chosen.network, edits)
        return Question(own.frame, own.network, NO_EDITS) if own.edits else None

    @property
    def result(self) -> Result | None:
        """The answer; None until it is there."""
        if self._known is None or self._known[0] != self.question:
            return None
        return self._known[1]

    def put(self, question: Question, result: Result) -> None:
        """What was said."""
        self._known = (question, result)
        self.changed.emit()

    def change(self, **values: object) -> None:
        """Replace some fields of how is compared."""
        self._session.document.amend(comparing=replace(self.comparing, **values))  # type: ignore[arg-type]

    def swap(self) -> None:
        """A becomes B, and B becomes A, the edits of the frame as well."""
        session, chosen = self._session, self.comparing
        if chosen.network is None:
            return
        value = session.document.value
        answer = session.result
        asked = session.question if session.is_answered else None
        other = replace(chosen, network=value.network, edits=value.edits)
        session.document.amend(network=chosen.network, edits=chosen.edits, comparing=other)
        if asked is not None and answer is not None and asked == self.question:
            self.put(asked, answer)
