"""The Explain panel: following the probe, dear questions, maps over picture and cloud, words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from session_support import (
    FakeFrames,
    FakeView,
    HeldRunner,
    InlineRunner,
    make_frame,
    make_result,
    make_screen,
)
from views_support import Heard, ramp_image, settle

from sgnet_model.data.frames import FramePaths
from sgnet_model.inspection import registry
from sgnet_model.inspection.contours import SMOOTH_PX
from sgnet_model.inspection.finding import (
    Check,
    Contour,
    Curve,
    Finding,
    Grid,
    HeatMap,
    Score,
    SignedMap,
    Table,
    TwoHueMap,
)
from sgnet_model.inspection.pictures import colours_of, name_contour, opacity_of
from sgnet_model.inspection.protocol import Choice, Cost, Inspection, Need, Options
from sgnet_model.types import UserError
from sgnet_viewer.contract.explain import (
    AnswerCell,
    AnswerTable,
    ExplainModel,
    ExplainState,
    InspectionRow,
)
from sgnet_viewer.contract.picture import ColourBar, MapContour, MapOverlay, PictureModel
from sgnet_viewer.contract.survey import Line, SurveyPlot
from sgnet_viewer.controllers.explain import ExplainController
from sgnet_viewer.controllers.explain_showing import EXPLAINING
from sgnet_viewer.controllers.explain_times import PassTimes
from sgnet_viewer.exports.figure import Figure, page_of
from sgnet_viewer.exports.pages import figure_svg
from sgnet_viewer.render.cloud import cloud_points
from sgnet_viewer.render.finding import STROKES, colour_bar, map_overlay, with_overlays
from sgnet_viewer.render.finding_panel import chosen_map, cost_of, step_title
from sgnet_viewer.render.finding_tables import plots_of, tables_of
from sgnet_viewer.render.finding_words import (
    SENTENCES,
    TITLES,
    answer_of,
    checked,
    facts_of,
    in_order,
    signed,
)
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.activity import Activity, Step
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudColour, TapWeight, ViewSettings
from sgnet_viewer.views.explain.explain_panel import ExplainPanel
from sgnet_viewer.views.picture.colour_bar import ColourBarWidget
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.workers.explaining import Explainer, ExplainRequest


class Dear(Inspection):
    """Takes passes of the network, of which there is none here."""

    name, title = "dear", "How dear is it?"
    needs, cost = Need.NETWORK, Cost.EXPENSIVE
    passes = 100

    def ask(self, subject: Any, pixel: tuple[int, int], options: Any) -> Finding:  # noqa: ARG002
        return Finding(self.name, pixel, None, (Check("nothing", 0.0),), (), {"passes": 7})


class Choosy(Dear):
    """Its answer depends on both."""

    name, choices = "choosy", frozenset(Choice)


class Bench:
    """The controller over a result; the real inspections are asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(registry._REGISTERED, "dear", Dear())
        monkeypatch.setitem(registry._REGISTERED, "choosy", Choosy())
        self.window = FakeView(parts=True)
        self.window.explain = FakeView()
        window: Any = self.window
        self.session, self.notices = Session(), Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.view = ViewState(document=self.session.document)
        self.probes = Probes(self.session.document)
        self.runner = HeldRunner()
        self.activity = Activity()
        self.asked: list[ExplainRequest] = []
        self.controller = ExplainController(
            window,
            self.session,
            self.view,
            self.probes,
            self.notices,
            self.runner,
            self.ask,
            self.activity,
            InlineRunner(),
        )
        screen = make_screen(self.window, self.session, self.found)
        self.controller.shown.connect(screen.follow)
        frame = make_frame()
        self.session.set_frames(FakeFrames(frame), Target(("set",)))
        self.session.set_frame(0, frame)
        self.session.set_result(make_result(frame))

    def found(self) -> Findings:
        overlay = self.controller.overlay
        return Findings(overlays=() if overlay is None else (overlay,))

    def ask(self, request: ExplainRequest, task: Any) -> Finding:
        self.asked.append(request)
        if isinstance(request.inspection, Dear):
            return request.inspection.ask(None, request.pixel, request.options)  # type: ignore[arg-type]
        networks: Any = None
        return Explainer(networks).run(request, task)

    def settle(self) -> None:
        while self.runner.waiting:
            self.runner.let_go()

    @property
    def model(self) -> ExplainModel:
        return self.window.explain.shown["set_model"][0]  # type: ignore[no-any-return]

    @property
    def overlay(self) -> MapOverlay | None:
        (overlay,) = self.window.picture.shown["set_map"]
        assert overlay is self.controller.overlay
        return overlay  # type: ignore[no-any-return]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def test_a_cheap_question_follows_the_probe(bench: Bench) -> None:
    bench.controller.choose("reads")
    assert (bench.model.state, bench.model.sentence) == (
        ExplainState.WAITING,
        "Click a pixel in the picture first, then choose a question.",
    )
    bench.probes.place(60, 40)
    bench.settle()
    assert bench.model.state is ExplainState.SHOWN
    assert [len(bench.model.maps), bench.overlay is not None] == [3, True]
    first = bench.overlay
    bench.probes.move_active(20, 70)
    bench.settle()
    assert bench.overlay is not first
    assert [request.pixel for request in bench.asked] == [(60, 40), (20, 70)]
    bench.controller.choose("")
    assert bench.overlay is None
    assert bench.model.state is ExplainState.NONE


