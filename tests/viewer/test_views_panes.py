"""The large pane: picture and cloud change places, and a panel fills the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QWidget
from pytestqt.qtbot import QtBot
from views_support import FakeCloud, ramp_image, settle

from sgnet_viewer.contract.live import LiveBarModel, LiveState, RecordingModel
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.contract.tools import ToolModel
from sgnet_viewer.contract.window import Notice, Severity, TourStep
from sgnet_viewer.views.picture.zoom_button import ZoomButton
from sgnet_viewer.views.window.main_window import MainWindow


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def made(qtbot: QtBot, store: QSettings) -> tuple[MainWindow, FakeCloud]:
    cloud = FakeCloud()
    cloud.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window = MainWindow(cloud, store)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    settle()
    return window, cloud


def picture_of(window: MainWindow) -> QWidget:
    return window._picture


def test_swapping_gives_the_cloud_the_middle_and_back(qtbot: QtBot, store: QSettings) -> None:
    window, cloud = made(qtbot, store)
    picture = picture_of(window)
    before = cloud.width(), picture.width()
    assert before[1] > before[0]
    window.swap_panes()
    settle()
    assert window.is_swapped()
    assert cloud.width() > picture.width()
    assert window.centralWidget().isAncestorOf(cloud)
    dock = next(d for d in window.findChildren(QDockWidget) if d.isAncestorOf(picture))
    assert dock.windowTitle() == "Picture"
    assert "Point cloud" in window.panels()  # the panel keeps the name sessions know it by
    for line in (window._readout, window.findChild(ZoomButton)):
        assert dock.isAncestorOf(line)  # what is said of the picture stands below it
    window.swap_panes()
    settle()
    assert (cloud.width(), picture.width()) == before


def test_the_picture_is_seen_also_where_the_clouds_panel_was_closed(
    qtbot: QtBot, store: QSettings
) -> None:
    window, cloud = made(qtbot, store)
    window.toggle_panel("Point cloud")
    assert not cloud.isVisible()
    window.swap_panes()
    assert cloud.isVisible()
    assert picture_of(window).isVisible()


def test_a_swap_is_kept_for_the_next_start_and_taken_back_with_the_layout(
    qtbot: QtBot, store: QSettings
) -> None:
    window, _ = made(qtbot, store)
    window.swap_panes()
    window.close()
    again, cloud = made(qtbot, store)
    assert again.is_swapped()
    assert again.centralWidget().isAncestorOf(cloud)
    again.reset_layout()
    assert not again.is_swapped()
    assert again.centralWidget().isAncestorOf(picture_of(again))


@pytest.mark.parametrize("panel", ["cloud", "picture", "classes"])
def test_the_panel_with_the_keyboard_fills_the_window_and_esc_puts_it_back(
    qtbot: QtBot, store: QSettings, panel: str
) -> None:
    window, cloud = made(qtbot, store)
    window.activateWindow()
    focus = {
        "cloud": cloud,
        "picture": picture_of(window).canvas,
        "classes": window._legend,
    }[panel]
    focus.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # of the classes it is their list's
    focus.setFocus()
    before, docks = focus.mapTo(window, focus.rect().topLeft()), window.docks()
    window.toggle_maximised_panel()
    settle()
    assert window.is_panel_maximised()
    holder = window.findChild(QWidget, "maximised")
    assert holder.isAncestorOf(focus)
    assert holder.width() == window.width()
    assert holder.geometry().bottom() < window.statusBar().geometry().top()
    assert holder.geometry().top() > 40  # below menus and tools
    assert window.docks() == docks  # a session saved now has the panels as they were
    window.resize(1400, 800)
    settle()
    assert holder.width() == 1400
    window.resize(1280, 720)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    settle()
    assert not window.is_panel_maximised()
    assert focus.mapTo(window, focus.rect().topLeft()) == before
    assert focus.isEnabled()


def test_a_panel_is_put_back_before_the_window_closes(qtbot: QtBot, store: QSettings) -> None:
    window, cloud = made(qtbot, store)
    cloud.setFocus()
    window.toggle_maximised_panel()
    window.close()
    again, cloud = made(qtbot, store)
    assert not again.is_panel_maximised()
    assert cloud.isVisible()


def place_of(window: MainWindow, u: float = 0.0, v: float = 0.0) -> tuple[float, float]:
    """Of a pixel of the picture, in pixels of the window."""
    canvas = window._picture.canvas
    at = canvas.viewport().mapTo(window, canvas.to_viewport(u, v))
    return at.x(), at.y()


def put_notice(window: MainWindow) -> None:
    window.notices.show_notice(Notice("The camera is a guess.", Severity.WARNING))


def take_brush(window: MainWindow) -> None:
    window.picture.set_tool(ToolModel("brush", paints=True, size="24 px", strength="1 m"))


BARS = {"notice": put_notice, "brush": take_brush}


@pytest.mark.parametrize("zoom", [1.0, 3.0])
@pytest.mark.parametrize("bars", [("notice",), ("brush",), ("notice", "brush")])
def test_the_picture_stays_where_it_is_while_bars_come_and_go(
    qtbot: QtBot, store: QSettings, bars: tuple[str, ...], zoom: float
) -> None:
    window, _ = made(qtbot, store)
    window.picture.set_picture(PictureModel(ramp_image(480, 640)))
    if zoom != 1.0:
        window._picture.canvas.zoom(zoom)
    settle()
    ends = [(0, 0), (639, 479)]

    def places() -> list[float]:
        return [value for end in ends for value in place_of(window, *end)]

    before, height = places(), window._picture.canvas.height()
    for bar in bars:
        BARS[bar](window)
        settle()
    assert window._picture.canvas.height() < height
    assert places() == pytest.approx(before, abs=1)
    window.notices.clear()
    window.picture.set_tool(ToolModel())
    settle()
    assert window._picture.canvas.height() == height
    assert places() == pytest.approx(before, abs=1)


def test_the_picture_stays_where_it_is_while_a_stream_is_recorded(
    qtbot: QtBot, store: QSettings
) -> None:
    window, _ = made(qtbot, store)
    window.picture.set_picture(PictureModel(ramp_image(480, 640)))
    model = LiveBarModel("room", LiveState.LIVE)
    window.live_bar.set_model(model)
    settle()
    before, height = place_of(window) + place_of(window, 639, 479), window._picture.canvas.height()
    for recording, sentence in (
        (RecordingModel(True, 12, 0, "/takes/1"), ""),
        (None, "The camera is lost."),
        (RecordingModel(True, 12, 0, "/takes/1"), "The camera is lost."),
        (None, ""),
    ):
        shown = replace(model, recording=recording, sentence=sentence)
        window.live_bar.set_model(shown)
        settle()
        less = recording is not None or bool(sentence)
        assert (window._picture.canvas.height() < height) is less
        after = place_of(window) + place_of(window, 639, 479)
        assert after == pytest.approx(before, abs=1)


def test_a_fitted_picture_leaves_room_for_a_notice_above_it(qtbot: QtBot, store: QSettings) -> None:
    window, _ = made(qtbot, store)
    window.picture.set_picture(PictureModel(ramp_image(640, 480)))  # as high as the pane
    put_notice(window)
    settle()
    canvas = window._picture.canvas
    assert canvas.to_viewport(0, -0.5).y() >= 0
    assert canvas.to_viewport(0, 639.5).y() <= canvas.height()


def test_in_the_clouds_panel_too_the_picture_stays_while_the_brush_is_taken(
    qtbot: QtBot, store: QSettings
) -> None:
    window, _ = made(qtbot, store)
    window.picture.set_picture(PictureModel(ramp_image(480, 640)))
    window.swap_panes()
    settle()
    before = place_of(window)
    take_brush(window)
    settle()
    assert place_of(window) == pytest.approx(before, abs=1)


def test_the_tours_frame_stays_around_what_it_is_about(qtbot: QtBot, store: QSettings) -> None:
    window, _ = made(qtbot, store)
    put_notice(window)
    settle()
    window.show_tour(TourStep(1, 6, "What the network sees", "Each pixel has a colour."))
    settle()
    window.notices.clear()
    settle()
    frame = window._tour._outline.geometry()
    picture = window._picture
    assert frame.topLeft() == picture.mapTo(window, QPoint())
    assert frame.size() == picture.size()
