"""Looking closely: the tap under the cursor, zoom, pixel grid, loupe, key, colours of probes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from session_support import make_frame, make_prediction
from test_accessibility import pixels
from test_controllers_views import Bench
from views_support import Heard, flat_image, probe_marks, settle, tap_marks

from sgnet_viewer.contract.commands import MARKS_KEY
from sgnet_viewer.contract.picture import ColourBar, OtherPicture, PictureModel, TapNote
from sgnet_viewer.contract.tools import ToolModel
from sgnet_viewer.controllers.tap_notes import TapNoteController
from sgnet_viewer.render.probe_colours import COLOURS, probe_colour
from sgnet_viewer.render.readout import readout_at
from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.state.view_settings import TapWeight, ViewSettings
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.views.picture.pixel_grid_item import (
    GRID_SCALE,
    VALUE_SCALE,
    PixelGridItem,
    value_of,
)
from sgnet_viewer.views.picture.readout_bar import class_text
from sgnet_viewer.views.picture.zoom_button import ZoomButton
from sgnet_viewer.views.picture.zoom_surface import NOWHERE

SMALL_PICTURE = 350  # pixels: the width of the picture in a window of 960
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> PictureWidget:
    """Two taps of one probe at (10, 30) over a grey picture of 80 x 60."""
    view = PictureWidget()
    qtbot.addWidget(view)
    view.resize(700, 500)
    depth_m = np.full((60, 80), 2.5, np.float32)
    view.set_picture(PictureModel(flat_image(), depth_m=depth_m))
    taps = tap_marks([(20.0, 30.0), (40.0, 12.0)])
    view.set_probes((probe_marks(10, 30, taps),), TapWeight.SIZE, True)
    view.show()
    settle()
    return view


def point_at(view: PictureWidget, x: float, y: float) -> QPoint:
    """Moves the mouse there."""
    at = view.canvas.to_viewport(x, y).toPoint()
    QTest.mouseMove(view.canvas.viewport(), at)
    settle()
    return at


def test_the_tap_under_the_cursor_is_told_and_a_click_is_about_it(view: PictureWidget) -> None:
    pointed, clicked, probed = (
        Heard(signal) for signal in (view.tap_pointed, view.tap_clicked, view.clicked)
    )
    at = point_at(view, 40, 12)
    assert pointed.said == [(1, "layer1.0", 1, False)]
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=at)
    assert (clicked.said, probed.said) == ([(1, "layer1.0", 1, False)], [])
    at = point_at(view, 60, 50)
    assert pointed.said[-1] == (0, "", -1, False)
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=at)
    assert probed.said == [(60, 50)]


def test_another_tool_clicks_through_the_taps(view: PictureWidget) -> None:
    view.set_tool(ToolModel("measure"))
    probed = Heard(view.clicked)
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=point_at(view, 20, 30))
    assert probed.said == [(20, 30)]


def test_a_note_stands_beside_its_tap_and_in_the_view(view: PictureWidget) -> None:
    plate = view.close_ups.first._plate
    for x in (2.0, 78.0):
        view.set_tap_note(TapNote(x, 30, "layer1.0, tap 5\noffset +1.0, +2.0 px", held=True))
        settle()
        assert plate.isVisible()
        assert view.canvas.rect().contains(plate.geometry())
        assert not plate.geometry().contains(view.canvas.to_viewport(x, 30).toPoint())
    view.set_tap_note(None)
    assert not plate.isVisible()


def test_a_note_says_what_is_known_of_the_tap() -> None:
    bench = Bench().show()
    window: Any = bench.window
    TapNoteController(window, bench.session, bench.probes, bench.probe, lambda: None)
    bench.probes.place_first(20, 40)
    active = bench.probes.active
    assert active is not None
    read = bench.probe.read(active)
    assert read is not None
    layer = read.layers[0]
    window.picture.tap_pointed.emit(active.number, layer.name, 4, False)
    note = window.picture.shown["set_tap_note"][0]
    assert (note.x, note.y, note.held) == (layer.x[4], layer.y[4], False)
    lines = note.text.split("\n")
    assert lines[0] == f"{layer.name}, tap 5 (row 2, column 2)"
    dx, dy = layer.x[4] - layer.grid_x[4], layer.y[4] - layer.grid_y[4]
    assert lines[1] == f"offset {dx:+.1f}, {dy:+.1f} px".replace("-", "−")
    assert f"weight {layer.modulation[4]:.2f}" in lines[2]
    assert lines[3] == f"depth {layer.points_m[4, 2]:.2f} m"
    assert lines[4].split()[0] in ("wall", "floor", "chair")
    pixels = np.hypot(layer.x[4] - 20, layer.y[4] - 40)
    assert read.xyz_m is not None
    metres = np.linalg.norm(layer.points_m[4] - np.array(read.xyz_m))
    assert lines[5] == f"{pixels:.1f} px, {metres:.2f} m from the probe"


def test_a_tap_is_held_until_something_lets_go_of_it() -> None:
    bench = Bench().show()
    window: Any = bench.window
    TapNoteController(window, bench.session, bench.probes, bench.probe, lambda: None)
    active = bench.probes.active
    assert active is not None
    for release in (
        lambda: window.escaped.emit(),
        lambda: window.picture.clicked.emit(3, 3),
        lambda: bench.view.change(layer="layer2.0"),
    ):
        number = bench.probes.points[0].number
        window.picture.tap_clicked.emit(number, "layer1.2", 0, False)
        window.picture.tap_pointed.emit(0, "", -1, False)
        assert window.picture.shown["set_tap_note"][0].held
        release()
        assert window.picture.shown["set_tap_note"] == (None,)


def test_zoom_to_the_taps_has_all_of_them_in_sight(view: PictureWidget) -> None:
    before = view.canvas.scale_px
    assert view.close_ups.zoom_to_taps()
    settle()
    seen = view.canvas.viewport().rect()
    for x, y in ((10, 30), (20, 30), (40, 12)):
        assert seen.contains(view.canvas.to_viewport(x, y).toPoint())
    assert view.canvas.scale_px > 1.3 * before
    view.set_probes((), TapWeight.SIZE, True)
    assert not view.close_ups.zoom_to_taps()


def test_the_zoom_is_said_and_a_click_shows_pixel_for_pixel(
    view: PictureWidget, qtbot: QtBot
) -> None:
    button = ZoomButton(view.canvas)
    qtbot.addWidget(button)
    fitted = view.canvas.percent
    assert button.text() == f"{round(fitted)} %"
    button.click()
    assert button.text() == "100 %"
    one, two = view.canvas.to_viewport(0, 0), view.canvas.to_viewport(50, 0)
    assert two.x() - one.x() == pytest.approx(50, abs=1)
    button.click()
    assert view.canvas.percent == pytest.approx(fitted)


@pytest.mark.parametrize(
    ("scale", "differs"), [(8.0, 1), (GRID_SCALE + 4, 2), (VALUE_SCALE + 6, 9)]
)
def test_close_to_the_picture_pixels_have_lines_and_numbers(
    view: PictureWidget, scale: float, differs: int
) -> None:
    """Colours in the middle of a flat picture: none but its own, a line's, and those of letters."""
    view.set_probes((), TapWeight.SIZE, True)
    view.canvas.zoom(scale / view.canvas.scale_px)
    settle()
    part = pixels(view.canvas.grab().toImage())[200:300, 300:400]
    colours = len(np.unique(part.reshape(-1, 3), axis=0))
    assert colours >= differs
    assert (colours == 1) is (differs == 1)


