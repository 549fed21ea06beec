"""The panel of questions: which there are, what is under way, and what was found."""

from __future__ import annotations

from dataclasses import replace

from sgnet_model.inspection.finding import Finding
from sgnet_model.inspection.protocol import Choice, Cost, Inspection
from sgnet_model.inspection.registry import inspections
from sgnet_viewer.contract.explain import ExplainModel, ExplainState, InspectionRow
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.finding_panel import cost_of, index_of, with_finding
from sgnet_viewer.render.finding_words import in_order
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.asking import ExplainOptions
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.workers.explaining import Answer

from .explain_times import PassTimes

EXPLAINING = "sgnet-explain"  # the worker, as the activity names it


class ExplainShowing:
    """`answer`: what was found last, and still holds. `map_index`, `step`: the map over the
    picture, and the place of the slider over a series."""

    def __init__(
        self, window: WindowView, session: Session, view: ViewState, activity: Activity
    ) -> None:
        self.answer: Answer | None = None
        self.map_index = self.step = 0
        self.state, self._sentence = ExplainState.NONE, ""
        self._panel = window.explain
        self._session = session
        self._view = view
        self._activity = activity
        self._times = PassTimes()
        session.result_changed.connect(lambda: self._times.note(session.result))
        activity.changed.connect(self._show_progress)

    @property
    def finding(self) -> Finding | None:
        """That of the answer."""
        return self.answer.finding if self.answer is not None else None

    def set(self, state: ExplainState, sentence: str) -> None:
        """Show how far it is, and why."""
        self.state, self._sentence = state, sentence
        self.show()

    def forget(self) -> None:
        """Nothing that was found holds any more."""
        self.answer = None
        self.set(ExplainState.NONE, "")

    def index_in(self, answer: Answer) -> int:
        """Of the map of `answer` that is chosen."""
        return index_of(answer.finding, self._view.settings.layer, self.map_index)

    def show(self) -> None:
        """Set the panel."""
        self._panel.set_model(self._model())

    def _show_progress(self) -> None:
        if self.state is ExplainState.RUNNING and self._activity.of(EXPLAINING) is not None:
            self.show()

    def _model(self) -> ExplainModel:
        document, result = self._session.document.value, self._session.result
        known = inspections() if result is not None else {}  # not at the start
        milliseconds = self._times.of(result)
        rows = tuple(
            InspectionRow(one.name, one.title, one.cost is Cost.CHEAP, cost_of(one, milliseconds))
            for one in map(known.__getitem__, in_order(known))
        )
        step = self._activity.of(EXPLAINING) if self.state is ExplainState.RUNNING else None
        progress = step.fraction if step is not None else None
        ready = document.probes.active is not None
        model = ExplainModel(rows, document.explain, self.state, self._sentence, progress, ready)
        model = _with_choices(model, known.get(document.explain), document.asking, result)
        layer = self._view.settings.layer
        return with_finding(model, self.finding, layer, self.map_index, self.step)


def _with_choices(
    model: ExplainModel, what: Inspection | None, asking: ExplainOptions, result: Result | None
) -> ExplainModel:
    """The panel with what the question can be asked with."""
    if what is None or result is None:
        return model
    if Choice.CLASS in what.choices:
        classes = result.prediction.scheme.classes
        model = replace(model, classes=classes, class_name=asking.class_name)
    return replace(model, noise=asking.noise) if Choice.NOISE in what.choices else model