def test_the_map_is_that_of_the_layer_chosen(bench: Bench) -> None:
    bench.probes.place(60, 40)
    bench.view.change(layer="layer2.0")
    bench.controller.choose("reads")
    bench.settle()
    assert bench.model.map_index == 1
    assert bench.overlay is not None
    assert bench.overlay.title.startswith("layer2.0")
    bench.window.explain.map_chosen.emit(2)
    bench.settle()
    assert bench.view.settings.layer == "layer2.3"
    assert bench.overlay.title.startswith("layer2.3")
    assert len(bench.asked) == 1  # the same finding, drawn anew
    bench.window.explain.layer_chosen.emit("layer1.2")  # a row of the table
    bench.settle()
    assert (bench.view.settings.layer, bench.model.map_index) == ("layer1.2", 0)


def test_the_panel_knows_whether_there_is_a_pixel_to_ask_about(bench: Bench) -> None:
    bench.controller.choose("")
    assert not bench.model.ready
    bench.probes.place(60, 40)
    assert bench.model.ready


def test_costs_are_told_once_they_are_known(bench: Bench) -> None:
    result = bench.session.result
    assert result is not None
    faster = replace(result, prediction=replace(result.prediction, milliseconds=5.0))
    bench.session.set_result(faster)
    rows = {row.name: row.cost for row in bench.model.rows}
    assert (rows["reads"], rows["dear"]) == ("at once", "about 0.5 s")


def test_a_dear_question_waits_for_run_and_does_not_follow(bench: Bench) -> None:
    bench.probes.place(60, 40)
    bench.controller.choose("dear")
    assert (bench.model.state, bench.runner.waiting) == (ExplainState.WAITING, [])
    bench.window.explain.run_requested.emit()
    assert bench.model.state is ExplainState.RUNNING
    bench.settle()
    assert bench.model.facts == (("passes", "7"),)
    bench.probes.move_active(5, 5)
    assert (bench.model.state, bench.model.facts) == (ExplainState.WAITING, ())
    assert len(bench.asked) == 1


def test_what_runs_says_how_far_it_is_and_can_be_cancelled(bench: Bench) -> None:
    row = next(row for row in bench.model.rows if row.name == "dear")
    assert (row.cheap, row.cost) == (False, "")  # the first pass says little
    bench.probes.place(60, 40)
    bench.controller.choose("dear")
    bench.controller.run()
    bench.activity.report(EXPLAINING, Step("How dear is it?", 0.25))
    assert (bench.model.state, bench.model.progress) == (ExplainState.RUNNING, 0.25)
    bench.window.explain.cancel_requested.emit()
    assert bench.runner.cancelled > 0
    assert (bench.model.state, bench.model.progress) == (ExplainState.WAITING, None)


def test_the_answer_is_exported_as_the_command_writes_it(bench: Bench, tmp_path: Path) -> None:
    bench.probes.place(60, 40)
    bench.controller.choose("reads")
    bench.settle()
    bench.window.answers = {"ask_folder": str(tmp_path)}
    bench.controller.export()
    folder = tmp_path / "frame-reads-60-40"
    said = json.loads((folder / "reads.json").read_text())
    finding = bench.controller.finding
    assert finding is not None
    assert (said["inspection"], said["pixel"]) == ("reads", [60, 40])
    assert said["score"]["classes"] == ["chair", "wall"]
    assert said["readers"] == finding.values["readers"]
    for name in ("layer1.2", "layer2.0", "layer2.3"):
        part = next(part for part in finding.maps() if part.name == f"reads_{name}")
        assert np.array_equal(np.load(folder / f"reads_{name}.npy"), part.values)
        assert (folder / f"reads_{name}.png").exists()
    assert len(bench.reports) == 1
    bench.controller.export()  # nothing is replaced unasked
    assert bench.window.called("confirm") == 1
    assert len(bench.reports) == 1


def test_the_slider_goes_from_one_layer_to_all() -> None:
    grid = Grid()
    steps = tuple(HeatMap(f"s{at}", f"after {at}", np.ones((4, 4)), grid, "mass") for at in (1, 2))
    finding = Finding("x", (0, 0), None, (Check("c", 0.0),), (), {}, (), steps)
    assert step_title(finding, 0) == "All layers, down to the picture"
    assert step_title(finding, 1) == "after 1 (1 of 2)"
    part = chosen_map(finding, 0, 2)
    assert isinstance(part, HeatMap)
    assert part.title == "after 2"
    assert [line.share for line in part.contours] == [0.5, 0.8, 0.95]


def test_an_answer_about_another_pixel_or_result_is_not_shown(bench: Bench) -> None:
    bench.probes.place(60, 40)
    bench.controller.choose("reads")
    work, done, _ = bench.runner.waiting.pop()
    answer = work(Task(lambda _: None))
    bench.probes.move_active(5, 5)
    done(answer)
    assert bench.overlay is None
    bench.settle()
    assert bench.overlay is not None
    bench.session.set_frame(0, make_frame())
    assert bench.overlay is None


