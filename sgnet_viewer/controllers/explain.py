"""Explaining: the inspection that is chosen, asked about the active probe."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sgnet_model.inspection.finding import Finding
from sgnet_model.inspection.protocol import Cost
from sgnet_model.inspection.registry import inspections
from sgnet_model.sensor_noise import MEASURED
from sgnet_model.types import UserError
from sgnet_viewer.contract.explain import ExplainState
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.workers.explaining import Answer, Ask, answered, drawn

from .explain_request import request_of
from .explain_saving import finding_text, inspect_command, save
from .explain_showing import ExplainShowing
from .runner import Runner

WAITING = "Takes passes of the network: press Run."
NO_PROBE = "Click a pixel in the picture first, then choose a question."


class ExplainController:
    """Cheap inspections follow probe and result; expensive ones wait for `run`."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        view: ViewState,
        probes: Probes,
        notices: Notices,
        runner: Runner,
        asks: Ask,
        activity: Activity,
        exporter: Runner,
    ) -> None:
        self.shown: Event[[]] = Event()  # another map is over the picture, or none
        self._window = window
        self._session = session
        self._view = view
        self._probes = probes
        self._notices = notices
        self._runner = runner
        self._asks = asks
        self._exporter = exporter
        self._showing = ExplainShowing(window, session, view, activity)
        self._connect()
        self._showing.show()

    @property
    def overlay(self) -> MapOverlay | None:
        """What lies over the picture."""
        answer = self._showing.answer
        return answer.overlay if answer is not None else None

    @property
    def taps(self) -> TapValues | None:
        """What the answer says of each tap of its probe, where it does."""
        answer = self._showing.answer
        return answer.taps if answer is not None else None

    @property
    def finding(self) -> Finding | None:
        """What was found last, and still holds."""
        return self._showing.finding

    @property
    def chosen(self) -> str:
        """The name of the inspection; "" for none."""
        return self._session.document.value.explain

    def choose(self, name: str) -> None:
        """Ask another question from now on; "" for none."""
        self._session.document.amend(explain=name)

    def choose_class(self, name: str) -> None:
        """Explain this class's logit from now on; "": the margin."""
        document = self._session.document
        document.amend(asking=replace(document.value.asking, class_name=name))

    def choose_noise(self, noise: str) -> None:
        """Of the depth's copies; of a recording that is not named yet, the user is asked."""
        if noise == MEASURED:
            folder = self._window.ask_folder("A recording of a still scene")
            noise = MEASURED + folder if folder else ""
        document = self._session.document
        if noise:
            document.amend(asking=replace(document.value.asking, noise=noise))
        self._showing.show()  # also where nothing was named

    def run(self) -> None:
        """Ask it now, however long it takes."""
        self._ask(expensive=True)

    def cancel(self) -> None:
        """What runs is not wanted any more."""
        self._runner.cancel()
        if self._showing.state is ExplainState.RUNNING:
            self._showing.set(ExplainState.WAITING, WAITING)

    def export(self) -> None:
        """The answer as files: arrays, pictures and JSON, in a folder of their own."""
        answer = self._showing.answer
        if answer is None:
            return
        try:
            command = self.command()
        except UserError:
            command = ""  # the frame is not a pair of files
        save(answer, command, self._window, self._notices, self._exporter)

    def text(self) -> str:
        """The finding's numbers as lines of name and value."""
        return finding_text(self.finding)

    def command(self) -> str:
        """The command that prints the same numbers. UserError where there is none."""
        return inspect_command(self._session, self._probes)

    def _connect(self) -> None:
        view = self._window.explain
        view.chosen.connect(self.choose)
        view.run_requested.connect(self.run)
        view.cancel_requested.connect(self.cancel)
        view.map_chosen.connect(self._choose_map)
        view.step_chosen.connect(self._choose_step)
        view.layer_chosen.connect(lambda layer: self._view.change(layer=layer))
        view.class_chosen.connect(self.choose_class)
        view.noise_chosen.connect(self.choose_noise)
        self._session.document.changed.connect(self._follow)
        self._view.changed.connect(lambda *_: self._redraw())
        self._session.result_changed.connect(self._refresh)
        self._session.frame_changed.connect(self._forget)
        self._session.streamed.connect(self._refresh_streamed)

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if old.explain != new.explain:
            self._showing.map_index = self._showing.step = 0
            self._forget()
            self._ask(expensive=False)
        elif self.chosen and old.asking != new.asking:
            self._forget()
            self._ask(expensive=False)
        elif old.probes.active != new.probes.active:
            self._ask(expensive=False)
            if (old.probes.active is None) != (new.probes.active is None):
                self._showing.show()  # whether anything can be asked

    def _refresh(self) -> None:
        self._ask(expensive=False)

    def _refresh_streamed(self) -> None:
        """While frames stream, one at a time: the worker takes the newest when it is free."""
        if self.chosen:
            self._ask(expensive=False)

    def _forget(self) -> None:
        """Nothing that was found holds any more."""
        had = self._showing.answer is not None
        self._runner.cancel()
        self._showing.forget()
        if had:
            self.shown.emit()

    def _ask(self, expensive: bool) -> None:
        showing = self._showing
        if not self.chosen:
            if showing.state is not ExplainState.NONE or showing.answer is not None:
                self._forget()
            elif self._session.result is not None:
                showing.show()  # what a question costs may be known by now
            return
        what = inspections().get(self.chosen)
        result, probe = self._session.result, self._probes.active
        if what is None or result is None or probe is None:
            self._forget()
            if what is not None:
                showing.set(ExplainState.WAITING, NO_PROBE)
            return
        if what.cost is Cost.EXPENSIVE and not expensive:
            self._forget()
            showing.set(ExplainState.WAITING, WAITING)
            return
        request = request_of(self._session, what, result, (probe.u, probe.v))
        if what.cost is Cost.EXPENSIVE:
            showing.set(ExplainState.RUNNING, "Running…")
        layer = self._view.settings.layer
        work = partial(answered, self._asks, request, layer, showing.map_index, showing.step)
        self._runner.submit(work, self._take, self._fail)

    def _take(self, answer: Answer) -> None:
        probe = self._probes.active
        fresh = self._session.is_fresh(answer.result)
        if not fresh or probe is None or (probe.u, probe.v) != answer.pixel:
            return
        self._showing.answer = answer
        self._showing.set(ExplainState.SHOWN, "")
        self.shown.emit()
        self._redraw()

    def _fail(self, error: Exception) -> None:
        self._forget()
        if isinstance(error, UserError):
            self._showing.set(ExplainState.FAILED, str(error))
        else:
            self._notices.fail(error, "explaining", Subject.FRAME)

    def _choose_map(self, index: int) -> None:
        self._showing.map_index, self._showing.step = index, 0
        maps = self.finding.maps() if self.finding is not None else ()
        layer = getattr(maps[index], "layer", "") if index < len(maps) else ""
        if layer:
            self._view.change(layer=layer)  # its taps are drawn, too
        self._redraw()

    def _choose_step(self, step: int) -> None:
        self._showing.step = step
        self._redraw()

    def _redraw(self) -> None:
        """Another map of the same finding, where one is chosen; in the worker: it is as large as
        the picture."""
        showing, answer = self._showing, self._showing.answer
        if answer is None:
            return
        index = showing.index_in(answer)
        if (answer.map_index, answer.step) == (index, showing.step):
            return
        work = partial(drawn, answer, index, showing.step)
        self._runner.submit(work, self._take, self._fail)
