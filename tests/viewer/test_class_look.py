"""Classes on the picture: outlines, names, the confidence threshold, colours, and the hint."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from render_support import LABELS, frame, prediction
from session_support import FakeFrames, FakeView, make_frame, make_result
from views_support import legend_rows, probe_card

from sgnet_model.data.palettes import NYU40, SCHEMES
from sgnet_model.data.safe_palette import FREQUENT, safe_colours, safe_sequence
from sgnet_model.types import UserError
from sgnet_viewer.contract.commands import SHOW_ALL_LABELS
from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.contract.picture import RegionName
from sgnet_viewer.contract.window import Readout
from sgnet_viewer.controllers.class_look import ClassLookController
from sgnet_viewer.painting.region_names import placed
from sgnet_viewer.render.class_colours import class_colours
from sgnet_viewer.render.cloud import cloud_colours
from sgnet_viewer.render.legend import legend_rows as rows_of
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.regions import UNSURE_RGB, outlined, region_names
from sgnet_viewer.render.shown import Interaction, seen_settings
from sgnet_viewer.render.status import view_departures
from sgnet_viewer.sessions.colour_file import read_colours, write_colours
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.class_colours import with_colour
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import ClassPalette, PictureMode, ViewSettings
from sgnet_viewer.views.picture.legend_model import describe
from sgnet_viewer.views.picture.legend_view import LegendWidget
from sgnet_viewer.views.picture.readout_bar import class_text
from sgnet_viewer.views.probes.probe_card import CardWidget
from sgnet_viewer.views.probes.probe_cards import ProbeCards
from sgnet_viewer.views.window.colour_dialog import ClassColourDialog
from sgnet_viewer.views.window.confidence_dialog import ConfidenceDialog

OVERLAY = ViewSettings(mode=PictureMode.OVERLAY, opacity=1.0)
APART = 10.0  # CIE76: four times a difference that is just seen (2.3)

# Linear RGB as seen with a deficiency, by another model than the source's: Vienot, Brettel, Mollon
# (1999) for protan and deutan, Brettel, Vienot, Mollon (1997) for tritan, in sRGB's primaries.
PROTAN = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTAN = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
TRITAN = (
    ((1.01277, 0.13548, -0.14826), (-0.01243, 0.86812, 0.14431), (0.07589, 0.80500, 0.11911)),
    ((0.93678, 0.18979, -0.12657), (0.06154, 0.81526, 0.12320), (-0.37562, 1.12767, 0.24796)),
)
TRITAN_PLANE = (0.03901, -0.02788, -0.01113)


def linear(rgb: np.ndarray) -> np.ndarray:
    values = rgb / 255.0
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def seen(rgb: np.ndarray, kind: str) -> np.ndarray:
    """(N, 3) sRGB as linear RGB in the eyes of such a reader."""
    light = linear(rgb)
    if kind == "normal":
        return light
    if kind == "tritan":
        sides = [light @ np.array(side).T for side in TRITAN]
        upper = (light @ np.array(TRITAN_PLANE) >= 0)[:, None]
        return np.clip(np.where(upper, *sides), 0, 1)
    return np.clip(light @ np.array(PROTAN if kind == "protan" else DEUTAN).T, 0, 1)


def lab(light: np.ndarray) -> np.ndarray:
    """Through OpenCV, for which the numbers are 32-bit floats."""
    import cv2

    values = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return cv2.cvtColor(values[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]


def least_distance(colours: np.ndarray, kind: str) -> float:
    values = lab(seen(colours.astype(float), kind))
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(values, 2))


def frequent(palette: np.ndarray) -> np.ndarray:
    return palette[[NYU40.classes.index(name) for name in FREQUENT if name in NYU40.classes][:16]]


@pytest.mark.parametrize("kind", ["normal", "protan", "deutan", "tritan"])
def test_frequent_classes_stay_apart_in_the_safe_palette(kind: str) -> None:
    assert least_distance(frequent(safe_colours(NYU40)), kind) > APART


def test_the_data_sets_own_palette_does_not() -> None:
    assert least_distance(frequent(NYU40.palette), "deutan") < APART / 3


def test_every_scheme_has_safe_colours_and_they_differ() -> None:
    for scheme in SCHEMES.values():
        colours = safe_colours(scheme)
        assert len(np.unique(colours, axis=0)) == len(scheme.classes)
    assert len(np.unique(safe_sequence(255), axis=0)) == 255


def test_own_colours_win_over_every_palette() -> None:
    own = with_colour((), "bed", (1, 2, 3))
    for palette in ClassPalette:
        colours = class_colours(prediction().scheme, ViewSettings(palette=palette, own_colours=own))
        assert colours[1].tolist() == [1, 2, 3]
    assert with_colour(own, "bed", None) == ()


def test_colours_are_those_of_picture_list_cloud_and_truth() -> None:
    settings = replace(OVERLAY, own_colours=(("wall", (1, 2, 3)),))
    one, said = frame(), prediction()
    where = LABELS == 0
    assert (compose_picture(one, said, settings).image[where] == (1, 2, 3)).all()
    truth = compose_picture(one, said, replace(settings, mode=PictureMode.TRUTH)).image
    assert truth[0, 0].tolist() == [1, 2, 3]
    assert {row.colour for row in rows_of(one, said, settings) if row.name == "wall"} == {(1, 2, 3)}
    cloud = cloud_colours(one, said, settings, np.arange(12))
    assert (cloud[where.ravel()] == (1, 2, 3)).all()


@pytest.mark.parametrize("mode", [PictureMode.OVERLAY, PictureMode.LABELS])
def test_labels_below_the_threshold_are_hatched_and_their_share_is_said(mode: PictureMode) -> None:
    one, said = frame(), prediction()
    plain = compose_picture(one, said, replace(OVERLAY, mode=mode))
    picture = compose_picture(one, said, replace(OVERLAY, mode=mode, least_confidence=0.5))
    below = said.confidence < 0.5
    np.testing.assert_array_equal(picture.image[~below], plain.image[~below])
    assert (picture.image[below] != plain.image[below]).any(-1).all()
    assert len(np.unique(picture.image[below], axis=0)) == 2  # stripes
    assert f"{100 * below.mean():.0f} %" in picture.note
    assert plain.note == ""


def test_points_below_the_threshold_are_grey() -> None:
    said = prediction()
    colours = cloud_colours(frame(), said, replace(OVERLAY, least_confidence=0.5), np.arange(12))
    grey = (colours == UNSURE_RGB).all(-1)
    np.testing.assert_array_equal(grey, said.confidence.ravel() < 0.5)


def test_the_threshold_is_said_in_the_status_line() -> None:
    (said,) = view_departures(replace(OVERLAY, least_confidence=0.5))
    assert (said.text, said.command) == ("confidence from 0.50", SHOW_ALL_LABELS)


def test_outlines_run_along_borders_each_side_in_its_colour() -> None:
    labels = np.zeros((6, 8), np.uint8)
    labels[:, 5:] = 1
    colours = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)
    image = outlined(np.zeros((6, 8, 3), np.uint8), labels, colours)
    assert (image[:, 4] == (255, 0, 0)).all()
    assert (image[:, 5] == (0, 0, 255)).all()
    assert not image[:, :4].any()
    assert not image[:, 6:].any()
    labels[2:4, :] = 255  # of a class that is hidden
    image = outlined(np.zeros((6, 8, 3), np.uint8), labels, colours)
    assert not image[2:4].any()
    assert (image[1, :5] == (255, 0, 0)).all()


def test_outlines_are_drawn_over_the_bare_picture_but_not_while_it_flickers() -> None:
    settings = replace(OVERLAY, mode=PictureMode.RGB, outlines=True)
    picture = compose_picture(frame(), prediction(), settings)
    assert (picture.image != frame().rgb).any()
    shown = seen_settings(settings, Interaction(bare=True))
    assert seen_settings(settings, Interaction()) == settings
    assert (shown.mode, shown.outlines) == (PictureMode.RGB, False)


def test_names_stand_inside_their_regions_the_largest_first() -> None:
    labels = np.zeros((40, 60), np.uint8)
    labels[5:25, 30:55] = 1
    labels[30:38, 2:12] = 1  # a second region of the same class
    labels[0, 0] = 2  # too small for a name
    colours = np.array([[9, 9, 9], [8, 8, 8], [7, 7, 7]], np.uint8)
    names = region_names(labels, ("wall", "bed", "lamp"), colours)
    assert [one.name for one in names] == ["wall", "bed", "bed"]
    for one, class_index in zip(names, (0, 1, 1), strict=True):
        around = labels[one.v - 2 : one.v + 3, one.u - 2 : one.u + 3]
        assert (around == class_index).all()
    assert region_names(np.full((9, 9), 255, np.uint8), ("wall",), colours) == ()


@pytest.mark.usefixtures("qtbot")
def test_a_name_that_would_cover_another_is_left_out() -> None:
    names = tuple(RegionName(text, 0, 0, (1, 2, 3)) for text in ("wall", "bed", "lamp"))
    metrics = QFontMetricsF(QApplication.font())
    places = [QPointF(100, 100), QPointF(104, 102), QPointF(100, 160)]
    assert [one.name for one, _ in placed(names, places, metrics)] == ["wall", "lamp"]


def test_the_look_is_saved_with_the_session(tmp_path: Path) -> None:
    view = ViewSettings(
        least_confidence=0.4,
        outlines=True,
        region_names=True,
        palette=ClassPalette.SAFE,
        own_colours=(("wall", (1, 2, 3)),),
    )
    data = json.loads(json.dumps(document_to_json(DocumentValue(view=view), tmp_path)))
    assert document_from_json(data, tmp_path)[0].view == view
    data["view"]["own_colours"] = {"wall": "blue"}
    back, remarks = document_from_json(data, tmp_path)
    assert back.view == ViewSettings()
    assert len(remarks) == 1


def test_a_file_of_colours_is_read_back_and_another_refused(tmp_path: Path) -> None:
    own = (("floor", (255, 127, 14)), ("wall", (31, 119, 180)))
    path = tmp_path / "colours.json"
    write_colours(path, own)
    assert read_colours(path) == own
    for text in ('["wall"]', '{"wall": "red"}', "{"):
        path.write_text(text)
        with pytest.raises(UserError, match="has no class colours"):
            read_colours(path)


class Bench:
    """The controller of the classes' look over one result."""

    def __init__(self) -> None:
        self.window: Any = FakeView(parts=True)
        self.session, self.reports = Session(), list[Report]()
        self.view = ViewState(document=self.session.document)
        notices = Notices()
        notices.added.connect(self.reports.append)
        self.look = ClassLookController(self.window, self.session, self.view, notices)
        one = make_frame()
        self.session.set_frames(FakeFrames(one), Target(("x",)))
        self.session.set_frame(0, one)
        self.result = make_result(one)
        self.session.set_result(self.result)