def test_what_means_nothing_here_is_a_sentence_in_the_panel(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Finding:
        raise UserError("This network has no layer with taps.")

    monkeypatch.setattr(Dear, "ask", refuse)
    bench.probes.place(1, 1)
    bench.controller.choose("dear")
    bench.controller.run()
    bench.settle()
    assert (bench.model.state, bench.model.sentence) == (
        ExplainState.FAILED,
        "This network has no layer with taps.",
    )
    assert bench.reports == []


def test_the_command_prints_the_same_question(bench: Bench, tmp_path: Any) -> None:
    bench.probes.place(60, 40)
    bench.controller.choose("reads")
    bench.settle()
    with pytest.raises(UserError, match="not a pair of files"):
        bench.controller.command()
    frames: Any = bench.session.frames
    frames.files = (FramePaths("a", tmp_path / "film.mp4" / "1", tmp_path / "1.png"),)
    with pytest.raises(UserError, match="not a pair of files"):
        bench.controller.command()  # a frame of a video: no file that a command can open
    frames.lie_in(tmp_path, "a b.png")
    choice = bench.session.choice
    bench.session.choose(replace(choice, switches=choice.switches.turned("all", "offsets", "zero")))
    assert "--switch" not in bench.controller.command()  # it has not answered yet
    frame = bench.session.frame_as_read
    bench.session.set_result(make_result(frame))
    bench.settle()
    words = bench.controller.command()
    assert words.startswith(f"sgnet-model inspect reads --rgb '{tmp_path}/a b.png' --depth ")
    assert "--pixel 60,40 --size 96x128" in words
    assert words.endswith("--depth-unit mm --switch all:offsets=zero --json")


def test_the_class_that_is_explained_is_chosen_and_copied(bench: Bench, tmp_path: Path) -> None:
    frames: Any = bench.session.frames
    frames.lie_in(tmp_path)
    bench.probes.place(60, 40)
    bench.controller.choose("dear")
    assert (bench.model.classes, bench.model.noise) == ((), "")
    bench.window.explain.class_chosen.emit("floor")
    assert "--class" not in bench.controller.command()  # this answer does not depend on it
    bench.controller.choose("choosy")
    assert (bench.model.classes, bench.model.class_name) == (("wall", "floor", "chair"), "floor")
    bench.controller.run()
    bench.settle()
    assert bench.asked[-1].options == Options(class_name="floor")
    assert "--class floor --json" in bench.controller.command()
    bench.window.explain.class_chosen.emit("")
    assert (bench.model.state, bench.model.class_name) == (ExplainState.WAITING, "")
    assert bench.controller.finding is None  # it was about another class
    assert "--class" not in bench.controller.command()


def test_the_noise_is_chosen_and_copied(bench: Bench, tmp_path: Path) -> None:
    frames: Any = bench.session.frames
    frames.lie_in(tmp_path)
    bench.probes.place(60, 40)
    bench.controller.choose("noise")
    assert (bench.model.classes, bench.model.noise) == ((), "kinect")
    assert "--noise" not in bench.controller.command()
    bench.window.explain.noise_chosen.emit("0.02")
    assert "--noise 0.02 --json" in bench.controller.command()
    bench.window.explain.noise_chosen.emit("measured:")  # no folder is named
    assert bench.model.noise == "0.02"
    bench.window.answers = {"ask_folder": "/still life"}
    bench.window.explain.noise_chosen.emit("measured:")
    assert bench.model.noise == "measured:/still life"
    bench.controller.choose("choosy")
    bench.controller.run()
    bench.settle()
    assert bench.asked[-1].options.noise == "measured:/still life"
    bench.controller.choose("noise")
    assert "--noise 'measured:/still life' --json" in bench.controller.command()


def test_the_numbers_are_copied_as_lines(bench: Bench) -> None:
    bench.probes.place(60, 40)
    bench.controller.choose("reads")
    assert bench.controller.text() == ""
    bench.settle()
    lines = bench.controller.text().split("\n")
    heads = ["margin of chair over wall, logit", "outputs that read it", "weight of all readings"]
    assert [line.split("\t")[0] for line in lines[:3]] == heads
    assert lines[3] == "layer\toutputs that read it\tweight"
    assert [line.split("\t")[0] for line in lines[4:7]] == ["layer1.2", "layer2.0", "layer2.3"]
    assert lines[-1].startswith("duality")


# --- pictures and words


GRID = Grid(0.0, 0.0, 2.0, 2.0)


def test_a_map_leaves_the_grey_picture_where_it_says_nothing() -> None:
    part = HeatMap("a", "A", np.array([[0.0, 0.5, 2.0]]), GRID, "logit")
    overlay = map_overlay(part, np.full((2, 6, 3), 200, np.uint8))
    assert overlay.image.shape == (2, 6, 4)
    away = np.abs(overlay.image[0, :, :3].astype(int) - 200).max(-1)
    assert away[0] == 0 < away[2]
    assert 200 < overlay.image[0, 0, 3] < 255  # what lies beneath is seen a little
    assert overlay.bar is not None
    assert (overlay.bar.title, overlay.bar.low) == ("logit", 0.0)
    assert overlay.bar.high == pytest.approx(2.0, rel=0.01)


def test_the_ends_of_a_signed_scale_say_whom_they_speak_for() -> None:
    part = SignedMap("a", "By depth", np.array([[-4.0, 4.0]]), GRID, "logit per metre")
    bar = colour_bar(part, MARGIN)
    assert (bar.title, bar.unit) == ("By depth", "logit per metre")
    assert bar.ends == ("−4.00 against bed", "4.00 for bed")
    assert colour_bar(part).ends == ()  # nothing is known of it
    of_layer = HeatMap("a", "A", np.ones((1, 1)), GRID, "weight", layer="layer1.2")
    assert colour_bar(of_layer).title == "layer1.2: weight"


def test_a_map_of_mass_is_drawn_by_its_square_root_and_says_so() -> None:
    values = np.array([[0.04, 1.0]])
    even, root = (HeatMap("a", "A", values, GRID, "share", root=one) for one in (False, True))
    assert colour_bar(even).ends == ()
    assert colour_bar(root).ends == ("0", "square root", "1.00")
    ramp = colour_bar(root).colours
    assert np.array_equal(colours_of(root, (1, 2))[0, 0], ramp[round(0.2 * 255)])
    assert np.array_equal(colours_of(even, (1, 2))[0, 0], ramp[round(0.04 * 255)])
    assert opacity_of(root, (1, 2))[0, 0] > 2 * opacity_of(even, (1, 2))[0, 0]


def test_contours_are_named_by_what_they_hold() -> None:
    image = np.full((120, 120, 3), 9, np.uint8)
    square = np.array([(40, 60), (80, 60), (80, 90), (40, 90)], np.float64)
    name_contour(image, 0.8, (square[:2], square), STROKES)
    rows, columns = np.nonzero(image[..., 0] > 9)
    assert (rows.min() > 40, rows.max() < 60) == (True, True)  # above its top
    assert columns.size > 20
    inner = np.full((120, 120, 3), 9, np.uint8)
    name_contour(inner, 0.5, (square,), STROKES)
    assert np.nonzero(inner[..., 0] > 9)[0].min() > 90  # below, where the next one's leaves room
    untouched = image.copy()
    name_contour(image, 0.8, (), STROKES)
    assert np.array_equal(image, untouched)


def test_a_scale_has_room_for_what_its_ends_mean(qtbot: QtBot) -> None:
    bar = ColourBarWidget()
    qtbot.addWidget(bar)
    colours = np.zeros((256, 3), np.uint8)
    bar.set_bar(ColourBar("A", "", 0.0, 1.0, colours))
    narrow = bar.width()
    ends = ("−0.40 against otherfurniture", "0.40 for otherfurniture")
    bar.set_bar(ColourBar("By depth", "logit per metre", -0.4, 0.4, colours, ends=ends))
    assert bar.width() > narrow
    assert bar.accessibleName() == f"By depth [logit per metre]: {ends[0]}, {ends[1]}"
    bar.grab()


def test_a_saved_figure_says_what_the_ends_of_a_scale_mean(qapp: QApplication) -> None:
    del qapp
    colours = np.zeros((256, 3), np.uint8)
    title = "layer2.3: influence, summed over taps"
    bar = ColourBar(title, "logit", -0.4, 0.4, colours, ends=("colour", "both", "depth"))
    long = replace(bar, ends=("−0.40 against otherfurniture", "0.40 for otherfurniture"))
    picture = PictureModel(np.zeros((60, 80, 3), np.uint8), bar)
    figure = Figure(picture, (), TapWeight.SIZE, True)
    svg = figure_svg(figure).decode()
    assert all(f">{end}<" in svg for end in bar.ends)
    assert title not in svg  # on one line it would be cut off
    assert "influence" in svg
    assert "[logit]" in svg
    wide = replace(figure, picture=replace(picture, bar=long))
    short = replace(figure, picture=replace(picture, bar=replace(bar, title="a", unit="")))
    assert page_of(wide).width > page_of(short).width
    assert ">otherfurniture<" in figure_svg(wide).decode()


def test_contours_lie_around_what_holds_the_mass() -> None:
    values = np.zeros((60, 60))
    values[20:40, 20:40] = 1.0
    part = HeatMap("a", "A", values, Grid(), "mass", (Contour(0.8, 0.5, 9),))
    grey = np.zeros((60, 60, 3), np.uint8)
    overlay = map_overlay(part, grey)
    image = with_overlays(PictureModel(grey), (overlay,)).image
    plain = with_overlays(PictureModel(grey), (replace(overlay, contours=()),)).image
    rows, columns = np.nonzero((image > 140).all(-1) & (plain < 140).any(-1))
    of_line = rows > 17  # its name stands above
    rows, columns = rows[of_line], columns[of_line]
    assert len(rows) > 40
    away = np.maximum(np.abs(rows - 29.5), np.abs(columns - 29.5))
    assert away.min() > 6
    assert away.max() < 12  # of a square whose half side is 10
    assert not (plain == 255).all(-1).any()
    assert np.ptp(overlay.image[..., 3]) == 0  # as opaque everywhere


def test_contours_run_between_pixels() -> None:
    """Around a round hill they are circles, not stairs: as far away everywhere."""
    rows, columns = np.mgrid[0:120, 0:120]
    hill = np.exp(-((rows - 60.3) ** 2 + (columns - 59.6) ** 2) / (2 * 12.0**2))
    shares = tuple(Contour(share, 0.0, 0) for share in (0.5, 0.8, 0.95))
    part = HeatMap("a", "A", hill, Grid(), "mass", shares)
    contours = map_overlay(part, np.zeros((120, 120, 3), np.uint8)).contours
    assert [one.share for one in contours] == [0.5, 0.8, 0.95]
    for contour in contours:
        (line,) = contour.lines
        radii = np.hypot(line[:, 0] - 59.6, line[:, 1] - 60.3)
        assert np.ptp(radii) < 0.1
        expected = np.sqrt(-2 * np.log(1 - contour.share)) * np.hypot(12.0, SMOOTH_PX)
        assert radii.mean() == pytest.approx(expected, abs=0.3)


def test_zero_is_fixed_in_a_signed_map_and_two_causes_have_two_hues() -> None:
    bar = colour_bar(SignedMap("a", "A", np.array([[-1.0, 4.0]]), GRID, "logit per m"))
    assert bar.low == -bar.high
    assert np.ptp(bar.colours[127].astype(int)) < 4  # no hue at zero
    both = colour_bar(TwoHueMap("a", "A", np.ones((2, 1, 1)), GRID, "logit", ("colour", "depth")))
    assert (both.title, both.ends) == ("A", ("colour", "both", "depth"))
    assert np.abs(both.colours[0].astype(int) - both.colours[-1]).max() > 60


MARGIN = Score("margin", (1, 2), ("bed", "wall"), -1.5)
CHECKS = (Check("c", 0.0),)


def test_numbers_of_a_finding_are_named_and_lists_left_out() -> None:
    values = {"mass_inside": 0.25, "rows": [1, 2], "regular": {"radius_px": 12}, "ok": True}
    assert facts_of(Finding("x", (0, 0), MARGIN, CHECKS, (), values)) == (
        ("margin of bed over wall, logit", "−1.5"),
        ("mass inside", "0.25"),
        ("regular: radius px", "12"),
        ("ok", "True"),
    )
    values = {"mass_inside": 0.25, "radius_px": 12.34, "contours": {"0.95": 26038}}
    assert facts_of(Finding("composed", (0, 0), None, CHECKS, (), values)) == (
        ("distance of what it sees (rms), px", "12.34"),
        ("area that holds 95 %, px", "26,038"),
        ("inside the picture, %", "25"),
    )
    four = {"rgb_depth": 8, "rgb_flat": 4, "grey_depth": 2, "grey_flat": 1}
    shares = {"phi_depth": 2.5, "phi_rgb": 4.5, "values": four}
    assert facts_of(Finding("shares", (0, 0), None, CHECKS, (), shares)) == (
        ("by colour, logit", "4.5"),
        ("by depth, logit", "2.5"),
        ("score with both, logit", "8"),
        ("score with colour alone, logit", "4"),
        ("score with depth alone, logit", "2"),
        ("score with neither, logit", "1"),
    )


def rows_of(*flipped: float) -> list[dict[str, Any]]:
    """Offsets, modulation and both: of a layer, then of all."""
    both = "offsets=zero modulation=one"
    switches = ("offsets=zero", "modulation=one", "offsets=zero", "modulation=one", both)
    layers = ("layer1.2", "layer1.2", "all", "all", "all")
    return [
        {"layer": layer, "switch": switch, "flipped": share, "dz": -10 * share, "dmiou": None}
        for layer, switch, share in zip(layers, switches, flipped, strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        (
            "shares",
            {"phi_depth": 3.27, "phi_rgb": -4.01},
            "Depth speaks for bed (+3.27), colour against it (−4.01).",
        ),
        (
            "shares",
            {"phi_depth": 1.95, "phi_rgb": 1.13},
            "Depth (+1.95) and colour (+1.13) both speak for bed.",
        ),
        (
            "composed",
            {"radius_px": 51.2, "radius_m": 0.55, "contours": {"0.5": 1295}},
            "It sees about 51 px (0.55 m) around; half of its view lies on 1,295 pixels.",
        ),
        (
            "gradient",
            {"radius_rgb_px": 40.2, "radius_depth_px": 61.0, "sum_depth": -0.25},
            "It responds to colour within about 40 px and to depth within about 61 px; if "
            "everything moved away, the score would change by −0.25 a metre.",
        ),
        ("gradient", {"radius_rgb_px": 40.2}, "It responds to colour within about 40 px."),
        (
            "influence",
            {"silenced": {"layer": "layer1.2", "true": -0.049}},
            "Most of all a tap of layer1.2: silenced, the score changes by −0.05.",
        ),
        (
            "switches",
            {"rows": rows_of(0.01, 0.05, 0.272, 0.16, 0.3)},
            "More on where its taps go: without offsets 27.2 % of the pixels change class, "
            "without modulation 16.0 %.",
        ),
        (
            "noise",
            {"count": 16, "flip_rate_here": 0.1875, "flip_rate": 0.005},
            "The class here changes in 3 of 16 noisy copies; over the picture 0.50 % of the "
            "pixels change.",
        ),
        (
            "taps",
            {"layers": [{"name": "a", "spread_px": 6.0}, {"name": "b", "spread_px": 109.0}]},
            "Its taps spread from 6 px in a to 109 px in b.",
        ),
        ("reads", {"readers": 0, "layers": []}, "No output looked at it."),
        (
            "reads",
            {
                "readers": 1005,
                "layers": [
                    {"name": "a", "readers": 1003, "weight": 0.5},
                    {"name": "b", "readers": 2, "weight": 1.5},
                    {"name": "c", "readers": 0, "weight": 0.0},
                ],
            },
            "1,005 outputs of 2 layers looked at it, those of b with most weight.",
        ),
        ("mine", {"readers": 3}, ""),
    ],
)
def test_a_sentence_answers_each_question(name: str, values: dict[str, Any], sentence: str) -> None:
    assert answer_of(Finding(name, (0, 0), MARGIN, CHECKS, (), values)) == sentence


def test_every_inspection_has_a_sentence_and_numbers_with_units() -> None:
    built_in = {name for name, one in registry.inspections().items() if "kinds" in one.__module__}
    assert built_in == set(SENTENCES)
    assert built_in == set(TITLES) | {"switches", "taps"}  # those have tables alone


def test_what_the_network_relies_on_is_a_table_of_its_layers() -> None:
    part = Table("switches", "?", ("layer",), (("layer1.2",),))
    rows = rows_of(0.01, 0.05, 0.272, 0.16, 0.3)
    (table,) = tables_of(Finding("switches", (0, 0), None, CHECKS, (part,), {"rows": rows}))
    assert table.columns == ("layer", "switch", "flipped, %", "score ±")  # no ground truth
    assert [cell.text for cell in table.rows[0]] == ["layer1.2", "offsets zero", "1.0", "−0.10"]
    assert [cell.text for cell in table.rows[4]] == ["all", "both", "30.0", "−3.00"]
    assert table.layers == ("layer1.2", "layer1.2", "", "", "")
    (other,) = tables_of(Finding("mine", (0, 0), None, CHECKS, (part,), {}))
    assert (other.columns, other.layers) == (("layer",), ("layer1.2",))


def test_a_curve_is_drawn_with_its_units() -> None:
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 4.0, 3.0])
    part = Curve("c", "Spread", x, y, "m", "px", y - 0.5, y + 0.5)
    (plot,) = plots_of(Finding("mine", (0, 0), None, CHECKS, (part,), {}))
    assert (plot.title, plot.y_range) == ("Spread: px over m", (0.5, 4.5))
    assert [text for _, text in plot.ticks] == ["0", "0.5", "1", "1.5", "2"]


