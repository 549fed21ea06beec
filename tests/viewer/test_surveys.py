"""The windows on a whole set: pages of tables and curves, the way to a frame, the widgets."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from session_support import FakeFrames, FakeView, HeldRunner, InlineRunner, make_frame, make_result
from views_support import Heard, settle

from sgnet_model.config import VARIANTS
from sgnet_model.predictor import Predictor
from sgnet_model.switches import parse_switches
from sgnet_model.types import UserError
from sgnet_model.variants import build
from sgnet_viewer.contract.survey import Cell, Line, Selector, SurveyModel, SurveyPlot, SurveyTable
from sgnet_viewer.controllers.navigation import Navigation
from sgnet_viewer.controllers.survey import (
    NO_SET,
    OTHER,
    REREAD,
    Survey,
    SurveyController,
    SurveyParts,
    duration_text,
)
from sgnet_viewer.exports.surveys import save_atlas, save_evaluation
from sgnet_viewer.render.atlas_page import GROUPINGS, QUANTITIES, AtlasPage
from sgnet_viewer.render.evaluation_page import BY_DEPTH, MATRIX, RELIABILITY, EvaluationPage
from sgnet_viewer.render.survey_pages import Place, Places
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.activity import Activity, Step
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.views.survey.survey_table import SurveyTableView
from sgnet_viewer.views.survey.survey_window import SurveyWindow
from sgnet_viewer.workers.networks import LoadedNetworks
from sgnet_viewer.workers.surveys import AtlasAnswer, EvaluationAnswer, Surveyor, SurveyRequest

CLASSES = 6
SAME_SURFACE = next(at for at, one in enumerate(QUANTITIES) if one.title == "same surface")


def small_predictor(*_: object) -> Any:
    torch.manual_seed(0)
    wanted = {"width": 8, "projector_channels": 8, "head_channels": 8, "classes": CLASSES}
    network = build(replace(VARIANTS["sgnet-compact"], **wanted)).eval()
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    return Predictor(network, device="cpu", size=None)


def two_frames() -> FakeFrames:
    scheme = small_predictor().network.scheme
    random = np.random.default_rng(0)
    frames = []
    for at in range(2):
        frame = make_frame(f"f{at}")
        labels = random.integers(0, CLASSES + 1, frame.size).astype(np.uint8)
        rgb = random.integers(0, 256, frame.rgb.shape).astype(np.uint8)
        frames.append(replace(frame, rgb=rgb, labels=labels, label_scheme=scheme))
    return FakeFrames(*frames)


@pytest.fixture(scope="module")
def request_() -> SurveyRequest:
    return SurveyRequest(two_frames(), NetworkChoice(size=None))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def surveyor() -> Surveyor:
    return Surveyor(LoadedNetworks(small_predictor))


@pytest.fixture(scope="module")
def atlas(surveyor: Surveyor, request_: SurveyRequest) -> AtlasAnswer:
    return surveyor.atlas(request_, Task(lambda _: None))


@pytest.fixture(scope="module")
def evaluated(surveyor: Surveyor, request_: SurveyRequest) -> EvaluationAnswer:
    return surveyor.evaluation(request_, Task(lambda _: None))


# --- pages


def test_the_atlas_by_depth_has_a_number_for_every_layer_and_its_curves(
    atlas: AtlasAnswer,
) -> None:
    page = AtlasPage(atlas.atlas, atlas.names)
    keys = [key for _, key in GROUPINGS]
    options = (keys.index("by_depth"), 0)
    table, plot = page.table(options), page.plot(options)
    assert table.names == ("2 to 3 m", "3 to 4 m", "missing")
    assert table.corner == "depth"
    assert len(table.columns) == 12 == len(table.rows[0])
    first = atlas.atlas["layers"][0]
    known = {group["group"]: group for group in first["by_depth"]}
    assert table.rows[0][0].text == f"{known['2 to 3 m']['dilation']['px']['mean']:.1f}"
    assert "regular grid 4.0" in table.rows[0][0].tip
    assert plot is not None
    solid = [line for line in plot.lines if not line.dashed]
    dashed = [line for line in plot.lines if line.dashed]
    assert len(solid) == len(dashed) == 12
    assert dashed[0].y == pytest.approx((4.0, 4.0))  # a cell of the first layer
    assert [text for _, text in plot.ticks] == ["2 to 3 m", "3 to 4 m"]
    assert (plot.x_title, plot.y_title) == ("depth", "distance between taps, px")
    shares = page.plot((keys.index("by_depth"), SAME_SURFACE))
    assert shares is not None
    assert shares.y_title == "same surface, %"
    part = known["2 to 3 m"]["same_surface"]["share"]
    assert shares.lines[0].y[0] == pytest.approx(100 * part)


def test_the_atlas_is_of_the_network_as_it_is_switched(
    surveyor: Surveyor, request_: SurveyRequest
) -> None:
    network = replace(request_.network, switches=parse_switches(["all:offsets=zero"]))
    said = surveyor.atlas(replace(request_, network=network), Task(lambda _: None)).atlas
    assert said["switches"] == ["all:offsets=zero"]
    for layer in said["layers"]:
        assert layer["dilation"]["cells"]["mean"] == pytest.approx(1)  # the regular grid


def test_a_cell_of_the_atlas_leads_to_where_its_taps_lie_furthest_apart(
    atlas: AtlasAnswer,
) -> None:
    page = AtlasPage(atlas.atlas, atlas.names)
    found = page.behind((1, 0), 0, 3)
    layer = atlas.atlas["layers"][3]
    group = next(one for one in layer["by_depth"] if one["group"] == "2 to 3 m")
    assert found.layer == layer["name"]
    u, v = found.places[0].pixel
    assert f"({u}, {v}), taps " in found.places[0].text
    assert [(place.frame, place.pixel) for place in found.places] == [
        (atlas.names.index(one["frame"]), tuple(one["pixel"])) for one in group["examples"]
    ]
    overview = page.behind((0, 0), 3, 0)
    assert set(found.places) <= set(overview.places)


def test_the_overview_of_the_atlas_has_slopes_with_intervals(atlas: AtlasAnswer) -> None:
    page = AtlasPage(atlas.atlas, atlas.names)
    table, plot = page.table((0, 0)), page.plot((0, 0))
    assert len(table.columns) == len(QUANTITIES) + 1
    slope = atlas.atlas["layers"][0]["slope"]
    assert table.rows[0][-1].text.startswith(f"{slope['value']:+.2f}".replace("-", "−"))
    assert plot is not None
    assert plot.lines[0].low[0] == slope["low"]
    assert [level for level, _ in plot.marks] == [0.0, -1.0]
    assert page.plot((2, 0)) is None  # classes have no order


def test_the_matrix_is_that_of_the_evaluation_and_leads_to_frames(
    evaluated: EvaluationAnswer,
) -> None:
    page = EvaluationPage(evaluated.explored, evaluated.results)
    matrix = evaluated.explored.tally.matrix
    counts, shares = page.table((MATRIX, 2)), page.table((MATRIX, 0))
    rows = np.flatnonzero(matrix.sum(1))
    columns = np.flatnonzero(matrix.sum(0) + matrix.sum(1))
    said = [[int(cell.text.replace(",", "") or 0) for cell in row] for row in counts.rows]
    assert np.array_equal(said, matrix[np.ix_(rows, columns)])
    row, column = (int(at[0]) for at in np.nonzero(np.array(said)))
    expected = 100 * said[row][column] / sum(said[row])
    assert shares.rows[row][column].text in (f"{expected:.0f}", "<1")
    found = page.behind((MATRIX, 2), row, column)
    assert f"{said[row][column]:,} pixels in" in found.heading
    assert {place.frame for place in found.places} <= {0, 1}
    assert [cell.leads for cell in counts.rows[row]] == [bool(n) for n in said[row]]
    assert "2 of 2 frames scored" in page.summary()
    assert (shares.corner, counts.corner) == (
        "truth ↓  prediction →  %",
        "truth ↓  prediction →  pixels",
    )


def test_reliability_and_depth_have_curves_and_frames(evaluated: EvaluationAnswer) -> None:
    page = EvaluationPage(evaluated.explored, evaluated.results)
    more = evaluated.explored.tally.more
    assert more is not None
    plot, table = page.plot((RELIABILITY, 0)), page.table((RELIABILITY, 0))
    assert plot is not None
    known = more.calibration.pixels > 0
    right = more.calibration.correct[known] / more.calibration.pixels[known]
    assert plot.lines[0].y == pytest.approx((100 * right).tolist())  # per cent, as in the table
    assert (plot.x_title, plot.y_title) == ("probability of the winner, %", "accuracy, %")
    counts = more.calibration
    sure = counts.confidence[known] / counts.pixels[known]
    assert plot.lines[0].x == pytest.approx((100 * sure).tolist())
    assert table.columns[1:3] == ("mean probability", "accuracy")
    rows = [row for row, is_known in zip(table.rows, known, strict=True) if is_known]
    for row, *values in zip(rows, sure, right, strict=True):
        assert [cell.text for cell in row[1:3]] == [f"{100 * value:.1f} %" for value in values]
    bin = int(np.argmax(more.calibration.pixels - more.calibration.correct))
    assert table.rows[bin][-1].leads
    assert page.behind((RELIABILITY, 0), bin, 3).places
    depths, curves = page.table((BY_DEPTH, 0)), page.plot((BY_DEPTH, 0))
    assert depths.names == ("2 to 3 m", "3 to 4 m", "missing depth")
    assert curves is not None
    assert [line.label for line in curves.lines] == ["accuracy", "mean accuracy", "mean IoU"]
    assert (curves.x_title, curves.y_title) == ("depth", "score, %")
    shown = [f"{value:.1f} %" for value in curves.lines[0].y]
    assert shown == [row[0].text for row in depths.rows[: len(shown)]]
    wrong = int(more.by_depth[2].sum() - np.trace(more.by_depth[2]))
    assert f"{wrong:,} pixels" in page.behind((BY_DEPTH, 0), 0, 4).heading


def test_a_run_gives_up_between_frames(surveyor: Surveyor, request_: SurveyRequest) -> None:
    task = Task(lambda _: None)
    task.cancel()
    for run in (surveyor.atlas, surveyor.evaluation):
        with pytest.raises(Cancelled):
            run(request_, task)


def test_reports_are_written(
    atlas: AtlasAnswer, evaluated: EvaluationAnswer, tmp_path: Path
) -> None:
    assert "atlas.html" in save_atlas(tmp_path / "a", atlas)
    assert (tmp_path / "a" / "atlas.json").exists()
    assert "layer1.0" in (tmp_path / "a" / "atlas.html").read_text()
    assert "report.html" in save_evaluation(tmp_path / "b", evaluated)
    assert (tmp_path / "b" / "results.json").exists()


# --- the controller


class FakePage:
    """One cell, which leads to two frames."""

    def selectors(self, options: tuple[int, ...]) -> tuple[Selector, ...]:
        return (Selector("Show", ("a", "b"), options[0]),)

    def summary(self) -> str:
        return "all"

    def table(self, options: tuple[int, ...]) -> SurveyTable:
        return SurveyTable((f"column {options[0]}",), (), ())

    def plot(self, options: tuple[int, ...]) -> SurveyPlot | None:  # noqa: ARG002
        return None

    def behind(self, options: tuple[int, ...], row: int, column: int) -> Places:  # noqa: ARG002
        places = (Place(0, (5, 6), "here"), Place(1, (7, 8), "there"), Place(1, None, "nowhere"))
        return Places(f"{row},{column}", places, "layer1.2")


class Bench:
    def __init__(self, frames: int = 2) -> None:
        self.view: Any = FakeView()
        self.window: Any = FakeView(parts=True)
        self.session = Session()
        self.notices, self.activity = Notices(), Activity()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.state = ViewState(document=self.session.document)
        self.probes = Probes(self.session.document)
        self.runner = HeldRunner()
        self.gone: list[int] = []
        self.saved: list[Path] = []
        self.error: Exception | None = None
        survey = Survey("Atlas", "What it is.", "worker", (0,), self.run, self.page, self.save)
        parts = SurveyParts(
            self.window,
            self.session,
            self.state,
            self.notices,
            self.activity,
            InlineRunner(),
            Navigation(self.session, self.probes, self.gone.append),
        )
        self.controller = SurveyController(self.view, survey, parts, self.runner)
        if frames:
            self.frames = FakeFrames(*(make_frame(f"f{at}") for at in range(frames)))
            self.session.set_frames(self.frames, Target(("set",)))
            self.session.set_frame(0, self.frames.frames[0])

    def run(self, request: SurveyRequest, _: Task) -> str:
        assert request.frames is self.session.frames
        if self.error is not None:
            raise self.error
        return "answer"

    def page(self, answer: str) -> FakePage:
        assert answer == "answer"
        return FakePage()

    def save(self, folder: Path, answer: str) -> str:
        assert answer == "answer"
        self.saved.append(folder)
        return "Saved."

    @property
    def model(self) -> SurveyModel:
        return self.view.shown["set_model"][0]  # type: ignore[no-any-return]

    def answered(self) -> Bench:
        self.controller.show()
        self.view.run_requested.emit()
        self.runner.let_go()
        return self


def test_nothing_is_shown_before_it_is_asked_for() -> None:
    bench = Bench(0)
    bench.activity.report("worker", Step("x"))
    assert bench.view.calls == []
    bench.controller.show()
    assert (bench.model.refusal, bench.model.sentence) == (NO_SET, "What it is.")
    bench.view.run_requested.emit()
    assert bench.runner.waiting == []


def test_before_it_runs_it_says_over_how_many_frames_and_how_long() -> None:
    bench = Bench(3)
    bench.controller.show()
    assert bench.model.sentence == "What it is.\n\n3 frames."
    bench.session.set_result(make_result(bench.frames.frames[0]))
    bench.controller.show()
    told = "3 frames, 12 ms of the network for each: at least 1 s."
    assert bench.model.sentence.endswith(told)
    slow = make_result(bench.frames.frames[0])
    slow = replace(slow, prediction=replace(slow.prediction, milliseconds=6376.0))
    bench.session.set_result(slow)
    bench.controller.show()
    told = "3 frames, 6.4 s of the network for each: at least 19 s."
    assert bench.model.sentence.endswith(told)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (40, "40 s"), (720, "12 min"), (5400, "1.5 h")]
)
def test_durations_are_as_one_says_them(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_it_runs_with_progress_and_can_be_cancelled() -> None:
    bench = Bench()
    bench.controller.show()
    bench.view.run_requested.emit()
    bench.activity.report("worker", Step("Measuring", 0.5))
    assert (bench.model.running, bench.model.progress) == (True, 0.5)
    bench.view.cancel_requested.emit()
    assert (bench.model.running, bench.runner.cancelled > 0) == (False, True)


def test_a_cell_leads_to_a_frame_and_its_pixel() -> None:
    bench = Bench().answered()
    assert (bench.model.running, bench.model.summary) == (False, "all")
    bench.view.cell_chosen.emit(3, 4)
    assert (bench.model.heading, bench.model.places) == ("3,4", ("here", "there", "nowhere"))
    bench.view.place_chosen.emit(0)  # of the frame that is shown
    active = bench.probes.active
    assert active is not None
    assert (active.u, active.v, bench.gone) == (5, 6, [])
    assert bench.state.settings.layer == "layer1.2"
    bench.view.place_chosen.emit(1)
    assert bench.gone == [1]
    bench.session.set_frame(1, bench.frames.frames[1])
    active = bench.probes.active
    assert active is not None
    assert (active.u, active.v) == (7, 8)
    bench.view.place_chosen.emit(2)
    assert bench.gone == [1, 1]


def test_options_change_the_table_and_drop_what_was_behind() -> None:
    bench = Bench().answered()
    bench.view.cell_chosen.emit(0, 0)
    bench.view.option_chosen.emit(0, 1)
    assert bench.model.table == SurveyTable(("column 1",), (), ())
    assert (bench.model.heading, bench.model.places) == ("", ())


def test_another_set_or_network_is_another_answer() -> None:
    bench = Bench().answered()
    bench.session.choose(NetworkChoice(checkpoint=Path("other")))
    assert (bench.model.sentence, bench.model.table is not None) == (OTHER, True)
    bench.view.run_requested.emit()
    bench.session.set_frames(FakeFrames(), Target(("other",)))
    assert (bench.model.table, bench.model.running) == (None, False)
    bench.runner.let_go()  # too late
    assert bench.model.table is None


def test_another_unit_or_camera_is_said_and_ends_what_runs() -> None:
    bench = Bench().answered()
    bench.view.run_requested.emit()
    bench.session.replace_frames(FakeFrames(), Target(("set",), unit="cm"))
    assert (bench.model.sentence, bench.model.running) == (REREAD, False)
    assert bench.runner.cancelled > 0
    assert bench.model.table is not None


def test_what_fails_is_said_in_the_window() -> None:
    bench = Bench()
    bench.error = UserError("No frame has ground truth.")
    bench.answered()
    assert (bench.model.sentence, bench.reports) == ("No frame has ground truth.", [])
    bench.error = ValueError("a bug")
    bench.answered()
    assert len(bench.reports) == 1


def test_the_report_goes_into_the_folder_that_is_named() -> None:
    bench = Bench().answered()
    bench.view.export_requested.emit()
    assert bench.saved == []
    bench.window.answers = {"ask_folder": "/somewhere"}
    bench.view.export_requested.emit()
    assert bench.saved == [Path("/somewhere")]


# --- the widgets


def test_the_window_shows_a_page_and_says_what_is_chosen(
    qtbot: QtBot, evaluated: EvaluationAnswer
) -> None:
    window = SurveyWindow("Evaluation")
    qtbot.addWidget(window)
    page = EvaluationPage(evaluated.explored, evaluated.results)
    model = SurveyModel(
        "",
        selectors=page.selectors((MATRIX, 0)),
        table=page.table((MATRIX, 0)),
        summary=page.summary(),
        places=("one", "two"),
    )
    heard = Heard(window.option_chosen, window.cell_chosen, window.place_chosen)
    window.set_model(model)
    window.show()
    assert heard.said == []
    table = page.table((MATRIX, 0))
    row, column = next(
        (row, column)
        for row, cells in enumerate(table.rows)
        for column, cell in enumerate(cells)
        if cell.leads
    )
    at = window.table.visualRect(window.table.model().index(row, column)).center()
    QTest.mouseClick(window.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    window.combos[0].setCurrentIndex(1)
    window.places.setCurrentRow(1)
    assert heard.said == [(row, column), (0, 1), 1]
    assert window.plot.isHidden()
    window.set_model(replace(model, plot=page.plot((RELIABILITY, 0)), table=None))
    assert not window.plot.isHidden()
    empty = window.plot.grab().toImage()
    window.plot.set_plot(SurveyPlot("t", (Line("", None, (), ()),), ((0.0, ""),), (0.0, 1.0)))
    assert window.plot.grab().toImage() != empty
    window.set_model(SurveyModel("", running=True, progress=0.4))
    assert (window.run.isHidden(), window.progress.value()) == (True, 40)


def test_before_anything_is_known_the_button_stands_in_the_middle(qtbot: QtBot) -> None:
    window = SurveyWindow("Evaluation")
    qtbot.addWidget(window)
    window.set_model(SurveyModel("How right the network is."))
    window.show()
    settle()
    middle = window.run.mapTo(window, window.run.rect().center()) - window.rect().center()
    assert abs(middle.x()) < 40
    assert abs(middle.y()) < 60
    assert not window.table.isVisible()
    window.set_model(SurveyModel("", table=SurveyTable(("a",), ("b",), ((Cell("1"),),), "c")))
    settle()
    assert window.table.isVisible()
    assert window.run.mapTo(window, window.run.rect().center()).y() < 60
    assert window.run.mapTo(window, window.run.rect().topLeft()).x() < 40


def test_cells_that_lead_somewhere_are_underlined(qtbot: QtBot) -> None:
    table = SurveyTableView()
    qtbot.addWidget(table)
    cells = (Cell("1", leads=True), Cell("2", shade=1.0))
    table.set_table(SurveyTable(("a", "b"), ("c",), (cells,), "rows ↓  columns →"))
    table.show()
    settle()
    model, role = table.model(), Qt.ItemDataRole.FontRole
    assert model.index(0, 0).data(role).underline()
    assert model.index(0, 1).data(role) is None
    for column, shape in ((0, Qt.CursorShape.PointingHandCursor), (1, Qt.CursorShape.ArrowCursor)):
        table.entered.emit(model.index(0, column))
        assert table.viewport().cursor().shape() is shape
    corner = table.findChild(QLabel)
    assert corner.text() == "rows ↓  columns →"
    assert corner.width() >= corner.sizeHint().width()


def test_a_cell_that_leads_nowhere_says_nothing(qtbot: QtBot, atlas: AtlasAnswer) -> None:
    window = SurveyWindow("Atlas")
    qtbot.addWidget(window)
    page = AtlasPage(atlas.atlas, atlas.names)
    heard = Heard(window.cell_chosen)
    window.set_model(SurveyModel("", table=page.table((0, 0)), plot=page.plot((0, 0))))
    window.show()
    click = partial(QTest.mouseClick, window.table.viewport(), Qt.MouseButton.LeftButton)
    slope = window.table.model().index(0, len(QUANTITIES))
    window.table.scrollTo(slope)
    click(pos=window.table.visualRect(slope).center())
    assert heard.said == []
