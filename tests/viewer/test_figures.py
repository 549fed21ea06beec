"""Figures with classes, layers and cloud: what stands where, how fine, to file and clipboard."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from session_support import FakeFrames, FakeView, InlineRunner, make_frame, make_result, make_screen
from views_support import legend_rows, probe_marks, tap_marks

from sgnet_model.types import UInt8Array, UserError
from sgnet_viewer.contract.picture import (
    ColourBar,
    MapContour,
    OtherPicture,
    PictureModel,
    ProbeMarks,
)
from sgnet_viewer.contract.tools import ToolOverlay, ToolText
from sgnet_viewer.controllers.figure import COPIED, NOTHING, FigureController
from sgnet_viewer.exports.figure import BAR_ENDS, BAR_TOP, CLOUD_GAP, Figure, cloud_size, page_of
from sgnet_viewer.exports.figure_keys import GHOST, KINDS, layer_items, legend_items, placed
from sgnet_viewer.exports.pages import figure_image, figure_pdf, figure_png, figure_svg
from sgnet_viewer.render.comparison import contours_with_other
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import FigureOptions, TapWeight, ViewSettings
from sgnet_viewer.views.window.figure_dialog import FigureDialog

SVG = "{http://www.w3.org/2000/svg}"
RED = (250, 10, 20)

pytestmark = pytest.mark.usefixtures("qapp")


def one_probe() -> ProbeMarks:
    """At the middle, with the nine taps of a layer around it."""
    around = [(40 + 8 * x, 30 + 8 * y) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    grid = [(40 + 4 * x, 30 + 4 * y) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return probe_marks(40, 30, tap_marks(around, grid=grid))


def figure(**values: Any) -> Figure:
    image = np.full((60, 80, 3), 30, np.uint8)
    return Figure(PictureModel(image), (one_probe(),), TapWeight.SIZE, True, **values)


def cloud() -> np.ndarray:
    picture = np.zeros((30, 60, 3), np.uint8)
    picture[:] = RED
    return picture


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def texts(data: bytes) -> list[str]:
    return ["".join(one.itertext()).strip() for one in ET.fromstring(data).iter(f"{SVG}text")]


def places(data: bytes) -> dict[str, tuple[float, float]]:
    """Where each text stands on the page of an SVG."""
    return {
        "".join(one.itertext()).strip(): (float(one.attrib["x"]), float(one.attrib["y"]))
        for one in ET.fromstring(data).iter(f"{SVG}text")
    }


def test_a_colour_bar_is_high_on_top() -> None:
    """The ramp, its numbers, its names, and what its ends mean."""
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
    plain = ColourBar("depth", "m", 1.0, 4.0, ramp)
    bars = {
        ("1.00 m", "2.50 m", "4.00 m"): plain,
        ("both", "only A", "only B"): replace(plain, labels=("both", "only A", "only B")),
        ("against", "neither", "for"): replace(plain, ends=("against", "neither", "for")),
    }
    for said, bar in bars.items():
        made = Figure(replace(figure().picture, bar=bar), (), TapWeight.SIZE, False)
        at = places(figure_svg(made))
        heights = [at[text][1] for text in said]
        assert heights == sorted(heights, reverse=True)
        page, image = page_of(made), pixels(figure_png(made))
        column = image[:, page.left + 80 * page.scale + 20, 0]  # through the ramp
        bottom = page.top + 60 * page.scale - BAR_ENDS + BAR_TOP
        assert column[page.top + BAR_TOP + 4] > 245
        assert column[bottom - 4] < 10


def test_side_by_side_each_half_has_its_own_name() -> None:
    half = np.full((60, 80, 3), 30, np.uint8)
    other = OtherPicture(half, Layout.SIDE, 0.5, ("first", "second"))
    both = PictureModel(np.concatenate((half, half), 1))
    made = Figure(both, (), TapWeight.SIZE, False, other=other)
    at, page = places(figure_svg(made)), page_of(made)
    middle = page.left + 80 * page.scale
    assert at["A: first"][0] < middle < at["B: second"][0]


def test_contours_of_a_map_are_lines_of_the_figure_over_both_pictures() -> None:
    half = np.full((60, 80, 3), 30, np.uint8)
    square = np.array([(30, 20), (50, 20), (50, 40), (30, 40)], np.float64)
    contours = (MapContour(0.8, (square,)),)
    other = OtherPicture(half, Layout.SIDE, 0.5, ("first", "second"))
    both = contours_with_other(contours, other, 80)
    made = Figure(
        PictureModel(np.concatenate((half, half), 1)),
        (),
        TapWeight.SIZE,
        False,
        other=other,
        contours=both,
    )
    assert texts(figure_svg(made)).count("80 %") == 2
    page, image = page_of(made), pixels(figure_png(made))
    for left in (0, 80):
        at = page.transform.map(QPointF(30 + left, 30))
        assert image[round(at.y()), round(at.x()) - 3 : round(at.x()) + 3].min(-1).max() > 150
    assert contours_with_other(contours, replace(other, layout=Layout.WIPE), 80) == contours


def test_without_anything_beside_it_the_page_is_as_before() -> None:
    plain, page = page_of(figure()), page_of(figure(legend=legend_rows(), key=True))
    assert plain.keys == ()
    assert (page.left, page.top, page.width) == (plain.left, plain.top, plain.width)
    assert page.height > plain.height


def test_the_classes_that_are_shown_stand_below_with_their_colours() -> None:
    rows = legend_rows()
    rows = (*rows[:-1], replace(rows[-1], shown=False))
    made = figure(legend=rows)
    page, image = page_of(made), pixels(figure_png(made))
    said = [one.item.text for one in page.keys]
    assert [text.rsplit(" ", 2)[0] for text in said] == [row.name for row in rows[:-1]]
    for one, row in zip(page.keys, rows, strict=False):
        at = round(one.middle), round(one.left) + 7
        assert tuple(image[at]) == row.colour
    written = texts(figure_svg(made))
    assert all(text in written for text in said)


def test_the_key_names_layers_and_the_marks_that_are_drawn() -> None:
    probe = one_probe()
    items = layer_items((probe,), TapWeight.SIZE, grid=True)
    named = [one.text for one in items]
    layers = list(dict.fromkeys(taps.layer for taps in probe.taps))
    assert named[: len(layers)] == layers
    assert KINDS[0][1] in named
    assert GHOST in named
    assert GHOST not in [one.text for one in layer_items((probe,), TapWeight.SIZE, grid=False)]
    none = replace(
        probe,
        taps=tuple(
            replace(taps, outside=np.ones(9, bool), partly_outside=np.zeros(9, bool))
            for taps in probe.taps
        ),
    )
    assert KINDS[2][1] in [one.text for one in layer_items((none,), TapWeight.SIZE, grid=False)]
    assert layer_items((), TapWeight.SIZE, grid=True) == ()


def test_a_class_that_is_there_is_not_said_to_be_nothing() -> None:
    row = replace(legend_rows()[0], name="blinds", share=0.0004, shown=True)
    assert [item.text for item in legend_items((row,))] == ["blinds <0.1 %"]


def test_lines_are_broken_where_there_is_no_room() -> None:
    items = legend_items(tuple(replace(row, shown=True) for row in legend_rows()))
    wide, low = placed((items,), 0, 0, 10_000, QApplication.font())
    narrow, high = placed((items,), 0, 0, 1, QApplication.font())
    assert len({one.middle for one in wide}) == 1
    assert len({one.middle for one in narrow}) == len(items)
    assert high > low
    assert {one.left for one in narrow} == {0}


def test_the_cloud_stands_beside_the_picture_no_larger_than_it() -> None:
    made = figure(cloud=cloud())
    page, plain = page_of(made), page_of(figure())
    assert page.cloud is not None
    assert page.cloud.width() == 80 * page.scale  # its own proportions are 2 : 1
    assert page.cloud.height() == pytest.approx(40 * page.scale)
    assert page.cloud.center().y() == pytest.approx(page.top + 30 * page.scale)
    assert page.width == plain.width + CLOUD_GAP + round(page.cloud.width())
    image = pixels(figure_png(made))
    centre = page.cloud.center()
    assert tuple(image[round(centre.y()), round(centre.x())]) == RED
    assert 'id="cloud"' in figure_svg(made).decode()
    assert figure_pdf(made).startswith(b"%PDF")


def test_more_dots_per_inch_are_more_pixels_of_the_same_page() -> None:
    made = figure(legend=legend_rows(), key=True)
    small, large = figure_image(made), figure_image(made, 192)
    assert (large.width(), large.height()) == (2 * small.width(), 2 * small.height())
    assert large.dotsPerMeterX() == pytest.approx(192 / 0.0254, abs=1)
    halved = pixels(figure_png(made, 192))[::2, ::2].astype(int)
    page = page_of(made)
    inside = slice(page.top + 4, page.top + 40), slice(page.left + 4, page.left + 40)
    one = pixels(figure_png(made)).astype(int)
    np.testing.assert_allclose(halved[inside].mean(), one[inside].mean(), atol=6)
    with pytest.raises(UserError, match="too large"):
        figure_image(made, 9600)


class FakeStill:
    """Twice as wide as high; remembers how finely it was drawn."""

    size = (60, 30)

    def __init__(self) -> None:
        self.finer: list[float] = []

    def drawn(self, finer: float) -> UInt8Array:
        self.finer.append(finer)
        return cloud()


class Bench:
    """The controller over one frame; the clipboard is the window's."""

    def __init__(self, opened: bool = True) -> None:
        self.window: Any = FakeView(parts=True)
        self.still = FakeStill()
        self.window.cloud.still = lambda: self.still
        self.session, self.reports = Session(), list[Report]()
        self.view = ViewState(document=self.session.document)
        notices = Notices()
        notices.added.connect(self.reports.append)
        self.screen = screen = make_screen(self.window, self.session)
        self.figure = FigureController(self.window, self.view, screen, notices, InlineRunner())
        if opened:
            one = make_frame()
            self.session.set_frames(FakeFrames(one), Target(("x",)))
            self.session.set_frame(0, one)
            self.session.set_result(make_result(one))