def test_all_self_checks_are_one_line() -> None:
    checks = (Check("a", 0.0), Check("b", 2.6e-8))
    assert checked(Finding("x", (0, 0), None, checks[:1], ())) == "✓ checked, off by 0"
    assert checked(Finding("x", (0, 0), None, checks, ())) == "✓ checked, off by at most 3e−8"


def test_what_a_question_costs_is_that_of_the_shortest_pass() -> None:
    times, first = PassTimes(), make_result()

    def taking(milliseconds: float) -> Result:
        return replace(first, prediction=replace(first.prediction, milliseconds=milliseconds))

    times.note(first)
    times.note(first)  # shown again
    assert times.of(first) is None
    for milliseconds in (3.0, 5.0):
        times.note(taking(milliseconds))
    assert times.of(first) == 3.0
    other = replace(first, network=replace(first.network, precision="bf16"))
    assert times.of(other) is None
    costs = [cost_of(Dear(), one) for one in (3.0, 12.0, 5000.0, None)]
    assert costs == ["about 0.3 s", "about 1 s", "about 8 minutes", ""]


def test_the_cloud_takes_the_colours_of_the_map() -> None:
    frame = make_frame()
    image = np.zeros((*frame.size, 4), np.uint8)
    image[30:40, 20:30] = (255, 0, 0, 255)
    overlay = MapOverlay(image, None, "A")
    settings = ViewSettings(cloud_colour=CloudColour.EXPLANATION)
    _, colours, source = cloud_points(frame, None, settings, 1, overlay)
    red = np.flatnonzero((colours == (255, 0, 0)).all(-1))
    v, u = np.divmod(source[red], frame.size[1])
    assert (len(red), v.min(), u.max()) == (100, 30, 29)
    _, plain, _ = cloud_points(frame, None, settings, 1, None)
    assert np.array_equal(plain, frame.rgb.reshape(-1, 3)[source])


