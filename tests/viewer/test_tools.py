"""Tools: probe and measuring tool, by click, drag, Esc and undo; and one of a test's own."""

from __future__ import annotations

import numpy as np
import pytest
from command_support import Commanded
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from session_support import FakeFrames, make_frame, make_result

from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.contract.tools import ToolModel, ToolOverlay
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.probe_points import ProbePoint
from sgnet_viewer.tools import registry
from sgnet_viewer.tools.measure_tool import MeasureTool
from sgnet_viewer.tools.tool import QuietTool, ToolNames, ToolParts
from sgnet_viewer.views.window.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def commanded(window: MainWindow) -> Commanded:
    commanded = Commanded(window)
    frame = make_frame()
    commanded.session.set_frames(FakeFrames(frame), Target(("set",)))
    commanded.session.set_frame(0, frame)
    commanded.session.set_result(make_result(frame))
    window.picture.set_picture(PictureModel(frame.rgb))
    QApplication.processEvents()
    return commanded


def at(window: MainWindow, u: int, v: int) -> QPoint:
    place: QPointF = window._picture.canvas.to_viewport(u, v)
    return place.toPoint()


def click(window: MainWindow, u: int, v: int) -> None:
    QTest.mouseClick(window._picture.canvas.viewport(), LEFT, pos=at(window, u, v))


def drag(window: MainWindow, start: tuple[int, int], end: tuple[int, int]) -> None:
    viewport = window._picture.canvas.viewport()
    QTest.mousePress(viewport, LEFT, pos=at(window, *start))
    middle = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
    for place in (middle, end):
        QTest.mouseMove(viewport, at(window, *place))
    QTest.mouseRelease(viewport, LEFT, pos=at(window, *end))


def test_a_click_probes_and_a_probe_is_dragged(window: MainWindow, commanded: Commanded) -> None:
    click(window, 40, 30)
    assert commanded.probes.points == (ProbePoint(1, 40, 30),)
    scale = window._picture.canvas.to_viewport(0, 0)
    drag(window, (40, 30), (80, 60))
    assert commanded.probes.points == (ProbePoint(1, 80, 60),)
    assert window._picture.canvas.to_viewport(0, 0) == scale  # the picture did not move
    commanded.document.undo()
    assert commanded.probes.points == (ProbePoint(1, 40, 30),)


def test_a_click_on_a_probe_selects_it_and_places_none(
    window: MainWindow, commanded: Commanded
) -> None:
    click(window, 40, 30)
    commanded.probes.toggle_pin()
    click(window, 90, 70)
    click(window, 40, 30)
    assert commanded.probes.active == ProbePoint(1, 40, 30, pinned=True)
    assert len(commanded.probes.points) == 2


def test_a_drag_beside_the_grips_moves_the_picture(
    window: MainWindow, commanded: Commanded
) -> None:
    click(window, 40, 30)
    before = window._picture.canvas.to_viewport(0, 0)
    drag(window, (90, 70), (70, 60))
    assert window._picture.canvas.to_viewport(0, 0) != before
    assert commanded.probes.points == (ProbePoint(1, 40, 30),)


def test_two_clicks_measure_and_more_add_up(window: MainWindow, commanded: Commanded) -> None:
    QTest.keyClicks(window._picture.canvas, "m")
    click(window, 10, 40)
    click(window, 50, 40)
    # 2 m away, fx 100: 40 pixels are 0.8 m
    assert "0.800 ± " in overlay_texts(window)[-1]
    assert "dx +0.800" in overlay_texts(window)[-1]
    click(window, 50, 60)
    assert overlay_texts(window)[-1].startswith("Total 1.200 ± ")
    assert overlay_texts(window)[-1].endswith("60.0 px\ndx +0.800  dy +0.400  dz +0.000 m")
    assert commanded.probes.points == ()
    commanded.document.undo()
    assert commanded.document.value.measured == ((10, 40), (50, 40))
    commanded.table.run("tool.copy")
    assert QApplication.clipboard().text().split("\n")[1].startswith("(10, 40)\t(50, 40)\t0.8000")


def overlay_texts(window: MainWindow) -> list[str]:
    overlay: ToolOverlay = window._picture._drawn.overlay
    return [text.text for text in overlay.texts]


