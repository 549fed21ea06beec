"""A window on the whole set: run in the background, read cell by cell, followed to its frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sgnet_model.types import UserError
from sgnet_viewer.contract.survey import SurveyModel, SurveyView
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.status import duration_text as time_text
from sgnet_viewer.render.survey_pages import Page, Places
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.workers.surveys import SurveyRequest

from .navigation import Navigation
from .runner import Runner

NO_SET = "No set is open: open a folder or a data set first."
OTHER = "The network is another now: run it again for this one."
REREAD = "The depth or the camera is read otherwise now: run it again."


@dataclass(frozen=True, slots=True)
class Survey:
    """One kind of window. `worker`: its name in the activity. `options`: the first ones of its
    selectors. `run`, `page` and `save` do the work; the first and the last in a worker."""

    title: str
    sentence: str
    worker: str
    options: tuple[int, ...]
    run: Callable[[SurveyRequest, Task], Any]
    page: Callable[[Any], Page]
    save: Callable[[Path, Any], str]


@dataclass(frozen=True, slots=True)
class SurveyParts:
    """What the controllers of all such windows share."""

    window: WindowView
    session: Session
    view: ViewState
    notices: Notices
    activity: Activity
    exporter: Runner
    navigation: Navigation


def duration_text(seconds: float) -> str:
    """As one says it: "40 s", "12 min", "1.5 h"."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class SurveyController:
    """Follows the open set: what was found over another one is forgotten."""

    def __init__(
        self, view: SurveyView, survey: Survey, parts: SurveyParts, runner: Runner
    ) -> None:
        self._view = view
        self._survey = survey
        self._parts = parts
        self._runner = runner
        self._answer: Any = None
        self._page: Page | None = None
        self._options = survey.options
        self._places = Places("", ())
        self._running = self._shown = False
        self._failure = self._remark = ""
        self._connect()

    def show(self) -> None:
        """Bring the window to the front."""
        self._shown = True
        self._update()
        self._view.show_survey()

    def run(self) -> None:
        """Over every frame of the open set."""
        session = self._parts.session
        frames = session.frames
        if frames is None or self._running:
            return
        self._running, self._failure, self._remark = True, "", ""
        request = SurveyRequest(frames, session.choice)
        work = partial(self._survey.run, request)
        self._runner.submit(work, partial(self._take, request), self._fail)
        self._update()

    def cancel(self) -> None:
        """Give it up; what was found before stays."""
        if self._running:
            self._runner.cancel()
            self._running = False
            self._update()

    def export(self) -> None:
        """The report into a folder."""
        answer = self._answer
        place = self._parts.window.ask_folder(f"Export: {self._survey.title}") if answer else ""
        if not place:
            return

        def work(task: Task) -> str:
            task.report(f"Saving the {self._survey.title.lower()}")
            return self._survey.save(Path(place), answer)

        failed = partial(self._parts.notices.fail, doing="saving the report")
        self._parts.exporter.submit(work, self._parts.notices.tell, failed)

    def _connect(self) -> None:
        view, session = self._view, self._parts.session
        view.run_requested.connect(self.run)
        view.cancel_requested.connect(self.cancel)
        view.export_requested.connect(self.export)
        view.option_chosen.connect(self._choose)
        view.cell_chosen.connect(self._look_behind)
        view.place_chosen.connect(self._go)
        session.frames_changed.connect(self._forget)
        session.choice_changed.connect(partial(self._note, OTHER))
        session.reread.connect(self._note_reading)
        self._parts.activity.changed.connect(self._show_progress)

    def _take(self, request: SurveyRequest, answer: Any) -> None:
        self._running = False
        if request.frames is self._parts.session.frames:
            self._answer, self._page = answer, self._survey.page(answer)
            self._places = Places("", ())
        self._update()

    def _fail(self, error: Exception) -> None:
        self._running = False
        if isinstance(error, UserError):
            self._failure = str(error)
        else:
            self._parts.notices.fail(error, self._survey.title.lower())
        self._update()

    def _forget(self) -> None:
        self._runner.cancel()
        self._running, self._answer, self._page = False, None, None
        self._places, self._failure, self._remark = Places("", ()), "", ""
        self._update()

    def _note_reading(self) -> None:
        self.cancel()  # what it has measured so far is of the other reading
        self._note(REREAD)

    def _note(self, remark: str) -> None:
        if self._page is not None:
            self._remark = remark
            self._update()

    def _choose(self, selector: int, option: int) -> None:
        options = list(self._options)
        options[selector] = option
        self._options, self._places = tuple(options), Places("", ())
        self._update()

    def _look_behind(self, row: int, column: int) -> None:
        if self._page is not None:
            self._places = self._page.behind(self._options, row, column)
            self._update()

    def _go(self, index: int) -> None:
        """To the frame, with the probe where the cell's pixel is."""
        if index >= len(self._places.places):
            return
        place, parts = self._places.places[index], self._parts
        if self._places.layer:
            parts.view.change(layer=self._places.layer)
        parts.navigation.go(place.frame, place.pixel)

    def _show_progress(self) -> None:
        if self._running and self._parts.activity.of(self._survey.worker) is not None:
            self._update()

    def _update(self) -> None:
        if self._shown:
            self._view.set_model(self._model())

    def _announced(self) -> str:
        """What it is, over how many frames, and how long that takes at least."""
        session, told = self._parts.session, self._survey.sentence
        if session.frames is None:
            return told
        count, result = len(session.frames), session.result
        frames = "1 frame" if count == 1 else f"{count:,} frames"
        if result is None:
            return f"{told}\n\n{frames}."
        each = result.prediction.milliseconds
        least = duration_text(count * each / 1000)
        return f"{told}\n\n{frames}, {time_text(each)} of the network for each: at least {least}."

    def _model(self) -> SurveyModel:
        page, options = self._page, self._options
        step = self._parts.activity.of(self._survey.worker) if self._running else None
        return SurveyModel(
            sentence=self._failure or self._remark or ("" if page else self._announced()),
            refusal="" if self._parts.session.frames is not None else NO_SET,
            running=self._running,
            progress=step.fraction if step is not None else None,
            selectors=() if page is None else page.selectors(options),
            table=None if page is None else page.table(options),
            plot=None if page is None else page.plot(options),
            summary="" if page is None else page.summary(),
            heading=self._places.heading,
            places=tuple(place.text for place in self._places.places),
        )