# --- widgets


ROWS = (InspectionRow("reads", "Who looked?", True), InspectionRow("shares", "Who decided?", False))


def test_the_panel_says_what_is_asked_and_shows_what_is_known(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 500)
    panel.show()
    heard = Heard(panel.chosen, panel.run_requested, panel.map_chosen, panel.command_requested)
    panel.set_model(ExplainModel(ROWS))
    assert heard.said == []
    item = panel.list.visualItemRect(panel.list.item(1)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=item)
    panel.set_model(ExplainModel(ROWS, "shares", ExplainState.WAITING, "Press Run."))
    panel.run.click()
    assert heard.said == ["shares", ()]
    model = ExplainModel(
        ROWS,
        "shares",
        ExplainState.SHOWN,
        facts=(("a", "1"), ("b", "2")),
        maps=("one", "two"),
        checks=(("adds up", "0"),),
        notes=("A note.",),
    )
    panel.set_model(model)
    assert heard.said[2:] == []
    panel.maps.setCurrentIndex(1)
    panel.buttons[1].click()
    assert heard.said[2:] == [1, "explain.copy_command"]
    panel.set_model(replace(model, facts=(("a", "9"), ("b", "2"))))
    assert "9" in words_in(panel.facts)
    assert panel.checks.isHidden()