def test_a_figure_is_saved_as_it_was_chosen(tmp_path: Path) -> None:
    bench = Bench()
    bench.figure.ask()
    assert bench.window.shown["ask_figure"] == (FigureOptions(),)
    bench.window.figure_changed.emit(FigureOptions(cloud=True, dpi=48))
    assert bench.session.document.undo_title == ""  # no step
    bench.window.answers["ask_save"] = str(tmp_path / "a.png")
    bench.window.figure_saved.emit()
    assert bench.reports[-1].text == f"Saved the picture as {tmp_path / 'a.png'}."
    whole = pixels((tmp_path / "a.png").read_bytes()).shape
    bench.window.figure_changed.emit(FigureOptions(legend=False, key=False, dpi=48))
    bench.window.figure_saved.emit()
    less = pixels((tmp_path / "a.png").read_bytes()).shape
    assert less[0] < whole[0]
    assert less[1] < whole[1]


@pytest.mark.parametrize(
    ("name", "dpi", "drawn_at"), [("a.png", 192, 192), ("a.svg", 96, 300), ("a.pdf", 600, 600)]
)
def test_the_cloud_is_drawn_for_the_dots_that_it_gets(
    tmp_path: Path, name: str, dpi: int, drawn_at: int
) -> None:
    bench = Bench()
    bench.window.figure_changed.emit(FigureOptions(cloud=True, dpi=dpi))
    bench.window.answers["ask_save"] = str(tmp_path / name)
    bench.window.figure_saved.emit()
    picture = bench.screen.current().picture.frame.rgb
    assert cloud_size(picture, *FakeStill.size).width() == 1280  # of the page, as the picture
    assert bench.still.finer == [pytest.approx(1280 / 60 * drawn_at / 96)]


