"""What is painted: marks, bars, ramps and rows, told by their pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from views_support import (
    GREEN,
    RED,
    flat_image,
    legend_rows,
    probe_marks,
    ramp_image,
    tap_marks,
)

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.picture import ColourBar, PictureModel, ProbeMarks, TapMarks
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.picture.colour_bar import ColourBarWidget
from sgnet_viewer.views.picture.legend_view import LegendWidget
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.views.picture.pixel_grid_item import VALUE_SCALE
from sgnet_viewer.views.probes.class_bars import ClassBars

GREY = 30
BLUE = (30, 60, 230)


@pytest.fixture
def view(qtbot: QtBot) -> PictureWidget:
    widget = PictureWidget()
    qtbot.addWidget(widget)
    widget.resize(640, 520)
    widget.show()
    widget.set_picture(PictureModel(flat_image(grey=GREY)))
    QApplication.processEvents()
    return widget


def pixels(image: QImage) -> UInt8Array:
    """(h, w, 3) RGB."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def painted(widget: QWidget) -> UInt8Array:
    QApplication.processEvents()
    return pixels(widget.grab().toImage())


def show(view: PictureWidget, *probes: ProbeMarks, grid: bool = False) -> UInt8Array:
    view.set_probes(probes, TapWeight.SIZE, grid)
    QApplication.processEvents()
    return pixels(view.canvas.viewport().grab().toImage())


def around(seen: UInt8Array, centre: QPointF, reach: int) -> UInt8Array:
    x, y = centre.toPoint().x(), centre.toPoint().y()
    return seen[y - reach : y + reach + 1, x - reach : x + reach + 1]


def count(seen: UInt8Array, colour: tuple[int, int, int], tolerance: int = 8) -> int:
    return int((np.abs(seen.astype(int) - colour).max(-1) <= tolerance).sum())


def tap_of(colour: tuple[int, int, int]) -> TapMarks:
    return replace(tap_marks([(40.0, 30.0)]), colour=colour)


def test_the_active_probe_lies_on_top_whatever_the_order(view: PictureWidget) -> None:
    active = probe_marks(10, 10, tap_of(GREEN), number=1)
    passive = probe_marks(70, 10, tap_of(BLUE), number=2, active=False)
    place = view.canvas.to_viewport(40, 30)
    for order in ((active, passive), (passive, active)):
        seen = around(show(view, *order), place, 2)
        assert count(seen, GREEN) == seen.shape[0] * seen.shape[1]


def test_taps_of_passive_probes_are_faint(view: PictureWidget) -> None:
    place = view.canvas.to_viewport(40, 30)
    passive = probe_marks(10, 10, tap_of(GREEN), active=False)
    seen = around(show(view, passive), place, 1).astype(int)
    half = (np.array(GREEN) + GREY) / 2
    assert np.abs(seen - half).max() < 12


def test_number_plates_tell_active_from_passive(view: PictureWidget) -> None:
    place = view.canvas.to_viewport(40, 30) + QPointF(17, -16)
    bright = around(show(view, probe_marks(40, 30)), place, 6)
    dark = around(show(view, probe_marks(40, 30, active=False)), place, 6)
    assert count(bright, (255, 255, 255), 20) > 40
    assert count(dark, (60, 66, 74), 20) > 40
    other = around(show(view, probe_marks(40, 30, number=2)), place, 6)
    assert not np.array_equal(bright, other)


def test_the_cross_leaves_the_pixel_free_and_frames_it_when_magnified(view: PictureWidget) -> None:
    small = around(show(view, probe_marks(40, 30)), view.canvas.to_viewport(40, 30), 20)
    view.canvas.zoom(5.0)
    side = view.canvas.scale_px
    assert 30 < side < VALUE_SCALE  # closer, the pixel has its number
    centre = view.canvas.to_viewport(40, 30)
    seen = show(view, probe_marks(40, 30))
    assert tuple(around(seen, centre, 0)[0, 0]) == (GREY,) * 3
    edge = around(seen, centre + QPointF(side / 2, side / 3), 2)
    assert count(edge, (255, 255, 255), 60) >= 3
    assert count(small, (255, 255, 255), 60) > 20


