"""The depth brush: edits as a part of the question, strokes, undo, the session file, the wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_support import Commanded
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from session_support import FakeFrames, FakeView, HeldRunner, make_frame, make_prediction
from views_support import settle

from sgnet_model.edits import NO_EDITS, Box, Edit, Edits, Stroke, parse_edits
from sgnet_model.types import UserError
from sgnet_viewer.contract.commands import RESET_EDITS
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.controllers.saved_sessions import edits_at
from sgnet_viewer.render.status import departures_of
from sgnet_viewer.state.brush import BRUSH_KINDS, Brush
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.frame_edits import FrameEdits
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.result import NetworkInfo, Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.tools.brush_tool import BrushTool
from sgnet_viewer.tools.tool import ToolParts
from sgnet_viewer.views.window.main_window import MainWindow
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest

LEFT = Qt.MouseButton.LeftButton


class Bench:
    """Brush and network's controller without widgets; the network answers when it is let go."""

    def __init__(self) -> None:
        window: Any = FakeView(parts=True)
        self.session, self.notices = Session(), Notices()
        self.document = self.session.document
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.runner, self.asked = HeldRunner(), []
        self.controller = NetworkController(
            window,
            self.session,
            self.notices,
            self.runner,
            self.infer,
            lambda *_: None,
            self.runner,
        )
        self.tool = BrushTool(ToolParts(self.document, self.session, Probes(self.document)))
        self.frames = (make_frame("a"), make_frame("b"))
        self.session.set_frames(FakeFrames(*self.frames), Target(("set",)))
        self.session.set_frame(0, self.frames[0])
        self.answer()
        self.plain = self.session.result

    def infer(self, request: InferenceRequest, _: object) -> InferenceAnswer:
        edited = request.edits.applied(request.frame)
        self.asked.append(request.edits)
        network = NetworkInfo("sgnet-test", "cpu", "fp32")
        source = None if edited is request.frame else request.frame
        result = Result(edited, make_prediction(), network, request.edits, source)
        return InferenceAnswer(result, None)

    def answer(self) -> None:
        """The newest request alone, as the worker does."""
        del self.runner.waiting[:-1]
        self.runner.let_go()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_stroke_is_asked_about_and_undo_shows_the_plain_answer_itself(bench: Bench) -> None:
    bench.tool.begin(20, 30)
    bench.answer()
    bench.tool.end()
    frame = bench.session.frame
    assert frame is not None
    assert frame.depth_m is not None
    assert frame.depth_m[30, 20] == np.float32(1.7)
    assert bench.session.frame_as_read is bench.frames[0]
    assert bench.document.undo_title == "shift of depth"
    bench.document.undo()
    assert bench.session.result is bench.plain
    assert bench.session.frame is bench.frames[0]
    bench.document.redo()
    assert bench.session.frame is frame  # the very answer, kept


def test_while_a_stroke_is_drawn_the_next_question_waits_for_the_answer(bench: Bench) -> None:
    bench.tool.begin(10, 30)
    asked = len(bench.runner.waiting)
    for u in range(11, 60):
        bench.tool.extend(u, 30)
    assert len(bench.runner.waiting) == asked  # nothing new while the network works
    bench.answer()
    assert len(bench.runner.waiting) == 1  # the longer stroke, at once
    bench.tool.extend(100, 30)
    bench.tool.end()
    bench.answer()
    last = bench.asked[-1].items[-1]
    assert isinstance(last.region, Stroke)
    assert (last.region.points[0], last.region.points[-1]) == ((10, 30), (100, 30))
    assert len(bench.asked) == 3
    assert [len(edits.items) for edits in bench.asked] == [0, 1, 1]  # one stroke is one edit
    bench.document.undo()
    assert bench.session.edits == NO_EDITS
    assert bench.document.undo_title == ""


def test_the_command_line_reproduces_a_stroke_exactly(bench: Bench) -> None:
    for kind in BRUSH_KINDS:
        bench.document.amend(brush=Brush(kind, radius=7, shift_m=-0.15, constant_m=1.1))
        bench.tool.begin(40, 40)
        bench.tool.extend(70, 52)
        bench.tool.end()
        bench.answer()
    edits = bench.session.edits
    assert [edit.kind for edit in edits.items] == list(BRUSH_KINDS)
    again = parse_edits(edits.texts)
    assert again == edits
    frame = bench.session.frame
    assert frame is not None
    np.testing.assert_array_equal(again.applied(bench.frames[0]).depth_m, frame.depth_m)


