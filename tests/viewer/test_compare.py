"""Two answers: B is asked after A, both are compared, looked at in several ways, and saved."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_support import Commanded
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from session_support import (
    FakeFrames,
    FakeView,
    HeldRunner,
    InlineRunner,
    make_frame,
    make_prediction,
    make_screen,
)
from test_controllers_views import Bench as ViewsBench
from views_support import Heard, probe_marks, ramp_image, tap_marks

from sgnet_model.edits import Edits, parse_edits
from sgnet_model.inspection.compare import compare
from sgnet_model.types import LabelScheme, UserError
from sgnet_viewer.contract.commands import OTHER_MENU
from sgnet_viewer.contract.compare import CompareModel
from sgnet_viewer.contract.picture import OtherPicture, PictureModel, RegionName
from sgnet_viewer.contract.tools import (
    ToolDot,
    ToolLine,
    ToolOverlay,
    ToolPath,
    ToolRing,
    ToolText,
)
from sgnet_viewer.controllers.compare import CompareController
from sgnet_viewer.controllers.compare_actions import CompareActions
from sgnet_viewer.controllers.compare_set import CompareSetController
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.exports.figure import Figure
from sgnet_viewer.exports.pages import figure_svg
from sgnet_viewer.exports.shown import figure_of
from sgnet_viewer.render.comparison import (
    ANOTHER_CLASS,
    FACT_TIPS,
    compared,
    comparison_facts,
    comparison_map,
    flips_text,
    marks_with_other,
    probe_changes,
    tool_with_other,
    with_other,
)
from sgnet_viewer.render.question_names import names_of
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.sessions.session_file import SavedSession
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.comparing import CompareMap, Comparing, Layout
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.frame_edits import FrameEdits
from sgnet_viewer.state.frame_rows import FrameRow, FrameRows, Order, Query, arranged
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.probe_points import ProbePoints
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.result import NetworkInfo, Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import TapWeight, ViewSettings
from sgnet_viewer.views.compare.compare_panel import ComparePanel
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.views.window.main_window import MainWindow
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest, Segmenter
from sgnet_viewer.workers.session_files import with_known_other

LEFT = Qt.MouseButton.LeftButton
OTHER = Path("/weights/other.safetensors")
EDITS = parse_edits(["shift=-0.3 box=0,0,64,48"])


def answer_to(request: InferenceRequest) -> Result:
    """Another checkpoint calls the chair in the middle a wall; an edit calls its left half one."""
    frame = request.edits.applied(request.frame)
    prediction = make_prediction()
    labels = prediction.labels.copy()
    if request.network.checkpoint == OTHER:
        labels[labels == 2] = 0
    if request.edits:
        labels[:, :64][labels[:, :64] == 2] = 0
    network = NetworkInfo("sgnet-test", "cpu", "fp32")
    source = None if frame is request.frame else request.frame
    return Result(frame, replace(prediction, labels=labels), network, request.edits, source)


class Bench:
    """Both controllers without widgets; A and B are answered when they are let go."""

    def __init__(self, labels: bool = False) -> None:
        self.window = FakeView(parts=True)
        self.window.compare = FakeView()
        window: Any = self.window
        self.session, self.notices = Session(), Notices()
        self.document = self.session.document
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.probes = Probes(self.document)
        self.own, self.others = HeldRunner(), HeldRunner()
        self.asked: list[str] = []
        self.network = NetworkController(
            window, self.session, self.notices, self.own, self.infer, lambda *_: None, self.own
        )
        self.other = OtherAnswer(self.session)
        self.controller = CompareController(
            window,
            self.session,
            self.other,
            self.notices,
            self.others,
            InlineRunner(),
            self.infer,
            self.network.request,
        )
        self.actions = CompareActions(window, self.session, self.other)
        self.frames = tuple(make_frame(name, labels=labels) for name in "ab")
        self.session.set_frames(FakeFrames(*self.frames), Target(("set",)))
        self.session.set_frame(0, self.frames[0])
        self.settle()

    def infer(self, request: InferenceRequest, _: object) -> InferenceAnswer:
        name = request.network.checkpoint.name if request.network.checkpoint else "bundled"
        self.asked.append(f"{name} {' '.join(request.edits.texts)}".strip())
        if name == "broken.safetensors":
            raise UserError("That is no checkpoint.")
        return InferenceAnswer(answer_to(request), None)

    def settle(self) -> None:
        while self.own.waiting or self.others.waiting:
            runner = self.own if self.own.waiting else self.others
            del runner.waiting[:-1]
            runner.let_go()

    def choose(self, checkpoint: Path = OTHER) -> None:
        self.actions.choose(replace(self.session.choice, checkpoint=checkpoint))

    @property
    def model(self) -> CompareModel:
        return self.window.compare.shown["set_model"][0]  # type: ignore[no-any-return]

    @property
    def picture(self) -> OtherPicture | None:
        return self.controller.picture


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_b_is_asked_once_a_is_answered_and_both_are_compared(bench: Bench) -> None:
    assert bench.model.b == ""
    assert bench.model.sentence.startswith("Choose a second answer, B")
    bench.probes.place(64, 48)
    bench.choose()
    assert bench.model.sentence == "B is being asked…"
    assert bench.own.waiting == []
    bench.settle()
    assert bench.asked == ["bundled", "other.safetensors"]
    assert (bench.model.a, bench.model.b) == ("bundled network", "other.safetensors")
    found = bench.controller.found
    assert found is not None
    assert found.disagreement == pytest.approx(32 * 64 / (96 * 128))
    assert dict(bench.model.facts)[ANOTHER_CLASS] == "16.7 %"
    (probe,) = bench.model.probes
    assert (probe.a.name, probe.b.name) == ("chair", "wall")
    assert bench.picture is not None
    assert bench.picture.image is not None  # both are seen at once
    assert bench.other.comparing.layout is Layout.WIPE
    assert bench.model.change == "B − A"
    assert len(bench.picture.marks[0].taps) == 3
    bench.session.set_frame(1, bench.frames[1])
    assert bench.controller.found is None
    bench.settle()
    assert bench.asked[2:] == ["bundled", "other.safetensors"]
    assert bench.controller.found is not None
    bench.actions.end()
    assert (bench.controller.found, bench.model.b, bench.picture) == (None, "", None)


def test_an_edited_frame_is_compared_with_the_frame_as_it_was_read(bench: Bench) -> None:
    bench.session.edit("edit", EDITS)
    bench.settle()
    assert bench.asked == ["bundled", f"bundled {EDITS.texts[0]}"]  # the plain answer is kept
    assert (bench.model.a, bench.model.b) == ("1 edit of depth", "depth as read")
    assert (bench.model.chosen, bench.model.change) == (False, "edited − as read")
    found = bench.controller.found
    assert found is not None
    assert found.flips is not None
    assert found.flips.inside == pytest.approx(16 * 32 / (64 * 48))
    assert found.js is None  # it takes long, and nobody looks at it
    assert bench.other.comparing.layout is Layout.A  # an edit is seen whole
    assert flips_text(found) == "other class at 16.7 % inside, 5.56 % outside"
    facts = dict(bench.model.facts)
    shares = [facts[f"{ANOTHER_CLASS}, {side}"] for side in ("inside the edit", "outside it")]
    assert shares == ["16.7 %", "5.56 %"]
    bench.session.edit("edit", Edits())
    assert bench.controller.found is None


def test_a_b_that_fails_is_given_up_and_said(bench: Bench) -> None:
    bench.choose(Path("broken.safetensors"))
    bench.settle()
    assert bench.reports[-1].text == "That is no checkpoint."
    assert bench.document.value.comparing == Comparing(layout=Layout.A)
    assert bench.session.result is not None


def test_a_cancelled_b_is_said_and_asked_again_with_the_next_change(bench: Bench) -> None:
    bench.choose()
    bench.others.waiting.clear()
    bench.controller.give_up()
    assert bench.model.sentence == "Cancelled. B is asked again with the next change."
    bench.session.set_frame(1, bench.frames[1])
    bench.settle()
    assert bench.controller.found is not None


def test_what_a_stream_answered_is_asked_again_before_it_is_compared(bench: Bench) -> None:
    bench.session.begin_stream()
    frame = make_frame("live")
    streamed = answer_to(InferenceRequest(frame, bench.session.choice))
    bench.session.stream(frame, streamed)
    bench.choose()
    assert bench.model.sentence == "Frames stream in: freeze one to compare."
    bench.session.streaming = False  # frozen
    bench.controller.follow()
    bench.settle()
    assert bench.asked[-2:] == ["bundled", "other.safetensors"]
    assert bench.controller.found is not None
    assert bench.controller.found.a is not streamed
    bench.session.streaming = True
    bench.session.stream(make_frame("next"), None)
    assert bench.controller.found is None


def test_layouts_maps_flicker_and_the_handle(bench: Bench) -> None:
    bench.choose()
    bench.settle()
    bench.window.compare.layout_chosen.emit("wipe")
    assert bench.picture is not None
    assert bench.picture.image is not None
    assert bench.picture.names == ("bundled network", "other.safetensors")
    bench.actions.move_wipe(0.2)
    assert bench.window.picture.shown["set_wipe"] == (0.7,)
    bench.actions.flicker()
    assert bench.other.comparing.layout is Layout.B
    bench.actions.flicker()
    assert bench.other.comparing.layout is Layout.A
    bench.document.amend(explain="reads")
    bench.actions.show_map(CompareMap.DIVERGENCE)
    assert bench.document.value.explain == ""
    assert bench.controller.overlay is not None
    assert bench.controller.overlay.title == "Jensen-Shannon divergence"
    bench.document.amend(explain="composed")
    assert bench.controller.overlay is None
    assert bench.model.maps == {CompareMap.NONE, CompareMap.DISAGREEMENT, CompareMap.DIVERGENCE}


def test_swapping_asks_nothing(bench: Bench) -> None:
    bench.choose()
    bench.settle()
    bench.actions.swap()
    bench.settle()
    assert bench.session.choice.checkpoint == OTHER
    assert bench.other.comparing.network == NetworkChoice()
    assert bench.asked == ["bundled", "other.safetensors"]
    assert (bench.model.a, bench.model.b) == ("other.safetensors", "bundled network")


def test_the_kept_answer_stays_b_while_a_changes(bench: Bench) -> None:
    bench.session.edit("edit", EDITS)
    bench.settle()
    bench.actions.keep()
    bench.settle()
    bench.session.edit("edit", Edits())
    bench.settle()
    assert (bench.model.a, bench.model.b) == ("depth as read", "1 edit of depth")
    assert bench.asked == ["bundled", f"bundled {EDITS.texts[0]}"]


def test_numbers_are_those_of_the_model(bench: Bench) -> None:
    del bench
    labelled = Bench(labels=True)
    labelled.choose()
    labelled.settle()
    found = labelled.controller.found
    assert found is not None
    expected = compare(found.a.prediction, found.b.prediction, found.a.frame)
    np.testing.assert_array_equal(found.differ, expected.differ)
    np.testing.assert_array_equal(found.four, expected.four)
    np.testing.assert_allclose(found.js, expected.js)
    facts = dict(comparison_facts(found))
    rows = ("both right", "only A right", "only B right", "neither right")
    shares = [f"{100 * share:.1f} %" for share in expected.shares.values()]
    assert [facts[row] for row in rows] == shares
    right = comparison_map(found, CompareMap.RIGHT)
    assert right is not None
    assert right.bar is not None
    assert right.bar.labels == ("both", "only A", "only B", "neither")
    assert right.image[found.four == 2][:, 2].max() < 40  # orange: only B is right
    assert right.bar.colours.max(1).min() > 100  # each is seen on a black plate
    differ = comparison_map(found, CompareMap.DISAGREEMENT)
    assert differ is not None
    red = differ.image[..., 0].astype(int) - differ.image[..., 2]
    np.testing.assert_array_equal(red > 100, found.differ)


def test_who_is_right_has_the_colours_of_its_bar(bench: Bench) -> None:
    """Both green, only A blue, only B orange, neither grey: on the map and beside it."""
    bench.choose()
    bench.settle()
    found = bench.controller.found
    assert found is not None
    four = np.full(found.differ.shape, 255, np.uint8)
    for index in range(4):
        four[:, 10 * index : 10 * index + 10] = index
    right = comparison_map(replace(found, four=four), CompareMap.RIGHT)
    assert right is not None
    assert right.bar is not None
    assert right.bar.labels == ("both", "only A", "only B", "neither")
    for index in range(4):
        on_bar = right.bar.colours[64 * index + 32].astype(int)
        on_map = right.image[50, 10 * index + 5, :3].astype(int)
        for red, green, blue in (on_bar, on_map):
            hue = green > max(red, blue), blue > max(red, green), red > green > blue
            is_grey = max(red, green, blue) - min(red, green, blue) < 20
            assert (3 if is_grey else hue.index(True)) == index


def test_side_by_side_names_and_taps_of_b_lie_over_its_half() -> None:
    half = np.zeros((60, 80, 3), np.uint8)
    probe = probe_marks(40, 30, tap_marks([(41.0, 30.0)], grid=[(40.0, 30.0)]))
    names = tuple(RegionName(name, u, 30, (1, 2, 3)) for name, u in (("bed", 20), ("wall", 25)))
    other = OtherPicture(half, Layout.SIDE, 0.5, ("a", "b"), (probe,), regions=names[1:])
    picture = with_other(PictureModel(half, names=names[:1]), other, ())
    assert picture.image.shape == (60, 160, 3)
    assert [(one.name, one.u, one.v) for one in picture.names] == [
        ("bed", 20, 30),
        ("wall", 105, 30),
    ]
    own, moved = marks_with_other((probe,), other, 80)
    assert own is probe
    (taps,) = moved.taps
    assert (moved.u, moved.v) == (120, 30)
    assert (taps.x[0], taps.grid_x[0], taps.y[0]) == (121, 120, 30)


def test_other_classes_can_be_looked_at_but_not_compared(bench: Bench) -> None:
    result = bench.session.result
    assert result is not None
    scheme = LabelScheme("two", ("in", "out"), np.zeros((2, 3), np.uint8))
    other = replace(result, prediction=replace(result.prediction, scheme=scheme))
    with pytest.raises(UserError, match="knows test with 3 classes and B two with 2"):
        compared(result, other)


def test_names_say_in_what_the_two_differ() -> None:
    frame, choice = make_frame(), NetworkChoice()
    ours = Question(frame, choice)
    assert names_of(ours, Question(frame, replace(choice, precision="bf16"))) == (
        "bundled network",
        "bundled network, bf16",
    )
    assert names_of(ours, Question(frame, replace(choice, size=None))) == (
        "fed 480x640",
        "native size",
    )
    switches = choice.switches.turned("all", "offsets", "zero")
    assert names_of(ours, Question(frame, replace(choice, switches=switches))) == (
        "nothing switched",
        "all offsets zero",
    )
    assert names_of(ours, ours) == ("as B", "as A")


def test_the_change_at_a_probe_is_what_came_later_less_what_came_first() -> None:
    a = Result(make_frame(), make_prediction(), NetworkInfo("sgnet-test", "cpu", "fp32"))
    b = replace(a, prediction=replace(a.prediction, logits=0.5 * a.prediction.logits))
    probes = ProbePoints().added(64, 48)
    (chosen,) = probe_changes(a, b, probes, ViewSettings())
    (edited,) = probe_changes(a, b, probes, ViewSettings(), Layout.A)
    fell = b.prediction.probabilities_at(64, 48)[2] - a.prediction.probabilities_at(64, 48)[2]
    assert fell < -0.01
    assert (chosen.change, edited.change) == (pytest.approx(fell), pytest.approx(-fell))


def test_the_command_names_both(bench: Bench, tmp_path: Path) -> None:
    bench.choose()
    bench.settle()
    with pytest.raises(UserError, match="not a pair of files"):
        bench.actions.command()
    frames: Any = bench.session.frames
    frames.lie_in(tmp_path)
    bench.session.edit("edit", EDITS)
    words = shlex.split(bench.actions.command())
    assert words[:2] == ["sgnet-model", "compare"]
    assert words[words.index("--b") + 1] == str(OTHER)
    at = words.index("--edit-a")
    assert words[at + 1 : at + 3] == ["shift=-0.3", "box=0,0,64,48"]
    assert "--edit-b" not in words
    assert words[words.index("--size") + 1] == "480x640"
    bench.session.choose(replace(bench.session.choice, size=None))
    bench.other.change(network=replace(bench.other.comparing.network, size=None))
    words = shlex.split(bench.actions.command())
    assert words[words.index("--size") + 1] == "native"  # the command's own default is 480x640


def test_a_session_file_holds_b(tmp_path: Path) -> None:
    network = NetworkChoice(tmp_path / "b.safetensors", precision="bf16")
    comparing = Comparing(
        network, FrameEdits().replaced(0, EDITS), Layout.SIDE, 0.25, CompareMap.RIGHT
    )
    value = DocumentValue(comparing=comparing)
    read, remarks = document_from_json(document_to_json(value, tmp_path), tmp_path)
    assert (read.comparing, remarks) == (comparing, ())
    damaged, remarks = document_from_json({"comparing": {"network": 3}}, tmp_path)
    assert damaged.comparing == Comparing()
    assert "comparing" in remarks[0]
    known = with_known_other(SavedSession(value))
    assert known.value.comparing.network is None
    assert "b.safetensors that was compared with is not there" in known.remarks[0]


def test_the_list_of_frames_is_sorted_by_disagreement(bench: Bench) -> None:
    rows = FrameRows()
    rows.begin(["a", "b"])
    pixels = {"a": 12, "b": 40}

    def load(choice: NetworkChoice, _: Any) -> Segmenter:
        def predict(frame: Any) -> Any:
            labels = np.zeros((96, 128), np.uint8)
            if choice.checkpoint == OTHER:
                labels[0, : pixels[frame.name]] = 1
            return replace(make_prediction(), labels=labels)

        return Segmenter(predict, OTHER, "fp32")

    sets = CompareSetController(
        bench.session,
        bench.other,
        bench.controller,
        rows,
        bench.notices,
        InlineRunner(),
        lambda work: work(),
        load,
    )
    sets.compare_all()
    assert bench.reports[-1].text.startswith("Open a set of frames and choose")
    bench.choose()
    sets.compare_all()
    assert [row.differ for row in rows.rows] == [12 / (96 * 128), 40 / (96 * 128)]
    listed = arranged(rows.rows, Query(order=Order.DIFFER))
    assert [row.name for row in listed] == ["b", "a"]
    bench.settle()  # the frame on the screen is compared by the window itself
    assert rows.rows[0].differ == pytest.approx(1 / 6)
    bench.choose(Path("third.safetensors"))
    assert all(row.differ is None for row in rows.rows)
    sets.compare_all()
    assert any(row.differ is not None for row in rows.rows)
    frames: Any = bench.session.frames
    bench.session.replace_frames(frames, Target(unit="cm"))  # other depths, other answers
    assert all(row.differ is None for row in rows.rows)
    unknown = (FrameRow(0, "a"), FrameRow(1, "b", differ=0.0))
    assert [row.index for row in arranged(unknown, Query(order=Order.DIFFER))] == [1, 0]


def test_the_panel_shows_and_asks(qtbot: QtBot, bench: Bench) -> None:
    panel = ComparePanel()
    qtbot.addWidget(panel)
    panel.resize(420, 420)
    panel.show()
    heard = Heard(panel.layout_chosen, panel.map_chosen, panel.command_requested)
    assert panel.sentence.isHidden() or panel.sentence.text() == ""
    assert panel.layouts[Layout.WIPE].isHidden() or not panel.layouts[Layout.WIPE].isVisible()
    bench.probes.place(64, 48)
    bench.choose()
    bench.settle()
    panel.set_model(bench.model)
    assert panel.names[1].text() == "B   other.safetensors"
    assert panel.layouts[Layout.WIPE].isChecked()
    named = [label for label in panel.facts.findChildren(QLabel) if label.text() in FACT_TIPS]
    assert named
    assert all(label.toolTip() == FACT_TIPS[label.text()] for label in named)
    assert "B − A" in panel.probes.accessibleDescription()
    assert panel.probes.accessibleDescription().startswith("probe 1: A chair")
    QTest.mouseClick(panel.layouts[Layout.SIDE], LEFT)
    QTest.mouseClick(panel.buttons["compare.swap"], LEFT)
    panel.maps.setCurrentIndex(1)
    panel.maps.activated.emit(1)
    assert heard.said == ["side", "compare.swap", "disagreement"]
    assert panel.maps.view().isRowHidden(3)  # no ground truth
    panel.set_model(CompareModel(sentence="Choose B"))
    assert not panel.buttons["compare.swap"].isVisible()
    assert panel.choose.isVisible()


def other_picture(layout: Layout, wipe: float = 0.5) -> OtherPicture:
    image = np.full((60, 80, 3), 200, np.uint8)
    return OtherPicture(image, layout, wipe, ("plain", "other"))


def grey_at(widget: PictureWidget, u: int, v: int) -> int:
    picture = widget.canvas.grab().toImage()
    ratio = picture.devicePixelRatio()
    at = widget.canvas.to_viewport(u, v) * ratio
    return picture.pixelColor(round(at.x()), round(at.y())).red()


def test_the_picture_wipes_and_shows_both_side_by_side(qtbot: QtBot) -> None:
    widget = PictureWidget()
    qtbot.addWidget(widget)
    widget.resize(900, 500)
    widget.show()
    image = ramp_image()
    image[:] = 40
    widget.set_picture(PictureModel(image))
    QApplication.processEvents()
    widget.set_other(other_picture(Layout.WIPE, 0.5))
    assert (grey_at(widget, 10, 50), grey_at(widget, 70, 50)) == (40, 200)
    widget.set_wipe(0.0)
    assert grey_at(widget, 10, 50) == 200
    widget.set_other(other_picture(Layout.B))
    assert grey_at(widget, 10, 50) == 200
    widget.set_other(other_picture(Layout.SIDE))
    QApplication.processEvents()
    second = widget._other.second
    assert second.isVisible()
    assert grey_at(widget, 10, 50) == 40
    assert second.size() == widget.canvas.size()
    for source, target in ((widget.canvas, second), (second, widget.canvas)):
        source.zoom(2.0)
        source.pan(QPoint(12, 7))
        shift = source.to_viewport(10, 10) - target.to_viewport(10, 10)
        assert shift.manhattanLength() < 1
        assert source.scale_px == pytest.approx(target.scale_px)
    heard = Heard(widget.clicked)
    QTest.mouseClick(second.viewport(), LEFT, pos=second.to_viewport(33, 21).toPoint())
    assert heard.said == [(33, 21)]
    widget.set_other(None)
    assert not second.isVisible()


def test_the_wipe_tool_moves_the_handle_and_keys_do(window: MainWindow) -> None:
    commanded = Commanded(window)
    frame = make_frame()
    commanded.session.set_frames(FakeFrames(frame), Target(("set",)))
    commanded.session.set_frame(0, frame)
    window.picture.set_picture(PictureModel(frame.rgb))
    QApplication.processEvents()
    canvas = window._picture.canvas
    QTest.keyClicks(canvas, "w")

    def press(u: int) -> None:
        QTest.mouseClick(canvas.viewport(), LEFT, pos=canvas.to_viewport(u, 40).toPoint())

    press(32)
    assert commanded.document.value.comparing.layout is Layout.A  # nothing to wipe yet
    QTest.mouseMove(canvas.viewport(), canvas.to_viewport(60, 40).toPoint())
    assert window._picture._drawn.overlay.texts[0].text.startswith("Nothing to wipe")
    commanded.table.run("compare.b.offsets.zero")
    press(32)
    comparing = commanded.document.value.comparing
    assert (comparing.layout, comparing.wipe) == (Layout.WIPE, 0.25)
    menu = window._menus.menu(OTHER_MENU)
    QTest.mouseClick(window._compare.choose, LEFT)  # hidden behind another tab, it still asks
    assert menu.isVisible()
    entries = [action.text() for action in menu.actions()]
    assert "All &offsets zero: a regular grid" in entries
    menu.hide()
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert commanded.document.value.comparing.wipe == pytest.approx(0.3)
    QTest.keyClicks(canvas, "x")
    assert commanded.document.value.comparing.layout is Layout.B
    QTest.keyClicks(canvas, "w")
    assert commanded.document.value.comparing.layout is Layout.WIPE
    assert commanded.table.run("compare.end") == ""
    assert commanded.table.run("compare.swap") != ""


def test_names_and_note_are_those_of_the_answer_that_is_seen(qtbot: QtBot) -> None:
    widget = PictureWidget()
    qtbot.addWidget(widget)
    ours = (RegionName("chair", 10, 5, (0, 0, 0)), RegionName("wall", 60, 5, (0, 0, 0)))
    theirs = (RegionName("sofa", 12, 5, (0, 0, 0)), RegionName("door", 61, 5, (0, 0, 0)))
    image = np.zeros((60, 80, 3), np.uint8)
    mine = PictureModel(image, note="A's", names=ours)
    widget.set_picture(mine)
    seen = {
        Layout.A: (["chair", "wall"], "A's", ["chair", "wall"]),
        Layout.B: (["sofa", "door"], "B's", ["sofa", "door"]),
        Layout.WIPE: (["chair", "door"], "A's", ["chair", "door"]),
        Layout.SIDE: (["chair", "wall"], "A's", ["chair", "wall", "sofa", "door"]),
    }
    for layout, (names, note, saved) in seen.items():
        other = OtherPicture(image, layout, 0.5, ("", ""), (), None, theirs, "B's")
        widget.set_other(other)
        assert [one.name for one in widget._names.names] == names
        assert widget.labels.note.text() == note
        beside = [one.name for one in widget._other.regions.names]
        assert beside == (["sofa", "door"] if layout is Layout.SIDE else [])
        written = with_other(mine, other, ())
        assert ([one.name for one in written.names], written.note) == (saved, note)
    widget.set_other(OtherPicture(image, Layout.WIPE, 0.5, ("", ""), (), None, theirs))
    widget.set_wipe(0.0)
    assert [one.name for one in widget._names.names] == ["sofa", "door"]
    widget.set_other(None)
    assert [one.name for one in widget._names.names] == ["chair", "wall"]


@pytest.mark.parametrize("layout", Layout)
def test_a_saved_figure_shows_both_answers(layout: Layout, qapp: QApplication) -> None:
    del qapp
    a, b = np.full((60, 80, 3), 40, np.uint8), np.full((60, 80, 3), 200, np.uint8)
    taps = tap_marks([(10.0, 12.0)])
    ours, theirs = probe_marks(20, 30, taps), probe_marks(20, 30, taps)
    other = OtherPicture(b, layout, 0.25, ("plain", "other"), (theirs,))
    picture = with_other(PictureModel(a), other, ())
    marks = marks_with_other((ours,), other, 80)
    left, right = picture.image[30, 10, 0], picture.image[30, 70, 0]
    assert (left, right) == {
        Layout.A: (40, 40),
        Layout.B: (200, 200),
        Layout.WIPE: (40, 200),
        Layout.SIDE: (40, 40),
    }[layout]
    assert picture.image.shape[1] == (160 if layout is Layout.SIDE else 80)
    assert [probe.u for probe in marks] == ([20, 100] if layout is Layout.SIDE else [20])
    svg = figure_svg(Figure(picture, marks, TapWeight.SIZE, True, other=other)).decode()
    assert 'id="other-answer"' in svg
    assert ("B: other" in svg) is (layout is not Layout.A)


@pytest.mark.parametrize("layout", Layout)
def test_a_saved_figure_has_the_tool_over_both_answers(layout: Layout) -> None:
    drawn = ToolOverlay(
        (ToolLine((1, 2), (3, 4), (9, 9, 9)),),
        (ToolDot((5, 6), (9, 9, 9)),),
        (ToolText((7, 8), "2.5 m"),),
        (ToolRing((9, 10), 4.0, (9, 9, 9)),),
        (ToolPath(((11, 12), (13, 14)), (9, 9, 9), dashed=True),),
    )
    other = OtherPicture(np.zeros((60, 80, 3), np.uint8), layout, 0.25, ("", ""), ())
    bench = ViewsBench().show()
    width = bench.image.shape[1]
    found = Findings(other=replace(other, image=bench.image))
    screen = make_screen(bench.window, bench.session, lambda: found)
    dot = figure_of(screen.current(), ToolOverlay(dots=drawn.dots)).tool.dots[-1]
    assert dot.at == (5 + (width if layout is Layout.SIDE else 0), 6)
    saved = tool_with_other(drawn, other, 80)
    if layout is not Layout.SIDE:
        assert saved == drawn
        return
    assert saved == ToolOverlay(
        (*drawn.lines, ToolLine((81, 2), (83, 4), (9, 9, 9))),
        (*drawn.dots, ToolDot((85, 6), (9, 9, 9))),
        (*drawn.texts, ToolText((87, 8), "2.5 m")),
        (*drawn.rings, ToolRing((89, 10), 4.0, (9, 9, 9))),
        (*drawn.paths, ToolPath(((91, 12), (93, 14)), (9, 9, 9), dashed=True)),
    )