def test_the_loupe_enlarges_what_is_under_the_cursor(
    view: PictureWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = flat_image()
    image[20:22, 30:32] = (255, 0, 0)
    view.set_picture(PictureModel(image))
    view.set_probes((), TapWeight.SIZE, True)
    at = view.canvas.viewport().mapToGlobal(view.canvas.to_viewport(30.5, 20.5).toPoint())
    monkeypatch.setattr(QCursor, "pos", staticmethod(lambda: at))
    settle()
    plain = reds(view)
    view.close_ups.magnify(True)
    settle()
    assert 14 * plain < reds(view) < 18 * plain  # four times as wide and as high
    view.close_ups.magnify(False)
    settle()
    assert reds(view) == plain


def reds(view: PictureWidget) -> int:
    image = pixels(view.canvas.grab().toImage()).astype(int)
    return int(((image[..., 0] > 200) & (image[..., 1] < 60)).sum())


def test_the_key_shows_the_marks_and_what_they_mean(view: PictureWidget) -> None:
    key = view.close_ups.first.key
    view.close_ups.first.toggle_key()
    settle()
    assert key.isVisible()
    assert view.canvas.rect().contains(key.geometry())
    assert key.sizeHint().width() <= SMALL_PICTURE
    for word in ("probed", "weight", "offset", "partly", "nothing", "second answer"):
        assert word in key.accessibleDescription()
    heard = Heard(view.tool_chosen)
    QTest.mouseClick(key.close_button, LEFT)
    assert heard.said == [MARKS_KEY]  # the command hides it, and its mark goes
    view.close_ups.first.toggle_key()
    assert not key.isVisible()


def test_a_click_on_the_key_is_one_on_the_picture_below_it(view: PictureWidget) -> None:
    key, heard = view.close_ups.first.key, Heard(view.clicked)
    view.close_ups.first.toggle_key()
    settle()
    at = key.rect().center()
    pixel = view.canvas.pixel_at(QPointF(key.mapTo(view.canvas, at)))
    QTest.mouseClick(view.window().windowHandle(), LEFT, pos=key.mapTo(view.window(), at))
    assert heard.said == ([pixel] if pixel != NOWHERE else [])


def test_plates_leave_the_taps_of_the_active_probe_free(view: PictureWidget) -> None:
    view.resize(900, 700)
    bar = ColourBar("depth", "m", 1.0, 4.0, np.zeros((256, 3), np.uint8))
    view.set_picture(PictureModel(flat_image(), bar))
    key, plate = view.close_ups.first.key, view.labels.bar
    view.close_ups.first.toggle_key()
    settle()
    corners = key.geometry().center(), plate.geometry().center()
    for corner in corners:
        at = view.canvas.to_picture(QPointF(corner))
        u, v = round(at.x()), round(at.y())
        view.set_probes((probe_marks(u, v),), TapWeight.SIZE, True)
        assert not key.geometry().contains(corner)
        assert not plate.geometry().contains(corner)
        assert not key.geometry().intersects(plate.geometry())
    view.set_probes((), TapWeight.SIZE, True)
    assert (key.geometry().center(), plate.geometry().center()) == corners


def test_each_probe_has_a_colour_of_its_own(view: PictureWidget) -> None:
    assert len({probe_colour(number) for number in range(1, 9)}) == len(COLOURS) == 8
    assert all(sum(colour) > 380 for colour in COLOURS)  # light: black figures stand upon them
    taps = replace(probe_marks(30, 20), number=2)
    view.set_probes((taps,), TapWeight.SIZE, True)
    settle()
    image = pixels(view.canvas.grab().toImage())
    assert (image == probe_colour(2)).all(-1).sum() > 40  # its cross and its plate
    assert (image == probe_colour(3)).all(-1).sum() == 0


def beside(view: PictureWidget, layout: Layout) -> OtherPicture:
    """B's taps are elsewhere, its picture is red, and it saw everything 1.5 m away."""
    red = np.zeros_like(flat_image())
    red[..., 0] = 255
    marks = (probe_marks(10, 30, tap_marks([(60.0, 20.0), (70.0, 50.0)])),)
    depth_m = np.full((60, 80), 1.5, np.float32)
    other = OtherPicture(red, layout, 0.5, ("a", "b"), marks, depth_m)
    view.set_other(other)
    settle()
    return other


@pytest.mark.parametrize("layout", [Layout.A, Layout.WIPE, Layout.B])
def test_taps_of_the_second_answer_are_told_where_they_are_seen(
    view: PictureWidget, layout: Layout
) -> None:
    beside(view, layout)
    pointed, clicked = Heard(view.tap_pointed), Heard(view.tap_clicked)
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=point_at(view, 60, 20))
    assert pointed.said == clicked.said == [(1, "layer1.0", 0, True)]
    point_at(view, 20, 30)  # A's, which B alone hides
    hidden = layout is Layout.B
    assert pointed.said[-1] == ((0, "", -1, False) if hidden else (1, "layer1.0", 0, False))