def test_esc_and_undo_end_the_stroke_in_hand(bench: Bench) -> None:
    bench.tool.begin(20, 30)
    assert bench.tool.escape()
    assert bench.session.edits == NO_EDITS
    bench.tool.begin(20, 30)
    bench.document.undo()
    bench.tool.extend(90, 30)
    bench.tool.end()
    assert bench.session.edits == NO_EDITS
    assert not bench.tool.escape()


def test_an_edit_that_leaves_no_depth_is_taken_back_with_a_sentence(bench: Bench) -> None:
    bench.session.edit("hole", Edits((Edit("hole", None, Box(0, 0, 128, 96)),)))
    bench.answer()
    assert "leave no valid depth" in bench.reports[-1].text
    assert bench.session.edits == NO_EDITS
    assert bench.session.result is bench.plain


def test_edits_belong_to_their_frame(bench: Bench) -> None:
    bench.tool.click(20, 30)
    bench.answer()
    edits = bench.session.edits
    bench.session.set_frame(1, bench.frames[1])
    assert bench.session.edits == NO_EDITS
    bench.answer()
    assert bench.asked[-1] == NO_EDITS
    bench.session.set_frame(0, bench.frames[0])
    assert bench.session.result is not None  # kept
    assert bench.session.result.edits == edits
    bench.session.set_frames(FakeFrames(), Target(("other",)))
    assert not bench.document.value.edits


def test_a_stream_has_no_edits_and_the_next_frame_forgets_them(bench: Bench) -> None:
    bench.session.begin_stream()
    frame = make_frame("live")
    bench.session.stream(frame, None)
    bench.tool.click(20, 30)
    assert bench.session.edits == NO_EDITS
    assert bench.tool.overlay().texts == ()
    bench.tool.hover(5, 5)
    assert bench.tool.overlay().texts[0].text == "Freeze the stream first (Space)"
    bench.session.streaming = False  # frozen
    bench.tool.click(20, 30)
    bench.answer()
    assert bench.session.result is not None
    assert bench.session.result.as_read is frame
    asked = len(bench.asked)
    bench.session.stream(make_frame("next"), None)
    assert bench.session.edits == NO_EDITS
    assert (len(bench.asked), bench.runner.waiting) == (asked, [])


def test_the_status_names_the_edits_and_how_to_take_them_back(bench: Bench) -> None:
    assert departures_of(bench.session.result) == ()
    bench.tool.click(20, 30)
    bench.answer()
    (departure,) = departures_of(bench.session.result)
    assert (departure.text, departure.command) == ("1 edit of depth", RESET_EDITS)
    assert departure.tip == "shift=-0.3 stroke=20,30 radius=24"


def test_a_session_file_holds_edits_and_brush(tmp_path: Path) -> None:
    edits = parse_edits(["shift=-0.25 stroke=1,2;30,40 radius=8", "hole box=3,4,5,6"])
    value = DocumentValue(
        edits=FrameEdits().replaced(3, edits), brush=Brush("constant", 9.0, 0.5, 1.5)
    )
    read, remarks = document_from_json(document_to_json(value, tmp_path), tmp_path)
    assert (read.edits, read.brush, remarks) == (value.edits, value.brush, ())
    assert edits_at(read.edits, 0, 0) == value.edits
    moved = DocumentValue(index=3, edits=value.edits)
    assert edits_at(moved.edits, moved.index, 7).of(7) == edits  # its frame stands elsewhere now


@pytest.mark.parametrize(
    "damage",
    [{"edits": [[0, ["melt"]]]}, {"edits": 3}, {"brush": {"kind": "axe"}}, {"brush": []}],
)
def test_damaged_parts_of_a_session_are_named_and_left(damage: Any, tmp_path: Path) -> None:
    read, remarks = document_from_json(damage, tmp_path)
    assert (read.edits, read.brush) == (FrameEdits(), Brush())
    assert len(remarks) == 1
    assert next(iter(damage)) in remarks[0]


def test_the_brush_grows_and_shrinks_back_within_its_limits() -> None:
    brush = Brush(radius=1)
    assert brush.resized(1).radius == 2
    assert brush.resized(-5).radius == 1
    assert brush.resized(100).radius == 400
    assert Brush("shift").strengthened(2).shift_m == pytest.approx(-0.2)
    assert Brush("shift").strengthened(-1000).shift_m == -5
    assert Brush("constant").strengthened(-1000).constant_m == pytest.approx(0.1)
    assert Brush("hole").strengthened(3) == Brush("hole")
    assert Brush("shift").text == "shift −0.30 m, radius 24 px"
    with pytest.raises(UserError):
        Brush("axe").stroke([(0, 0)])


