"""The picture: pixels under real clicks after zoom and pan, marks at their places, plates."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from views_support import (
    GREEN,
    Heard,
    flat_image,
    probe_marks,
    ramp_image,
    tap_marks,
    turn_wheel,
)

from sgnet_viewer.contract.picture import ColourBar, PictureModel
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.picture.crisp_image import CRISP_SCALE
from sgnet_viewer.views.picture.picture_view import PictureWidget

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PIXELS = [(0, 0), (79, 0), (0, 59), (79, 59), (40, 30), (13, 51)]


@pytest.fixture
def view(qtbot: QtBot) -> PictureWidget:
    widget = PictureWidget()
    qtbot.addWidget(widget)
    widget.tools.hide()  # the picture has all the room
    widget.resize(640, 520)
    widget.show()
    widget.set_picture(PictureModel(ramp_image()))
    QApplication.processEvents()
    return widget


def click(view: PictureWidget, u: float, v: float) -> None:
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=view.canvas.to_viewport(u, v).toPoint())


def drag(view: PictureWidget, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
    viewport = view.canvas.viewport()
    QTest.mousePress(viewport, button, pos=start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(viewport, start + (end - start) * share)
    QTest.mouseRelease(viewport, button, pos=end)


def screen(view: PictureWidget) -> QImage:
    QApplication.processEvents()
    return view.canvas.viewport().grab().toImage()


def near(colour: QColor, expected: tuple[int, int, int]) -> bool:
    return np.abs(np.array(colour.getRgb()[:3]) - expected).max() <= 3


def test_click_gives_the_pixel_at_every_zoom_and_place(view: PictureWidget) -> None:
    heard = Heard(view.clicked)
    for u, v in PIXELS:
        click(view, u, v)
    turn_wheel(view.canvas.viewport(), view.canvas.to_viewport(40, 30), 3)
    drag(view, QPoint(300, 250), QPoint(320, 210))
    for u, v in ((40, 30), (45, 25)):
        click(view, u + 0.3, v - 0.3)
    assert heard.said == [*PIXELS, (40, 30), (45, 25)]


def test_pixel_centres_lie_at_integers(view: PictureWidget) -> None:
    view.canvas.zoom(4.0)
    heard = Heard(view.clicked)
    for du, expected in ((-0.4, 40), (0.4, 40), (0.6, 41)):
        click(view, 40 + du, 30)
        assert heard.said[-1] == (expected, 30)


def test_what_is_drawn_under_the_cursor_is_what_the_click_names(view: PictureWidget) -> None:
    view.canvas.zoom(3.0)
    image, picture = screen(view), ramp_image()
    for u, v in ((40, 30), (44, 27), (37, 33)):
        point = view.canvas.to_viewport(u, v).toPoint()
        assert near(image.pixelColor(point), tuple(picture[v, u]))


def test_a_click_beyond_the_picture_says_nothing(view: PictureWidget) -> None:
    heard = Heard(view.clicked)
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=QPoint(320, 3))
    assert heard.said == []


def test_a_drag_pans_and_is_no_click(view: PictureWidget) -> None:
    view.canvas.zoom(2.0)
    heard = Heard(view.clicked)
    before = view.canvas.to_viewport(40, 30)
    drag(view, QPoint(300, 250), QPoint(360, 220))
    drag(view, QPoint(300, 250), QPoint(310, 240), MIDDLE)
    moved = view.canvas.to_viewport(40, 30) - before
    assert heard.said == []
    assert moved.x() == pytest.approx(70, abs=2)
    assert moved.y() == pytest.approx(-40, abs=2)


def test_a_click_of_an_unsteady_hand_is_still_a_click(view: PictureWidget) -> None:
    heard = Heard(view.clicked)
    start = view.canvas.to_viewport(40, 30).toPoint()
    drag(view, start, start + QPoint(1, 0))
    assert heard.said == [(40, 30)]


def test_wheel_zooms_at_the_cursor_and_within_limits(view: PictureWidget) -> None:
    viewport, scale = view.canvas.viewport(), view.canvas.scale_px
    cursor = view.canvas.to_viewport(60, 10)
    turn_wheel(viewport, cursor, 4)
    assert view.canvas.scale_px == pytest.approx(scale * 1.2**4, rel=1e-6)
    assert view.canvas.to_picture(cursor).x() == pytest.approx(60, abs=0.3)
    assert view.canvas.to_picture(cursor).y() == pytest.approx(10, abs=0.3)
    turn_wheel(viewport, cursor, 60)
    assert view.canvas.scale_px == pytest.approx(96, rel=1e-3)
    turn_wheel(viewport, cursor, -120)
    assert view.canvas.scale_px == pytest.approx(scale * 0.2, rel=0.05)


def test_the_picture_cannot_be_lost(view: PictureWidget) -> None:
    for _ in range(40):
        view.canvas.pan(QPoint(500, 500))
    centre = view.canvas.to_picture(QPointF(320, 260))
    assert -41 <= centre.x() <= 120
    view.reset_view()
    assert view.canvas.to_picture(QPointF(320, 260)).x() == pytest.approx(39.5, abs=0.3)


def test_hover_tells_each_pixel_once_and_the_leaving(view: PictureWidget) -> None:
    viewport, heard = view.canvas.viewport(), Heard(view.hovered)
    place = view.canvas.to_viewport(40, 30).toPoint()
    for offset in (QPoint(0, 0), QPoint(1, 0)):  # the second move stays in the pixel
        QTest.mouseMove(viewport, place + offset)
    QTest.mouseMove(viewport, view.canvas.to_viewport(50, 30).toPoint())
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert heard.said == [(40, 30), (50, 30), (-1, -1)]


def test_setters_are_silent(view: PictureWidget) -> None:
    heard = Heard(view.clicked, view.hovered)
    view.set_picture(PictureModel(ramp_image(30, 40)))
    view.set_probes((probe_marks(3, 4, tap_marks([(3, 4)])),), TapWeight.SIZE, True)
    view.set_message("Reading")
    view.reset_view()
    view.set_picture(None)
    assert heard.said == []


def test_the_same_size_keeps_the_zoom_and_another_is_fitted(view: PictureWidget) -> None:
    view.canvas.zoom(3.0)
    scale = view.canvas.scale_px
    view.set_picture(PictureModel(flat_image()))
    assert view.canvas.scale_px == pytest.approx(scale)
    view.set_picture(PictureModel(flat_image(120, 160)))
    assert view.canvas.to_viewport(159, 60).x() < 640


def test_a_fitted_picture_stays_fitted_when_the_window_grows(view: PictureWidget) -> None:
    view.resize(900, 700)
    QApplication.processEvents()
    assert view.canvas.to_viewport(79.5, 30).x() == pytest.approx(900, abs=30)


def test_magnified_pixels_are_squares(view: PictureWidget) -> None:
    image = np.zeros((60, 80, 3), np.uint8)
    image[:, 40:] = 255
    view.set_picture(PictureModel(image))
    assert view.canvas.scale_px > CRISP_SCALE
    row = view.canvas.to_viewport(40, 30).toPoint().y()
    seen = screen(view)
    edge = round(view.canvas.to_viewport(39.5, 30).x())
    values = {seen.pixelColor(x, row).red() for x in range(edge - 6, edge + 7)}
    assert values == {0, 255}


def test_taps_lie_at_their_sub_pixel_places(view: PictureWidget) -> None:
    view.set_picture(PictureModel(flat_image()))
    marks = tap_marks([(20.5, 20.25), (60.0, 41.5)])
    view.set_probes((probe_marks(40, 30, marks),), TapWeight.SIZE, False)
    image = screen(view)
    for x, y in ((20.5, 20.25), (60.0, 41.5)):
        assert near(image.pixelColor(view.canvas.to_viewport(x, y).toPoint()), GREEN)
    assert near(image.pixelColor(view.canvas.to_viewport(20.5, 23).toPoint()), (30, 30, 30))


def test_a_tap_beyond_the_border_is_drawn_where_it_is_and_hollow(view: PictureWidget) -> None:
    view.canvas.room_for_bar = 0  # in the middle the taps lie on whole pixels of the screen
    view.set_picture(PictureModel(flat_image()))
    view.canvas.fit()
    view.canvas.zoom(0.5)
    marks = tap_marks([(-10.0, 30.0), (10.0, 30.0)], outside=[True, False])
    view.set_probes((probe_marks(5, 30, marks),), TapWeight.SIZE, False)
    image = screen(view)
    beyond = view.canvas.to_viewport(-10, 30).toPoint()
    inside = view.canvas.to_viewport(10, 30).toPoint()
    between = QPoint(3, 0)  # inside the disc, but between the arms of the outside mark
    assert near(image.pixelColor(inside + between), GREEN)
    assert near(image.pixelColor(beyond), GREEN)  # the crossing of the arms
    assert not near(image.pixelColor(beyond + between), GREEN)


def test_a_partly_outside_tap_is_half_filled(view: PictureWidget) -> None:
    view.set_picture(PictureModel(flat_image()))
    marks = tap_marks([(20.0, 20.0)], partly=[True])
    view.set_probes((probe_marks(60, 50, marks),), TapWeight.SIZE, False)
    image, centre = screen(view), view.canvas.to_viewport(20, 20).toPoint()
    assert near(image.pixelColor(centre + QPoint(-2, -2)), GREEN)
    assert not near(image.pixelColor(centre + QPoint(2, 2)), GREEN)


@pytest.mark.parametrize("weight", list(TapWeight))
def test_modulation_changes_size_or_opacity(view: PictureWidget, weight: TapWeight) -> None:
    view.set_picture(PictureModel(flat_image()))
    greens = []
    for modulation in (0.05, 1.0):
        marks = tap_marks([(20.0, 20.0)], modulation=modulation)
        view.set_probes((probe_marks(60, 50, marks),), weight, False)
        image, centre = screen(view), view.canvas.to_viewport(20, 20).toPoint()
        around = [QPoint(x, y) for x in range(-4, 5) for y in range(-4, 5)]
        greens.append(sum(near(image.pixelColor(centre + offset), GREEN) for offset in around))
    assert greens[1] > greens[0] + 10


def test_ghosts_and_arrows_come_and_go_with_the_grid(view: PictureWidget) -> None:
    view.set_picture(PictureModel(flat_image()))
    marks = tap_marks([(50.0, 20.0)], grid=[(20.0, 20.0)])
    counts = []
    for grid in (True, False):
        view.set_probes((probe_marks(70, 50, marks),), TapWeight.SIZE, grid)
        image = screen(view)
        row = view.canvas.to_viewport(35, 20).toPoint()
        column = [image.pixelColor(row + QPoint(0, y)) for y in range(-3, 4)]
        counts.append(sum(not near(colour, (30, 30, 30)) for colour in column))
    assert counts[0] > 0
    assert counts[1] == 0


def test_no_probes_leave_no_marks(view: PictureWidget) -> None:
    view.set_picture(PictureModel(flat_image()))
    clean = screen(view)
    view.set_probes((probe_marks(40, 30, tap_marks([(44, 33)])),), TapWeight.SIZE, True)
    assert screen(view) != clean
    view.set_probes((), TapWeight.SIZE, True)
    assert screen(view) == clean


def test_empty_state_and_message(view: PictureWidget) -> None:
    view.set_picture(None)
    assert "Drop an RGB + depth pair" in view.labels.message.text()
    assert view.labels.message.isVisible()
    view.set_message("Reading 0433.png")
    assert view.labels.message.text() == "Reading 0433.png"
    view.set_picture(PictureModel(ramp_image()))
    view.set_message("")
    assert not view.labels.message.isVisible()


def test_colour_bar_and_note_follow_the_picture(view: PictureWidget) -> None:
    ramp = np.zeros((256, 3), np.uint8)
    bar = ColourBar("depth", "m", 0.7, 9.87, ramp)
    view.set_picture(PictureModel(ramp_image(), bar, "No ground truth in this frame"))
    QApplication.processEvents()
    assert view.labels.bar.isVisible()
    assert view.labels.bar.accessibleName() == "depth: 0.70 to 9.87 m, low to high"
    assert view.canvas.rect().contains(view.labels.bar.geometry())
    assert view.labels.note.text() == "No ground truth in this frame"
    view.set_picture(PictureModel(ramp_image()))
    assert not view.labels.bar.isVisible()
    assert not view.labels.note.isVisible()


def test_the_hint_fades_after_the_first_click(view: PictureWidget, qtbot: QtBot) -> None:
    view.show_hint("Click a pixel")
    assert view.labels.hint.isVisible()
    click(view, 40, 30)
    qtbot.waitUntil(lambda: not view.labels.hint.isVisible())