def test_side_by_side_each_picture_tells_its_own_taps(view: PictureWidget) -> None:
    beside(view, Layout.SIDE)
    pointed = Heard(view.tap_pointed)
    second = view.close_ups.second._canvas
    point_at(view, 60, 20)
    assert pointed.said == []
    QTest.mouseMove(second.viewport(), second.to_viewport(60, 20).toPoint())
    settle()
    assert pointed.said == [(1, "layer1.0", 0, True)]
    view.set_tap_note(TapNote(60, 20, "B: layer1.0, tap 1", other=True))
    plates = [one._plate.isVisible() for one in (view.close_ups.first, view.close_ups.second)]
    assert plates == [False, True]
    assert view.close_ups.zoom_to_taps()
    settle()
    for canvas in (view.canvas, second):
        for x, y in ((20, 30), (40, 12), (60, 20), (70, 50)):
            assert canvas.viewport().rect().contains(canvas.to_viewport(x, y).toPoint())


def test_numbers_of_pixels_are_those_of_the_answer_that_is_seen(view: PictureWidget) -> None:
    grids = view.close_ups.first.grid, view.close_ups.second.grid
    assert value_at(grids[0], 70) == "2.50"
    beside(view, Layout.WIPE)
    assert [value_at(grids[0], u) for u in (10, 39, 40, 70)] == ["2.50", "2.50", "1.50", "1.50"]
    view.set_wipe(0.9)
    assert value_at(grids[0], 70) == "2.50"
    beside(view, Layout.B)
    assert value_at(grids[0], 10) == "1.50"
    beside(view, Layout.SIDE)
    assert [value_at(grid, 10) for grid in grids] == ["2.50", "1.50"]
    view.set_other(None)
    assert value_at(grids[0], 70) == "2.50"


