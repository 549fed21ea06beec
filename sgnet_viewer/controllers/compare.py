"""The second answer, B: having it asked, and both compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sgnet_viewer.contract.compare import CompareModel
from sgnet_viewer.contract.picture import MapOverlay, OtherPicture
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.comparison import (
    Compared,
    flips_text,
)
from sgnet_viewer.state.comparing import CompareMap, Layout
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest

from .compare_drawing import CompareRequest, Drawn, drawn, names_of
from .network import Infer
from .runner import Runner

EMPTY = (
    "Choose a second answer, B, in the menu: another checkpoint, precision or switches, or the "
    "answer that is shown now. An edit of depth is compared with the depth as it was read."
)
WAITING = "B is being asked …"
CANCELLED = "Cancelled. B is asked again with the next change."
NO_DEPTH = "This frame has no usable depth."
FREEZE = "Frames stream in: freeze one to compare."


class CompareController:
    """Asks B once A is answered; compares whenever either is another, or is looked at otherwise."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        other: OtherAnswer,
        notices: Notices,
        network: Runner,
        drawer: Runner,
        infer: Infer,
        ask_again: Callable[[], object] = lambda: None,
    ) -> None:
        """`network`: runs B, one question at a time; `drawer`: compares, the newest alone.

        `ask_again`: has A asked. What a stream answered, in whatever arithmetic is fast, is not to
        be compared with a still frame's answer.
        """
        self.shown: Event[[]] = Event()  # another comparison is there, or none
        self._window = window
        self._session = session
        self._other = other
        self._notices = notices
        self._network = network
        self._drawer = drawer
        self._infer = infer
        self._ask_again = ask_again
        self._asked_again: Question | None = None  # of A, frozen out of a stream
        self._asked: Question | None = None  # of B, and not answered yet
        self._cancelled = False  # what was asked last
        self._drawn: Drawn | None = None
        self._requested: CompareRequest | None = None  # of the drawer, last
        self._model = CompareModel()
        self._connect()
        self._show()

    @property
    def found(self) -> Compared | None:
        """The comparison of the answers that are shown; None until it is there."""
        return self._drawn.found if self._drawn is not None else None

    def flips(self) -> str:
        """What an edit changed, in words; "" where that is not known."""
        return "" if self.found is None else flips_text(self.found)

    @property
    def overlay(self) -> MapOverlay | None:
        """What lies over the picture."""
        return self._drawn.overlay if self._drawn is not None else None

    @property
    def picture(self) -> OtherPicture | None:
        """B over the picture, or beside it."""
        return self._drawn.picture if self._drawn is not None else None

    def follow(self) -> None:
        """Ask B, or compare, or show that there is nothing to compare."""
        question = self._other.question
        if question != self._asked:
            self._network.cancel()
            self._asked = None
        if question is None:
            self._forget()
        elif self._other.result is not None:
            self._compare()
        else:
            self._forget()
            if self._asked is None:
                self._ask(question)

    def give_up(self) -> None:
        """The user cancelled: B is asked again with the next change."""
        if self._asked is not None:
            self._network.cancel()
            self._asked, self._cancelled = None, True
            self._show()

    def _ask(self, question: Question) -> None:
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
        self._show()

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
            self._other.change(network=None)
            self._notices.fail(error, "asking B")

    def _compare(self) -> None:
        a, b = self._session.result, self._other.result
        own, question = self._session.question, self._other.question
        if a is None or b is None or own is None or question is None:
            self._forget()
            return
        value = self._session.document.value
        before = self.found
        known = before if before is not None and (before.a, before.b) == (a, b) else None
        names = names_of(own, question)
        request = CompareRequest(a, b, names, value.comparing, value.probes, value.view, known)
        if request != self._requested:
            self._requested = request
            failed = partial(self._notices.fail, doing="comparing")
            self._drawer.submit(partial(drawn, request), self._put, failed)

    def _put(self, found: Drawn) -> None:
        if found.a is not self._session.result or found.b is not self._other.result:
            return
        wipe = self._other.comparing.wipe  # it may have moved meanwhile
        picture = None if found.picture is None else replace(found.picture, wipe=wipe)
        self._drawn = replace(found, picture=picture)
        self._show()

    def _forget(self) -> None:
        had = self._drawn is not None
        self._drawer.cancel()
        self._drawn = self._requested = None
        self._show(tell=had)

    def _show(self, tell: bool = True) -> None:
        """The panel; the picture follows what is found."""
        model = self._model_now()
        if model != self._model:
            self._model = model
            self._window.compare.set_model(model)
        if tell:
            self.shown.emit()

    def _model_now(self) -> CompareModel:
        comparing, question = self._other.comparing, self._other.question
        chosen, drawn = comparing.network is not None, self._drawn
        own = self._session.question
        if question is None or own is None:
            return CompareModel(sentence=self._missing(), chosen=chosen)
        a, b = names_of(own, question)
        sentence = CANCELLED if self._cancelled and self._asked is None else WAITING
        model = CompareModel(a, b, sentence, chosen, comparing.layout, comparing.shown_map)
        if drawn is None:
            return model
        found = drawn.found
        maps = {CompareMap.NONE}
        if found is not None:
            maps |= {CompareMap.DISAGREEMENT, CompareMap.DIVERGENCE}
            maps |= {CompareMap.RIGHT} if found.four is not None else set()
        return CompareModel(
            a,
            b,
            drawn.problem,
            chosen,
            comparing.layout,
            comparing.shown_map,
            frozenset(maps),
            drawn.facts,
            drawn.probes,
        )

    def _missing(self) -> str:
        session = self._session
        if session.streaming:
            return FREEZE
        frame = session.frame
        return NO_DEPTH if frame is not None and frame.depth_m is None else EMPTY

    def _connect(self) -> None:
        session, view = self._session, self._window.compare
        for event in (
            session.frame_changed,
            session.result_changed,
            session.choice_changed,
            session.edits_changed,
            session.settled,
            self._other.changed,
        ):
            event.connect(self.follow)
        session.streamed.connect(self._rest)
        session.document.changed.connect(self._follow_document)
        view.layout_chosen.connect(lambda layout: self._other.change(layout=Layout(layout)))
        view.map_chosen.connect(lambda shown: self._other.change(shown_map=CompareMap(shown)))

    def _rest(self) -> None:
        """While frames stream nothing is compared."""
        if self._drawn is not None or self._asked is not None:
            self.follow()

    def _follow_document(self, old: DocumentValue, new: DocumentValue) -> None:
        before, now = old.comparing, new.comparing
        if new.explain and not old.explain and now.shown_map is not CompareMap.NONE:
            self._other.change(shown_map=CompareMap.NONE)  # one map at a time
        if (before.network, before.edits) != (now.network, now.edits):
            self.follow()
        elif (before.layout, before.shown_map) != (now.layout, now.shown_map) or any(
            getattr(old, part) != getattr(new, part) for part in ("probes", "view")
        ):
            self._compare()
        elif before.wipe != now.wipe:
            self._window.picture.set_wipe(now.wipe)
