"""The second answer, B: having it asked, and both compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from sgnet_model.colour import depth_range
from sgnet_model.inspection.probe import probe
from sgnet_model.types import UserError
from sgnet_viewer.contract.compare import CompareModel, ProbeChange
from sgnet_viewer.contract.picture import MapOverlay, OtherPicture, ProbeMarks
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.comparison import (
    Compared,
    compared,
    comparison_facts,
    comparison_map,
    flips_text,
    probe_changes,
)
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.taps import probe_marks
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.comparing import CompareMap, Comparing, Layout
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.probe_points import ProbePoints
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.session import Result, Session
from sgnet_viewer.state.view_settings import ViewSettings
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest

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


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Both answers, and what of them is looked at; equal where the same would be found and drawn.
    `before`: what was found last."""

    a: Result
    b: Result
    names: tuple[str, str]
    comparing: Comparing
    probes: ProbePoints
    view: ViewSettings
    before: Compared | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What was found, and how it looks. `problem`: why numbers and maps are missing."""

    a: Result
    b: Result
    found: Compared | None = None
    problem: str = ""
    overlay: MapOverlay | None = None
    picture: OtherPicture | None = None
    probes: tuple[ProbeChange, ...] = ()
    facts: tuple[tuple[str, str], ...] = field(default=())


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


def drawn(request: CompareRequest, task: Task) -> Drawn:
    """In a worker: what is compared is as large as the picture."""
    a, b, comparing = request.a, request.b, request.comparing
    found, problem = request.before, ""
    try:
        found = found or compared(a, b)
        task.check()
        if comparing.network is not None or comparing.shown_map is CompareMap.DIVERGENCE:
            found = found.with_divergence()
    except UserError as error:
        problem = str(error)
    return Drawn(
        a,
        b,
        found,
        problem,
        None if found is None else comparison_map(found, comparing.shown_map),
        other_picture(request),
        probe_changes(a, b, request.probes, request.view),
        () if found is None else comparison_facts(found),
    )


def other_picture(request: CompareRequest) -> OtherPicture:
    """B as the view settings have it, and its taps at the active probe."""
    b, layout = request.b, request.comparing.layout
    image = None
    if layout is not Layout.A:
        image = compose_picture(b.frame, b.prediction, one_scale(request)).image
    wipe = request.comparing.wipe
    return OtherPicture(image, layout, wipe, request.names, other_marks(request))


def one_scale(request: CompareRequest) -> ViewSettings:
    """Depths of both are coloured alike: as those of A."""
    depth_m = request.a.frame.depth_m
    return request.view if depth_m is None else request.view.within(depth_range(depth_m))


def other_marks(request: CompareRequest) -> tuple[ProbeMarks, ...]:
    """B's taps at the active probe alone: those of all would hide what they lie over."""
    b, active = request.b, request.probes.active
    height, width = b.frame.size
    if active is None or active.u >= width or active.v >= height:
        return ()
    read = probe(b.prediction, active.u, active.v, b.frame.depth_m, b.frame.intrinsics)
    return (probe_marks(read, active.number, request.view, True),)


def names_of(a: Question, b: Question) -> tuple[str, str]:
    """What makes each of the two: all in which they differ."""
    parts = [(_network(one), _size(one), _switches(one), _edits(one)) for one in (a, b)]
    differ = [at for at in range(len(parts[0])) if parts[0][at] != parts[1][at]]
    if not differ:
        return "as B", "as A"
    ours, theirs = (", ".join(one[at] for at in differ) for one in parts)
    return ours, theirs


def _network(question: Question) -> str:
    network = question.network
    name = "bundled network" if network.checkpoint is None else network.checkpoint.name
    return f"{name}, {network.device}, {network.precision}".replace(", auto", "")


def _size(question: Question) -> str:
    size = question.network.size
    return "native size" if size is None else f"{size[1]}×{size[0]}"


def _switches(question: Question) -> str:
    return ", ".join(question.network.switches.texts) or "nothing switched"


def _edits(question: Question) -> str:
    count = len(question.edits.items)
    if not count:
        return "depth as read"
    return "1 edit of depth" if count == 1 else f"{count} edits of depth"