def test_texts_of_the_tool_stay_on_the_page_at_any_resolution() -> None:
    """At three times the dots the same place, three times as large."""
    picture = PictureModel(np.full((60, 80, 3), 255, np.uint8))
    text = ToolOverlay(texts=(ToolText((74.0, 30.0), "1.234 m"),))
    figure = Figure(picture, (), TapWeight.SIZE, True, tool=text)
    dark = []
    for dpi in (96, 288):
        image = np.asarray(Image.open(io.BytesIO(figure_png(figure, dpi))).convert("L"))
        rows, columns = np.nonzero(image < 60)
        dark.append(np.array([columns.min(), columns.max(), rows.min(), rows.max()]) * 96 / dpi)
    assert np.abs(dark[0] - dark[1]).max() < 3


def test_a_figure_is_copied(tmp_path: Path) -> None:
    bench = Bench()
    bench.window.figure_copied.emit()
    (pixels_,) = bench.window.shown["copy_image"]
    bench.window.answers["ask_save"] = str(tmp_path / "a.png")
    bench.figure.save()
    np.testing.assert_array_equal(pixels_, pixels((tmp_path / "a.png").read_bytes()))
    assert COPIED in [one.text for one in bench.reports]


def test_without_a_frame_that_is_said() -> None:
    bench = Bench(opened=False)
    for ask in (bench.figure.save, bench.figure.copy):
        ask()
        assert bench.reports[-1].text == NOTHING


def test_the_dialogue_tells_each_choice(qtbot: QtBot) -> None:
    dialog = FigureDialog(FigureOptions())
    qtbot.addWidget(dialog)
    heard: list[object] = []
    dialog.changed.connect(heard.append)
    dialog.saved.connect(lambda: heard.append("save"))
    dialog.copied.connect(lambda: heard.append("copy"))
    dialog.cloud.click()
    dialog.dpi.setValue(300)
    dialog.legend.click()
    dialog.save_button.click()
    dialog.copy_button.click()
    assert heard == [
        FigureOptions(cloud=True),
        FigureOptions(cloud=True, dpi=300),
        FigureOptions(legend=False, cloud=True, dpi=300),
        "save",
        "copy",
    ]


def test_the_dialogue_has_the_keyboard_once_the_file_is_named(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = FigureDialog(FigureOptions(), window)
    dialog.show()
    dialog.saved.connect(window.activateWindow)  # as after a dialogue for a file
    dialog.save_button.click()
    qtbot.waitUntil(dialog.isActiveWindow)


def test_the_options_are_saved_with_the_session(tmp_path: Path) -> None:
    view = ViewSettings(figure=FigureOptions(legend=False, cloud=True, dpi=300))
    data = json.loads(json.dumps(document_to_json(DocumentValue(view=view), tmp_path)))
    assert document_from_json(data, tmp_path)[0].view == view
    data["view"]["figure"] = {"dpi": 10**9}
    assert document_from_json(data, tmp_path)[0].view.figure == FigureOptions(dpi=1200)
    data["view"]["figure"] = ["legend"]
    back, remarks = document_from_json(data, tmp_path)
    assert back.view.figure == FigureOptions()
    assert len(remarks) == 1
