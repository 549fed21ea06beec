"""Explaining: the inspection that is chosen, asked about the active probe."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from sgnet_model.inspection.finding import Finding
from sgnet_model.inspection.protocol import Cost, Options
from sgnet_model.inspection.registry import inspections
from sgnet_model.prediction import Prediction
from sgnet_model.switches import NO_SWITCHES
from sgnet_model.types import UserError
from sgnet_viewer.contract.explain import ExplainModel, ExplainState, InspectionRow
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.finding import checks_of, facts_of
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.session import Result, Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.workers.explaining import Ask, ExplainRequest

from .as_command import command_of, edit_words, file_words, reading_words, switch_words
from .explain_answer import Answer, cost_of, drawn, exported, index_of, with_finding
from .runner import Runner

EXPLAINING = "sgnet-explain"  # the worker, as the activity names it
WAITING = "Takes passes of the network: press Run."
NO_PROBE = "Click a pixel first."


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
        self._activity = activity
        self._exporter = exporter
        self._answer: Answer | None = None
        self._map_index = self._step = 0
        self._state, self._sentence = ExplainState.NONE, ""
        self._listed = False  # the panel knows the inspections
        self._connect()
        self._show()

    @property
    def overlay(self) -> MapOverlay | None:
        """What lies over the picture."""
        return self._answer.overlay if self._answer is not None else None

    @property
    def taps(self) -> TapValues | None:
        """What the answer says of each tap of its probe, where it does."""
        return self._answer.taps if self._answer is not None else None

    @property
    def finding(self) -> Finding | None:
        """What was found last, and still holds."""
        return self._answer.finding if self._answer is not None else None

    @property
    def chosen(self) -> str:
        """The name of the inspection; "" for none."""
        return self._session.document.value.explain

    def choose(self, name: str) -> None:
        """Ask another question from now on; "" for none."""
        self._session.document.amend(explain=name)

    def run(self) -> None:
        """Ask it now, however long it takes."""
        self._ask(expensive=True)

    def cancel(self) -> None:
        """What runs is not wanted any more."""
        self._runner.cancel()
        if self._state is ExplainState.RUNNING:
            self._set(ExplainState.WAITING, WAITING)

    def export(self) -> None:
        """The answer as files: arrays, pictures and JSON, in a folder of their own."""
        answer = self._answer
        place = self._window.ask_folder("Export the answer into") if answer is not None else ""
        if answer is None or not place:
            return
        (u, v), name = answer.pixel, answer.finding.inspection
        folder = Path(place) / f"{answer.result.frame.name}-{name}-{u}-{v}"
        replaced = f"{folder.name} is there. Replace its files?"
        if folder.exists() and not self._window.confirm(replaced):
            return
        try:
            command = self.command()
        except UserError:
            command = ""  # the frame is not a pair of files
        work = partial(exported, folder, answer, command)
        failed = partial(self._notices.fail, doing=f"saving {folder.name}")
        self._exporter.submit(work, self._notices.tell, failed)

    def text(self) -> str:
        """The finding's numbers as lines of name and value."""
        finding = self.finding
        if finding is None:
            return ""
        pairs = (*facts_of(finding), *checks_of(finding))
        return "\n".join(f"{name}\t{value}" for name, value in pairs)

    def command(self) -> str:
        """The command that prints the same numbers. UserError where there is none."""
        result, probe = self._session.result, self._probes.active
        if result is None or probe is None or not self.chosen:
            raise UserError("There is nothing to copy: choose an inspection and click a pixel.")
        network = self._session.choice
        height, width = result.prediction.network_size
        words = ["sgnet-model", "inspect", self.chosen, *file_words(self._session)]
        words += ["--pixel", f"{probe.u},{probe.v}", "--size", f"{height}x{width}"]
        if network.checkpoint is not None:
            words += ["--checkpoint", str(network.checkpoint)]
        if network.device != "auto":
            words += ["--device", network.device]
        if result.network.precision != "fp32":
            words += ["--precision", result.network.precision]
        words += reading_words(self._session)
        words += switch_words(network.switches) + edit_words(result.edits)
        return command_of((*words, "--json"))

    def _connect(self) -> None:
        view = self._window.explain
        view.chosen.connect(self.choose)
        view.run_requested.connect(self.run)
        view.cancel_requested.connect(self.cancel)
        self._activity.changed.connect(self._show_progress)
        view.map_chosen.connect(self._choose_map)
        view.step_chosen.connect(self._choose_step)
        self._session.document.changed.connect(self._follow)
        self._view.changed.connect(lambda *_: self._redraw())
        self._session.result_changed.connect(self._refresh)
        self._session.frame_changed.connect(self._forget)
        self._session.streamed.connect(self._refresh_streamed)

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if old.explain != new.explain:
            self._map_index = self._step = 0
            self._forget()
            self._ask(expensive=False)
        elif old.probes.active != new.probes.active:
            self._ask(expensive=False)

    def _refresh(self) -> None:
        self._ask(expensive=False)

    def _refresh_streamed(self) -> None:
        """While frames stream, one at a time: the worker takes the newest when it is free."""
        if self.chosen:
            self._ask(expensive=False)

    def _forget(self) -> None:
        """Nothing that was found holds any more."""
        had = self._answer is not None
        self._runner.cancel()
        self._answer = None
        self._state, self._sentence = ExplainState.NONE, ""
        self._show()
        if had:
            self.shown.emit()

    def _ask(self, expensive: bool) -> None:
        if not self.chosen:
            if self._state is not ExplainState.NONE or self._answer is not None:
                self._forget()
            elif not self._listed and self._session.result is not None:
                self._show()
            return
        what = inspections().get(self.chosen)
        result, probe = self._session.result, self._probes.active
        if what is None or result is None or probe is None:
            self._forget()
            if what is not None:
                self._set(ExplainState.WAITING, NO_PROBE)
            return
        if what.cost is Cost.DEAR and not expensive:
            self._forget()
            self._set(ExplainState.WAITING, WAITING)
            return
        pixel = (probe.u, probe.v)
        request = ExplainRequest(
            what, result, self._session.choice, pixel, Options(), self._plain(result)
        )
        if what.cost is Cost.DEAR:
            self._set(ExplainState.RUNNING, "Running …")
        work = partial(self._work, request, self._view.settings.layer, self._map_index, self._step)
        self._runner.submit(work, self._take, self._fail)

    def _plain(self, result: Result) -> Prediction | None:
        """The same frame's answer with nothing switched and nothing edited, where it is kept."""
        choice = self._session.choice
        if not choice.switches and not result.edits:
            return result.prediction
        plain = Question(result.as_read, replace(choice, switches=NO_SWITCHES))
        known = self._session.answers.get(plain)
        return None if known is None else known.prediction

    def _work(
        self, request: ExplainRequest, layer: str, map_index: int, step: int, task: Task
    ) -> Answer:
        """In the worker."""
        finding = self._asks(request, task)
        taps = TapValues.of(finding)
        answer = Answer(finding, request.result, request.pixel, None, taps=taps)
        return drawn(answer, index_of(finding, layer, map_index), step, task)

    def _take(self, answer: Answer) -> None:
        probe = self._probes.active
        fresh = self._session.is_fresh(answer.result)
        if not fresh or probe is None or (probe.u, probe.v) != answer.pixel:
            return
        self._answer = answer
        self._set(ExplainState.SHOWN, "")
        self.shown.emit()
        self._redraw()

    def _fail(self, error: Exception) -> None:
        self._forget()
        if isinstance(error, UserError):
            self._set(ExplainState.FAILED, str(error))
        else:
            self._notices.fail(error, "explaining", Subject.FRAME)

    def _choose_map(self, index: int) -> None:
        self._map_index, self._step = index, 0
        maps = self.finding.maps() if self.finding is not None else ()
        layer = getattr(maps[index], "layer", "") if index < len(maps) else ""
        if layer:
            self._view.change(layer=layer)  # its taps are drawn, too
        self._redraw()

    def _choose_step(self, step: int) -> None:
        self._step = step
        self._redraw()

    def _redraw(self) -> None:
        """Another map of the same finding, where one is chosen; in the worker: it is as large as
        the picture."""
        answer = self._answer
        if answer is None:
            return
        index = index_of(answer.finding, self._view.settings.layer, self._map_index)
        if (answer.map_index, answer.step) == (index, self._step):
            return
        work = partial(drawn, answer, index, self._step)
        self._runner.submit(work, self._take, self._fail)

    def _show_progress(self) -> None:
        if self._state is ExplainState.RUNNING and self._activity.of(EXPLAINING) is not None:
            self._window.explain.set_model(self._model())

    def _set(self, state: ExplainState, sentence: str) -> None:
        self._state, self._sentence = state, sentence
        self._show()

    def _show(self) -> None:
        self._window.explain.set_model(self._model())

    def _model(self) -> ExplainModel:
        known = inspections() if self._session.result is not None else {}  # not at the start
        self._listed = bool(known)
        result = self._session.result
        milliseconds = result.prediction.milliseconds if result is not None else 0.0
        rows = tuple(
            InspectionRow(one.name, one.title, one.cost is Cost.CHEAP, cost_of(one, milliseconds))
            for one in known.values()
        )
        step = self._activity.of(EXPLAINING) if self._state is ExplainState.RUNNING else None
        progress = step.fraction if step is not None else None
        model = ExplainModel(rows, self.chosen, self._state, self._sentence, progress)
        layer = self._view.settings.layer
        return with_finding(model, self.finding, layer, self._map_index, self._step)