@pytest.mark.parametrize("zoom", [0.3, 1.0, 12.0])
def test_the_bounds_hold_what_is_drawn_at_every_zoom(view: PictureWidget, zoom: float) -> None:
    """Marks are measured in screen pixels; beyond the bounds they would not be repainted."""
    view.canvas.zoom(zoom)
    show(view, probe_marks(40, 30, tap_marks([(55.0, -20.0)])))
    bounds = view._marks.boundingRect()
    room = 30 / view.canvas.scale_px
    for x, y in ((40, 30), (55, -20)):
        assert bounds.contains(QRectF(x - room, y - room, 2 * room, 2 * room))


def test_marks_are_made_for_the_density_of_the_screen(view: PictureWidget) -> None:
    view.set_probes((probe_marks(5, 55, tap_of(GREEN)),), TapWeight.SIZE, False)
    dense = QImage(1280, 960, QImage.Format.Format_RGB32)  # a screen of 640 x 480, twice as dense
    dense.setDevicePixelRatio(2.0)
    dense.fill(0)
    painter = QPainter(dense)
    painter.scale(8, 8)  # screen pixels a picture pixel
    view._marks.paint(painter)
    painter.end()
    double = count(around(pixels(dense), QPointF(40, 30) * 16, 20), GREEN)
    assert np.pi * (2 * 4.5) ** 2 < double < np.pi * (2 * 5.5) ** 2
    assert view._marks._stamps is not None
    assert view._marks._stamps.ratio == 2.0


def test_a_long_arrow_has_a_head_before_its_dot(view: PictureWidget) -> None:
    marks = tap_marks([(60.0, 30.0)], grid=[(20.0, 30.0)])
    seen = show(view, probe_marks(5, 55, marks), grid=True)
    end = view.canvas.to_viewport(60, 30)
    heights = []
    for before in (9, 60):  # pixels before the dot: at the head, and along the shaft
        column = around(seen, end - QPointF(before, 0), 8)[:, 8]
        heights.append(int((np.abs(column.astype(int) - GREY).max(-1) > 20).sum()))
    assert heights[0] > heights[1] > 0


def test_a_short_offset_is_not_drawn_as_an_arrow(view: PictureWidget) -> None:
    still = tap_marks([(40.0, 30.0)], grid=[(40.0, 30.0)])
    with_grid = show(view, probe_marks(5, 55, still), grid=True)
    place = view.canvas.to_viewport(40, 30)
    assert count(around(with_grid, place, 3), GREEN) > 20


def test_ghosts_shrink_where_they_stand_close(view: PictureWidget) -> None:
    counts = []
    for spacing in (1.0, 5.0):
        grid = [(40 + spacing * x, 30.0) for x in (-1, 0, 1)]
        marks = tap_marks([(5.0, 5.0)] * 3, grid=grid)
        seen = show(view, probe_marks(70, 55, marks), grid=True)
        counts.append(count(around(seen, view.canvas.to_viewport(40, 30), 3), (255, 255, 255), 60))
    assert 0 < counts[0] < counts[1]


def test_marks_read_over_bright_and_dark(view: PictureWidget) -> None:
    for grey in (0, 255):
        view.set_picture(PictureModel(flat_image(grey=grey)))
        near = around(
            show(view, probe_marks(5, 55, tap_of((grey,) * 3))), view.canvas.to_viewport(40, 30), 9
        )
        brightness = near.astype(int).mean(-1)
        assert brightness.max() - brightness.min() > 120


def test_the_colour_bar_runs_from_low_to_high(qtbot: QtBot) -> None:
    widget = ColourBarWidget()
    qtbot.addWidget(widget)
    colours = np.linspace(RED, BLUE, 256).astype(np.uint8)
    widget.set_bar(ColourBar("depth", "m", 1.0, 4.0, colours))
    seen, ramp = painted(widget), widget._ramp().toRect()
    row = seen[ramp.center().y()]
    assert np.abs(row[ramp.left() + 2].astype(int) - RED).max() < 12
    assert np.abs(row[ramp.right() - 2].astype(int) - BLUE).max() < 12
    widget.set_bar(ColourBar("depth", "m", 1.0, 9.0, colours))
    changed = (painted(widget) != seen).any(-1)
    assert changed.any()
    assert not changed[:, : ramp.center().x()].any()  # only the number on the right