def test_a_corner_is_dragged_and_escape_leads_back_to_the_probe(
    window: MainWindow, commanded: Commanded
) -> None:
    commanded.table.run("tool.measure")
    click(window, 10, 40)
    click(window, 50, 40)
    drag(window, (50, 40), (30, 40))
    assert commanded.document.value.measured == ((10, 40), (30, 40))
    QTest.keyClick(window._picture.canvas, Qt.Key.Key_Escape)
    assert (commanded.document.value.measured, commanded.document.value.tool) == ((), "measure")
    QTest.keyClick(window._picture.canvas, Qt.Key.Key_Escape)
    assert commanded.document.value.tool == "probe"
    commanded.document.undo()
    assert commanded.document.value.measured == ((10, 40), (30, 40))


def test_a_click_in_the_cloud_measures_too(window: MainWindow, commanded: Commanded) -> None:
    commanded.table.run("tool.measure")
    width = commanded.session.frame.rgb.shape[1]  # type: ignore[union-attr]
    window.cloud.pixel_picked.emit(40 * width + 10)
    window.cloud.pixel_picked.emit(10**9)  # of another cloud
    assert commanded.document.value.measured == ((10, 40),)


def test_where_depth_is_missing_there_are_pixels(commanded: Commanded) -> None:
    tool = MeasureTool(ToolParts(commanded.document, commanded.session, commanded.probes))
    tool.click(0, 0)  # a hole
    tool.click(3, 4)
    assert tool.overlay().texts[-1].text == "5.0 px\nno depth at a corner"


def test_a_line_follows_the_cursor(window: MainWindow, commanded: Commanded) -> None:
    commanded.table.run("tool.measure")
    click(window, 10, 40)
    QTest.mouseMove(window._picture.canvas.viewport(), at(window, 30, 40))
    overlay = window._picture._drawn.overlay
    assert [line.dashed for line in overlay.lines] == [True]
    assert overlay.texts[-1].text.startswith("0.400 ± ")
    window._picture.hovered.emit(-1, -1)
    assert window._picture._drawn.overlay.lines == ()


def test_corners_beyond_another_picture_are_forgotten(commanded: Commanded) -> None:
    commanded.document.amend(measured=((10, 40), (10**5, 3)))
    commanded.session.set_frame(0, make_frame())
    assert commanded.document.value.measured == ((10, 40),)


def test_an_overlay_is_drawn_where_it_says(window: MainWindow, commanded: Commanded) -> None:
    commanded.table.run("tool.measure")
    window.picture.set_picture(PictureModel(np.zeros((96, 128, 3), np.uint8)))
    canvas = window._picture.canvas

    def yellow() -> int:
        image = canvas.grab().toImage()
        middle = at(window, 64, 48)
        return sum(
            image.pixelColor(middle.x(), y).yellow() > 120
            for y in range(middle.y() - 4, middle.y() + 5)
        )

    assert yellow() == 0
    click(window, 20, 48)
    click(window, 110, 48)
    QApplication.processEvents()
    assert yellow() > 0


class Stamp(QuietTool):
    """A tool of one file."""

    names = ToolNames("stamp", "&Stamp", "Leaves a mark", "pin", "Ctrl+Alt+K")

    def __init__(self, parts: ToolParts) -> None:
        del parts
        self.stamped: list[tuple[int, int]] = []

    def click(self, u: int, v: int) -> None:
        self.stamped.append((u, v))

    def model(self) -> ToolModel:
        return ToolModel()

    def overlay(self) -> ToolOverlay:
        return ToolOverlay()


def test_a_tool_is_added_by_one_line_and_found_everywhere(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "TOOLS", [*registry.TOOLS, Stamp])
    monkeypatch.setattr("sgnet_viewer.tools.controller.TOOLS", registry.TOOLS)
    commanded = Commanded(window)
    commanded.session.set_frame(0, make_frame())
    window.picture.set_picture(PictureModel(make_frame().rgb))
    QApplication.processEvents()
    assert "tool.stamp" in window._picture.tools.buttons
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window._picture.canvas, Qt.Key.Key_K, modifiers)
    assert window._picture.tools.buttons["tool.stamp"].isChecked()
    click(window, 5, 6)
    stamp = commanded.parts.tools.tool
    assert isinstance(stamp, Stamp)
    assert stamp.stamped == [(5, 6)]
    window.show_palette()
    QTest.keyClicks(window._palette.search, "stamp")
    assert window._palette.list.currentIndex().data() == "Stamp"
    window._palette.hide()