def words_in(widget: QWidget) -> list[str]:
    """Of its labels."""
    return [label.text() for label in widget.findChildren(QLabel)]


def test_the_answer_takes_the_place_of_the_questions(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.resize(380, 300)
    panel.show()
    heard = Heard(panel.chosen)
    panel.set_model(ExplainModel(ROWS, ready=False))
    assert panel.list.isVisible()
    assert panel.sentence.text() == "Click a pixel in the picture first, then choose a question."
    rows = (ROWS[0], replace(ROWS[1], cost="about 9 minutes"))
    panel.set_model(ExplainModel(rows, "shares", ExplainState.WAITING, "Press Run.", ready=False))
    assert (panel.list.isVisible(), panel.questions.currentText()) == (False, "Who decided?")
    assert (panel.run.text(), panel.run.isEnabled()) == ("Run, about 9 minutes", False)
    panel.questions.activated.emit(0)
    panel.clear.click()
    assert heard.said == ["reads", ""]
    model = ExplainModel(
        rows,
        "shares",
        ExplainState.SHOWN,
        answer="Depth speaks for it.",
        steps=3,
        checked="✓ checked",
        checks=(("adds up", "0"),),
    )
    panel.set_model(model)
    assert panel.answer.isVisible()
    assert panel.answer.font().bold()
    assert panel.step_name.isVisible()  # "Layers composed"
    assert panel.checks.isVisible()
    assert panel.checks.details.isHidden()
    panel.checks.button.click()
    assert panel.checks.details.text() == "adds up: 0"
    panel.set_model(ExplainModel(rows))
    assert panel.list.isVisible()
    assert not panel.questions.isVisible()


def test_the_focus_goes_from_run_to_cancel_and_back(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.resize(380, 300)
    panel.show()
    qtbot.waitUntil(panel.isActiveWindow)
    waiting = ExplainModel(ROWS, "shares", ExplainState.WAITING, "Press Run.")
    running = replace(waiting, state=ExplainState.RUNNING)
    panel.set_model(waiting)
    panel.run.setFocus()
    for model, button in ((running, panel.cancel), (waiting, panel.run)):
        panel.set_model(model)
        assert QApplication.focusWidget() is button
    panel.clear.setFocus()
    panel.set_model(running)
    assert QApplication.focusWidget() is panel.clear  # it is still there
    panel.set_model(ExplainModel(ROWS))
    assert QApplication.focusWidget() is panel.list


def test_a_button_that_went_does_not_take_the_focus_when_it_comes_back(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.resize(380, 300)
    panel.show()
    qtbot.waitUntil(panel.isActiveWindow)
    waiting = ExplainModel(ROWS, "shares", ExplainState.WAITING, "Press Run.")
    panel.set_model(waiting)
    panel.run.setFocus()
    panel.set_model(ExplainModel(ROWS, "reads", ExplainState.SHOWN))  # a cheap one has no Run
    panel.questions.setFocus()
    panel.set_model(waiting)
    assert QApplication.focusWidget() is panel.questions


def test_questions_are_listed_from_where_it_looked_to_what_if() -> None:
    assert set(in_order(registry.inspections())) == set(registry.inspections())
    assert in_order(["noise", "mine", "composed", "reads", "taps"]) == (
        *("taps", "composed", "reads", "noise"),
        "mine",
    )


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert [signed(change) for change in (0.004, -0.004, 0.0, -0.006)] == [
        *("0.00", "0.00", "0.00"),
        "−0.01",
    ]


def test_a_table_is_sorted_and_its_rows_choose_layers(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.resize(380, 500)
    panel.show()
    heard = Heard(panel.layer_chosen)
    names, shares = ("layer1.2", "layer2.0", "all"), (9.0, 10.0, 30.0)
    cells = tuple(
        (AnswerCell(name, name), AnswerCell(f"{share:g}", share))
        for name, share in zip(names, shares, strict=True)
    )
    model = ExplainModel(ROWS, "shares", ExplainState.SHOWN)
    table = AnswerTable(("layer", "flipped, %"), cells, ("layer1.2", "layer2.0", ""))
    panel.set_model(replace(model, tables=(table,)))
    (view,) = panel.tables

    def first() -> str:
        return str(view.cells.index(0, 0).data())

    assert first() == "layer1.2"
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert first() == "all"
    fewer = replace(table, rows=cells[:2], layers=table.layers[:2])
    panel.set_model(replace(model, tables=(fewer,)))
    assert first() == "layer2.0"  # still by number, not by text
    at = view.visualRect(view.cells.index(0, 1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert heard.said == ["layer2.0"]
    panel.set_model(model)
    assert not view.isVisible()


def test_curves_are_drawn_in_the_panel(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.show()
    plot = SurveyPlot("Spread", (Line("", None, (0.0, 1.0), (1.0, 2.0)),), ((0.0, "0"),), (1, 2))
    panel.set_model(ExplainModel(ROWS, "shares", ExplainState.SHOWN, plots=(plot,)))
    assert panel.plots[0].isVisible()
    panel.set_model(ExplainModel(ROWS))
    assert not panel.plots[0].isVisible()


def test_the_panel_offers_class_and_noise_where_they_matter(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.show()
    heard = Heard(panel.class_chosen, panel.noise_chosen)
    panel.set_model(ExplainModel(ROWS, "shares"))
    assert not panel.options.isVisible()
    asked = ExplainModel(ROWS, "shares", classes=("wall", "bed"), class_name="sink")
    panel.set_model(asked)  # another network's class stays named
    classes, noise = panel.options.classes, panel.options.noise
    assert [classes.itemText(at) for at in range(classes.count())][1:] == ["bed", "wall", "sink"]
    assert (classes.currentText(), noise.isVisible(), heard.said) == ("sink", False, [])
    classes.activated.emit(1)
    classes.activated.emit(0)
    panel.set_model(ExplainModel(ROWS, "noise", noise="kinect"))
    assert (classes.isVisible(), noise.deviation.isVisible()) == (False, False)
    for at in range(noise.models.count()):
        noise.models.activated.emit(at)
    assert heard.said == ["bed", "", "kinect", "stereo", "0.01", "measured:"]
    panel.set_model(ExplainModel(ROWS, "noise", noise="0.025"))
    assert (noise.deviation.isVisible(), noise.deviation.value()) == (True, 25.0)
    noise.deviation.setValue(30)
    assert heard.said[-1] == "0.03"
    panel.set_model(ExplainModel(ROWS, "noise", noise="measured:/rooms/still"))
    assert noise.models.currentText() == "As recorded: still…"


def test_before_there_are_questions_the_sentence_stands_on_top(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 500)
    panel.show()
    panel.set_model(ExplainModel())
    settle()
    assert panel.sentence.isVisible()
    assert panel.sentence.mapTo(panel, QPoint()).y() < 40
    panel.set_model(ExplainModel(rows=ROWS))
    settle()
    assert panel.list.isVisible()


def test_in_a_wide_panel_values_stay_near_their_names(qtbot: QtBot) -> None:
    panel = ExplainPanel()
    qtbot.addWidget(panel)
    panel.show()
    facts = (("margin, logit", "5.5"),)
    panel.set_model(ExplainModel(ROWS, "reads", state=ExplainState.SHOWN, facts=facts))
    widths = []
    for width in (360, 1200):
        panel.resize(width, 500)
        settle()
        widths.append(panel.facts.width())
        assert panel.facts.x() < 20
    assert widths[0] > 300
    assert widths[1] < 500


def test_contours_are_as_thin_at_any_zoom(qtbot: QtBot) -> None:
    view = PictureWidget()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    black = np.zeros((60, 80, 3), np.uint8)
    view.set_picture(PictureModel(black))
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.stack((40 + 10 * np.cos(angle), 30 + 10 * np.sin(angle)), -1)
    overlay = MapOverlay(np.zeros((60, 80, 4), np.uint8), None, "A", (MapContour(0.8, (ring,)),))

    def across() -> int:
        """Bright pixels of the screen from the middle of the ring to the right."""
        settle()
        image = view.canvas.viewport().grab().toImage()
        middle, scale = view.canvas.to_viewport(40, 30).toPoint(), view.canvas.scale_px
        right = range(round(7 * scale), round(13 * scale))
        return sum(image.pixelColor(middle + QPoint(step, 0)).red() > 60 for step in right)

    assert across() == 0
    view.set_map(overlay)
    assert 1 <= across() <= 3
    view.canvas.zoom(3.0, view.canvas.to_viewport(40, 30))
    assert 1 <= across() <= 3
    view.set_map(None)
    assert across() == 0


def test_a_map_lies_over_the_picture_and_its_bar_replaces_the_other(qtbot: QtBot) -> None:
    view = PictureWidget()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.set_picture(PictureModel(ramp_image()))
    height, width = ramp_image().shape[:2]
    image = np.zeros((height, width, 4), np.uint8)
    image[10:20, 10:20] = (255, 0, 0, 255)
    part = HeatMap("a", "A", np.ones((1, 1)), Grid(), "logit")
    view.set_map(MapOverlay(image, colour_bar(part), "A"))
    at = view.canvas.to_viewport(15, 15).toPoint()
    colour = view.canvas.viewport().grab().toImage().pixelColor(at)
    assert (colour.red() > 240, colour.green() < 15) == (True, True)
    assert view.labels.bar.isVisible()
    view.set_map(None)
    assert not view.labels.bar.isVisible()
    colour = view.canvas.viewport().grab().toImage().pixelColor(at)
    assert not (colour.red() > 240 and colour.green() < 15)