def test_the_histogram_stands_on_the_ramp(qtbot: QtBot) -> None:
    widget = ColourBarWidget()
    qtbot.addWidget(widget)
    colours = np.zeros((256, 3), np.uint8)
    widget.set_bar(ColourBar("depth", "m", 1.0, 4.0, colours))
    plain = widget.height()
    counts = np.array([1.0, 0.0, 3.0, 0.0], np.float32)
    widget.set_bar(ColourBar("depth", "m", 1.0, 4.0, colours, counts, beyond=0.25))
    assert widget.height() > plain
    assert "25 % beyond" in widget.accessibleName()
    seen, ramp = painted(widget).astype(int), widget._ramp()
    columns = [round(ramp.left() + (at + 0.5) * ramp.width() / 4) for at in range(4)]
    rows = range(round(ramp.top()) - 20, round(ramp.top()) - 1)
    heights = [sum(seen[row, column].min() > 120 for row in rows) for column in columns]
    assert heights[1] == heights[3] == 0
    assert 0 < heights[0] < heights[2]


def test_the_hint_makes_way_for_the_colour_bar(view: PictureWidget) -> None:
    bar = ColourBar("depth", "m", 1.0, 4.0, np.zeros((256, 3), np.uint8))
    view.set_picture(PictureModel(ramp_image(), bar))
    view.show_hint("Click any pixel to see where each S-Conv looked; [ and ] change the layer.")
    for width in (420, 1200):
        view.resize(width, 400)
        QApplication.processEvents()
        assert not view.labels.hint.geometry().intersects(view.labels.bar.geometry())
        assert view.canvas.rect().contains(view.labels.hint.geometry())


def test_class_bars_are_as_long_as_their_probability(qtbot: QtBot) -> None:
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.resize(300, 60)
    lengths = []
    for probability in (0.0, 0.25, 1.0):
        bars.set_classes((("bed", RED, probability),))
        accent = bars.palette().highlight().color().getRgb()[:3]
        lengths.append(count(painted(bars), accent))
    assert lengths[0] < lengths[1] < lengths[2]
    assert lengths[2] == pytest.approx(4 * lengths[1], rel=0.15)


@pytest.fixture
def legend(qtbot: QtBot) -> LegendWidget:
    widget = LegendWidget()
    qtbot.addWidget(widget)
    widget.resize(240, 300)
    widget.set_rows(legend_rows())
    widget.show()
    return widget


def row_of(legend: LegendWidget, row: int) -> UInt8Array:
    rect: QRect = legend.list.visualRect(legend.list.model().index(row, 0))
    return painted(legend.list.viewport())[rect.top() : rect.bottom() + 1]


def test_share_bars_are_as_long_as_the_share(legend: LegendWidget) -> None:
    lengths = [count(row_of(legend, row)[-4:], RED) for row in (0, 1)]
    assert lengths[0] == pytest.approx(2 * lengths[1], rel=0.1)  # 0.6 and 0.3


def test_a_hidden_class_is_faded(legend: LegendWidget) -> None:
    assert count(row_of(legend, 1), RED) > 50
    legend.set_rows(legend_rows(hidden=frozenset({2})))
    assert count(row_of(legend, 1), RED) == 0
    assert count(row_of(legend, 0), RED) > 50


def test_the_heads_stay_over_their_columns_beside_a_scroll_bar(
    legend: LegendWidget, qtbot: QtBot
) -> None:
    rows = tuple(replace(legend_rows()[0], index=index) for index in range(40))
    QApplication.processEvents()
    free = legend._percent.geometry().right()
    legend.set_rows(rows)
    bar = legend.list.verticalScrollBar()
    qtbot.waitUntil(
        lambda: bar.isVisible() and free - legend._percent.geometry().right() == bar.width(),
        timeout=60_000,
    )


def test_a_swatch_shows_the_colour_beside_the_name(legend: LegendWidget) -> None:
    rect = legend.list.visualRect(legend.list.model().index(0, 0))
    point = QPoint(34, rect.height() // 2)
    assert tuple(row_of(legend, 0)[point.y(), point.x()]) == RED