def test_a_class_is_coloured_and_given_back() -> None:
    bench = Bench()
    scheme = bench.result.prediction.scheme
    bench.window.legend.colour_requested.emit(0)
    assert bench.window.shown["ask_colour"] == (
        scheme.classes[0],
        tuple(scheme.palette[0].tolist()),
    )
    bench.window.class_coloured.emit(scheme.classes[0], (1, 2, 3))
    assert bench.view.settings.own_colours == ((scheme.classes[0], (1, 2, 3)),)
    bench.window.class_coloured.emit(scheme.classes[0], None)
    assert bench.view.settings.own_colours == ()
    bench.session.document.undo()
    assert bench.view.settings.own_colours == ((scheme.classes[0], (1, 2, 3)),)
    bench.look.forget()
    assert bench.view.settings.own_colours == ()


def test_the_dialogues_act(qtbot: QtBot) -> None:
    colour = ClassColourDialog("wall", (10, 20, 30))
    confidence = ConfidenceDialog(0.3)
    for dialog in (colour, confidence):
        qtbot.addWidget(dialog)
    chosen: list[tuple[str, object]] = []
    colour.entered.connect(lambda name, rgb: chosen.append((name, rgb)))
    assert colour.currentColor() == QColor(10, 20, 30)
    colour.setCurrentColor(QColor(40, 50, 60))
    colour.accept()
    colour.back.click()
    assert chosen == [("wall", (40, 50, 60)), ("wall", None)]
    entered: list[float] = []
    confidence.entered.connect(entered.append)
    confidence.slider.setValue(70)
    assert entered == [0.7]
    assert confidence.number.value() == pytest.approx(0.7)