def turn(window: MainWindow, place: QPoint, modifier: Qt.KeyboardModifier) -> None:
    viewport = window._picture.canvas.viewport()
    event = QWheelEvent(
        QPointF(place),
        QPointF(viewport.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_the_mouse_paints_and_the_wheel_sets_size_and_strength(window: MainWindow) -> None:
    commanded = Commanded(window)
    frame = make_frame()
    commanded.session.set_frames(FakeFrames(frame), Target(("set",)))
    commanded.session.set_frame(0, frame)
    window.picture.set_picture(PictureModel(frame.rgb))
    QApplication.processEvents()
    QTest.keyClicks(window._picture.canvas, "b")
    settle()  # its bar takes a row above the picture
    canvas = window._picture.canvas
    assert window._picture.tools.buttons["tool.brush"].isChecked()

    def at(u: int, v: int) -> QPoint:
        return canvas.to_viewport(u, v).toPoint()

    corner = canvas.to_viewport(0, 0)
    QTest.mouseMove(canvas.viewport(), at(30, 30))
    turn(window, at(30, 30), Qt.KeyboardModifier.ControlModifier)
    turn(window, at(30, 30), Qt.KeyboardModifier.ShiftModifier)
    brush = commanded.document.value.brush
    assert (brush.radius, brush.shift_m) == (29, -0.25)
    assert canvas.to_viewport(0, 0) == corner  # no zoom
    overlay = window._picture._drawn.overlay
    assert [(ring.at, ring.radius) for ring in overlay.rings] == [((30, 30), 29)]
    assert overlay.texts[0].text == "shift −0.25 m, radius 29 px"
    QTest.mousePress(canvas.viewport(), LEFT, pos=at(30, 30))
    QTest.mouseMove(canvas.viewport(), at(60, 40))
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=at(60, 40))
    assert commanded.session.edits.texts == ("shift=-0.25 stroke=30,30;60,40 radius=29",)
    assert canvas.to_viewport(0, 0) == corner  # no panning
    assert commanded.probes.points == ()
    commanded.table.run("tool.copy")
    assert QApplication.clipboard().text() == "shift=-0.25 stroke=30,30;60,40 radius=29"
    commanded.table.run("brush.kind.hole")
    commanded.table.run("brush.larger")
    assert commanded.document.value.brush == Brush("hole", 35, -0.25)
    commanded.probes.place(100, 20)
    commanded.table.run("brush.dab")
    assert commanded.session.edits.items[-1] == Edit("hole", None, Stroke(((100, 20),), 35))
    commanded.table.run(RESET_EDITS)
    assert commanded.session.edits == NO_EDITS
    assert commanded.table.run(RESET_EDITS) == "The depth is as it was read."


def test_the_brush_has_a_bar_of_its_own_while_it_is_taken(window: MainWindow) -> None:
    commanded = Commanded(window)
    frame = make_frame()
    commanded.session.set_frames(FakeFrames(frame), Target(("set",)))
    commanded.session.set_frame(0, frame)
    window.picture.set_picture(PictureModel(frame.rgb))
    bar = window._picture.brush
    assert not bar.isVisible()
    commanded.table.run("tool.brush")
    settle()
    assert bar.isVisible()
    assert bar.geometry().bottom() < window._picture.canvas.y()
    shown = [key for key, button in bar.buttons.items() if button.isChecked()]
    assert shown == ["brush.kind.shift"]
    assert (bar.numbers["size"].text(), bar.numbers["strength"].text()) == ("24 px", "−0.30 m")
    QTest.mouseClick(bar.buttons["brush.larger"], LEFT)
    QTest.mouseClick(bar.buttons["brush.farther"], LEFT)
    assert (bar.numbers["size"].text(), bar.numbers["strength"].text()) == ("29 px", "−0.25 m")
    QTest.mouseClick(bar.buttons["brush.kind.hole"], LEFT)
    settle()
    assert not bar.numbers["strength"].isVisible()  # a hole has none
    assert bar.buttons["brush.kind.hole"].isChecked()
    assert not bar.buttons[RESET_EDITS].isEnabled()
    canvas = window._picture.canvas
    QTest.mouseClick(canvas.viewport(), LEFT, pos=canvas.to_viewport(30, 30).toPoint())
    assert commanded.session.edits
    settle()
    QTest.mouseClick(bar.buttons[RESET_EDITS], LEFT)
    assert not commanded.session.edits
    commanded.table.run("tool.probe")
    settle()
    assert not bar.isVisible()


def test_the_options_of_the_brush_are_not_named_as_the_tool_is(window: MainWindow) -> None:
    models = Commanded(window).table.models()
    menus = {model.menu.replace("&", "") for model in models if model.key.startswith("brush.")}
    assert menus == {"Tools/Brush options"}
