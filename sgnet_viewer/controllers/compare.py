"""The second answer, B: having it asked, and both compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sgnet_model.inspection.probe import Probe
from sgnet_model.prediction import Prediction
from sgnet_viewer.contract.compare import CompareModel
from sgnet_viewer.contract.picture import MapOverlay, OtherPicture
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.comparison import Compared, flips_text
from sgnet_viewer.render.question_names import names_of
from sgnet_viewer.state.comparing import CompareMap, Layout
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.comparing import CompareRequest, Drawn, drawn

from .compare_asking import OtherAsking
from .compare_panel import panel_of
from .network import Infer
from .runner import Runner


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
        self._drawer = drawer
        self._asking = OtherAsking(session, other, notices, network, infer, ask_again)
        self._drawn: Drawn | None = None
        self._requested: CompareRequest | None = None  # of the drawer, last
        self._model = CompareModel()
        self._connect()
        self._show()

    @property
    def found(self) -> Compared | None:
        """The comparison of the answers that are shown; None until it is there."""
        return self._drawn.found if self._drawn is not None else None

    @property
    def prediction(self) -> Prediction | None:
        """What B says of the picture; None until it is there."""
        return self._drawn.b.prediction if self._drawn is not None else None

    @property
    def probe(self) -> tuple[Probe, Prediction] | None:
        """B's taps at the active probe, and what it says of the picture; None until it is there."""
        drawn = self._drawn
        return None if drawn is None or drawn.read is None else (drawn.read, drawn.b.prediction)

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
        self._asking.drop_all_but(question)
        if question is None:
            self._forget()
        elif self._other.result is not None:
            self._compare()
        else:
            self._forget()
            if not self._asking.is_under_way:
                self._asking.ask(question)
                self._show()

    def give_up(self) -> None:
        """The user cancelled: B is asked again with the next change."""
        if self._asking.is_under_way:
            self._asking.give_up()
            self._show()

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
        model = panel_of(self._session, self._other, self._drawn, self._asking.is_cancelled)
        if model != self._model:
            self._model = model
            self._window.compare.set_model(model)
        if tell:
            self.shown.emit()

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
        if self._drawn is not None or self._asking.is_under_way:
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