def test_a_click_on_the_swatch_asks_for_a_colour(qtbot: QtBot) -> None:
    legend = LegendWidget()
    qtbot.addWidget(legend)
    legend.resize(300, 200)
    legend.set_rows(legend_rows())
    legend.show()
    asked: list[int] = []
    isolated: list[int] = []
    legend.colour_requested.connect(asked.append)
    legend.isolated.connect(isolated.append)
    row = legend.list.visualRect(legend.list.model().index(0, 0))
    at = QPoint(row.left() + 34, row.center().y())
    QTest.mouseClick(legend.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert (asked, isolated) == ([legend_rows()[0].index], [])


def test_a_label_of_low_confidence_comes_with_a_hint(qtbot: QtBot) -> None:
    sure = Readout(1, 2, 1.0, (0.0, 0.0, 1.0), "chair", (1, 2, 3), 0.8)
    assert "unsure" not in class_text(sure)
    assert class_text(replace(sure, probability=0.42)) == "chair  0.42 unsure"
    row = LegendRow(0, "chair", (1, 2, 3), 0.3, True, confidence=0.41)
    assert "unsure" in describe(row)
    assert "unsure" not in describe(replace(row, confidence=0.7))
    cards = ProbeCards()
    qtbot.addWidget(cards)
    card = replace(probe_card(), classes=(("chair", (1, 2, 3), 0.42), ("table", (3, 2, 1), 0.38)))
    cards.set_cards((card,), 1)
    label = cards.findChild(CardWidget)._probability
    assert label.text() == "0.42 unsure"
    assert "0.38 to table" in label.toolTip()


def test_the_list_knows_how_sure_each_class_is() -> None:
    said = prediction()
    for row in rows_of(frame(), said, ViewSettings()):
        expected = float(said.confidence[row.index == LABELS].mean())
        assert row.confidence == pytest.approx(expected)