def value_at(grid: PixelGridItem, u: int) -> str:
    return value_of(*grid._seen_at(u), u, 30)


def test_side_by_side_the_loupe_is_in_both_pictures(
    view: PictureWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside(view, Layout.SIDE)
    second = view.close_ups.second._canvas
    place = second.to_viewport(30, 20).toPoint()
    at = second.viewport().mapToGlobal(place)
    monkeypatch.setattr(QCursor, "pos", staticmethod(lambda: at))
    view.close_ups.magnify(True)
    loupes = view.close_ups.first.loupe, view.close_ups.second.loupe
    assert [loupe.isVisible() for loupe in loupes] == [True, True]
    assert loupes[0].geometry() == loupes[1].geometry()  # the same pixel of both
    assert loupes[1].geometry().contains(place)
    view.close_ups.magnify(False)
    assert not any(loupe.isVisible() for loupe in loupes)


def test_a_note_on_the_second_answer_says_so() -> None:
    bench = Bench().show()
    window: Any = bench.window
    active = bench.probes.active
    assert active is not None
    read, prediction = bench.probe.read(active), bench.session.prediction
    assert read is not None
    assert prediction is not None
    TapNoteController(window, bench.session, bench.probes, bench.probe, lambda: (read, prediction))
    layer = read.layers[0]
    window.picture.tap_pointed.emit(active.number, layer.name, 4, True)
    note = window.picture.shown["set_tap_note"][0]
    assert note.other
    assert note.text.startswith(f"B: {layer.name}, tap 5 ")


def test_what_lies_under_the_cursor_is_told_for_both_answers() -> None:
    frame = make_frame()
    ours, theirs = make_prediction(0), make_prediction(1)
    both = readout_at(frame, ours, ViewSettings(), 60, 40, theirs)
    assert (both.name, both.other) == ("chair", "chair 0.90")
    assert class_text(both).endswith("B: chair 0.90")
    doubtful = replace(theirs, confidence=np.full_like(theirs.confidence, 0.3))
    assert readout_at(frame, ours, ViewSettings(), 60, 40, doubtful).other == "chair 0.30 unsure"
    assert "B:" not in class_text(readout_at(frame, ours, ViewSettings(), 60, 40))
