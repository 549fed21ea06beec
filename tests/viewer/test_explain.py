"""The Explain panel: following the probe, dear questions, maps over picture and cloud, words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
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
from views_support import Heard, ramp_image

from sgnet_model.data.frames import FramePaths
from sgnet_model.inspection import registry
from sgnet_model.inspection.finding import (
    Check,
    Contour,
    Finding,
    Grid,
    HeatMap,
    Score,
    SignedMap,
    TwoHueMap,
)
from sgnet_model.inspection.protocol import Choice, Cost, Inspection, Need, Options
from sgnet_model.types import UserError
from sgnet_viewer.contract.explain import ExplainModel, ExplainState, InspectionRow
from sgnet_viewer.contract.picture import MapOverlay, PictureModel
from sgnet_viewer.controllers.explain import ExplainController
from sgnet_viewer.controllers.explain_answer import chosen_map, step_title
from sgnet_viewer.controllers.explain_showing import EXPLAINING
from sgnet_viewer.render.cloud import cloud_points
from sgnet_viewer.render.finding import colour_bar, facts_of, map_overlay
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.activity import Activity, Step
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudColour, ViewSettings
from sgnet_viewer.views.explain.explain_panel import ExplainPanel
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.workers.explaining import Explainer, ExplainRequest


class Dear(Inspection):
    """Takes passes of the network, of which there is none here."""

    name, title = "dear", "How dear is it?"
    needs, cost = Need.NETWORK, Cost.DEAR
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
        "Click a pixel first.",
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
    assert (row.cheap, row.cost) == (False, "≈ 1 s")  # a pass takes 12 ms
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
    frames.frames = (FramePaths("a b", tmp_path / "a b.png", tmp_path / "depth.png", None),)
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
    frames.frames = (FramePaths("a", tmp_path / "a.png", tmp_path / "depth.png", None),)
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
    frames.frames = (FramePaths("a", tmp_path / "a.png", tmp_path / "depth.png", None),)
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
    assert [line.split("\t")[0] for line in lines[1:3]] == ["readers", "weight"]
    assert lines[0].startswith("score (margin: chair over wall)")
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


def test_contours_lie_around_what_holds_the_mass() -> None:
    values = np.zeros((60, 60))
    values[20:40, 20:40] = 1.0
    part = HeatMap("a", "A", values, Grid(), "mass", (Contour(0.8, 0.5, 9),))
    grey = np.zeros((60, 60, 3), np.uint8)
    image = map_overlay(part, grey).image
    rows, columns = np.nonzero((image[..., :3] == 255).all(-1) & (image[..., 3] == 255))
    assert len(rows) > 40
    away = np.maximum(np.abs(rows - 29.5), np.abs(columns - 29.5))
    assert away.min() > 6
    assert away.max() < 12  # of a square whose half side is 10
    plain = map_overlay(replace(part, contours=()), grey).image
    assert not (plain[..., :3] == 255).all(-1).any()


def test_zero_is_fixed_in_a_signed_map_and_two_causes_have_two_hues() -> None:
    bar = colour_bar(SignedMap("a", "A", np.array([[-1.0, 4.0]]), GRID, "logit per m"))
    assert bar.low == -bar.high
    assert np.ptp(bar.colours[127].astype(int)) < 4  # no hue at zero
    both = colour_bar(TwoHueMap("a", "A", np.ones((2, 1, 1)), GRID, "logit", ("colour", "depth")))
    assert both.title == "colour to depth"
    assert np.abs(both.colours[0].astype(int) - both.colours[-1]).max() > 60


def test_numbers_of_a_finding_are_named_and_lists_left_out() -> None:
    score = Score("margin", (1, 2), ("bed", "wall"), -1.5)
    values = {"mass_inside": 0.25, "rows": [1, 2], "regular": {"radius_px": 12}, "ok": True}
    finding = Finding("x", (0, 0), score, (Check("c", 0.0),), (), values)
    assert facts_of(finding) == (
        ("score (margin: bed over wall)", "−1.5"),
        ("mass inside", "0.25"),
        ("regular: radius px", "12"),
        ("ok", "True"),
    )


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
    shown = [label.text() for label in panel.facts.children() if hasattr(label, "text")]
    assert "9" in shown
    assert "self-check: adds up" in shown


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
    assert noise.models.currentText() == "As recorded: still …"


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
