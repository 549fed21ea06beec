"""Taps coloured by what an answer says of each: picture, cloud, bar, file, and the way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from session_support import make_frame, make_result

from sgnet_model.inspection.finding import Check, Finding, Taps
from sgnet_model.inspection.probe import probe
from sgnet_viewer.contract.picture import MapOverlay, PictureModel
from sgnet_viewer.exports.figure import Figure
from sgnet_viewer.exports.pages import figure_svg
from sgnet_viewer.render.cloud import cloud_marks
from sgnet_viewer.render.finding import with_overlays
from sgnet_viewer.render.layer_colours import layer_colours
from sgnet_viewer.render.mark_shapes import tap_styles
from sgnet_viewer.render.shown import Findings, resolve
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.probe_points import ProbePoints
from sgnet_viewer.state.result import FrameAnswers
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import TapColour, TapWeight, ViewSettings
from sgnet_viewer.views.picture.picture_view import PictureWidget

PIXEL = (60, 40)
RESULT = make_result(make_frame())
PROBE = probe(RESULT.prediction, *PIXEL, RESULT.frame.depth_m, RESULT.frame.intrinsics)
LAYER = PROBE.layers[1]


def values(numbers: np.ndarray) -> TapValues:
    part = Taps("influence_taps", "influence", LAYER, numbers, "logit")
    found = TapValues.of(Finding("influence", PIXEL, None, (Check("c", 0.0),), (part,)))
    assert found is not None
    return found


SIGNED = values(np.array([-2.0, 0, 1, 0, 0, 0, 0, 0, 0]))


def test_zero_is_white_and_the_scale_is_that_of_the_strongest_tap() -> None:
    colours = SIGNED.colours(LAYER.name)
    assert colours is not None
    assert colours[1] == colours[8]
    assert min(colours[1]) > 240
    assert colours[0][2] > colours[0][0]  # blue: worked against it
    assert colours[2][0] > colours[2][2]  # red: held it up
    assert (SIGNED.bar.low, SIGNED.bar.high, SIGNED.bar.title) == (-2.0, 2.0, "taps: logit")
    assert SIGNED.colours("layer1.2") is None
    assert values(np.arange(9.0)).bar.low == 0.0


def shown(colour: TapColour, pixel: tuple[int, int] = PIXEL) -> tuple[object, ...]:
    session = Session()
    session.set_frame(0, RESULT.frame)
    session.set_result(RESULT)
    document = DocumentValue(
        probes=ProbePoints().added(*pixel), view=ViewSettings(tap_colour=colour)
    )
    answers: FrameAnswers = session.known
    known = {pixel: probe(RESULT.prediction, *pixel, RESULT.frame.depth_m, RESULT.frame.intrinsics)}
    one = resolve(document, answers, Findings(known, taps=SIGNED))
    assert one.marks is not None
    (marks,) = one.marks.make()
    return one.tap_bar, next(taps.colours for taps in marks.taps if taps.layer == LAYER.name)


def test_the_taps_of_its_probe_take_the_colours_unless_layers_are_asked_for() -> None:
    assert shown(TapColour.ANSWER) == (SIGNED.bar, SIGNED.colours(LAYER.name))
    assert shown(TapColour.LAYER) == (None, None)
    assert shown(TapColour.ANSWER, (10, 10)) == (None, None)


def test_each_tap_is_drawn_in_its_own_colour() -> None:
    session_marks = shown(TapColour.ANSWER)[1]
    from sgnet_viewer.render.taps import probe_marks

    settings = ViewSettings(layer=LAYER.name)
    (taps,) = probe_marks(PROBE, 1, settings, True, SIGNED).taps
    styles = tap_styles(taps, TapWeight.SIZE)
    assert tuple(style.colour for style in styles) == session_marks
    (plain,) = probe_marks(PROBE, 1, settings, True).taps
    assert {style.colour for style in tap_styles(plain, TapWeight.SIZE)} == {plain.colour}


def test_the_cloud_has_them_too() -> None:
    settings = ViewSettings(layer=LAYER.name)
    known = np.isfinite(LAYER.points_m).all(-1)
    _, rgba, *_ = cloud_marks(((PROBE, True),), settings, (), SIGNED)
    expected = np.array(SIGNED.colours(LAYER.name))[known]
    assert np.array_equal(rgba[: len(expected), :3], expected)
    _, rgba, *_ = cloud_marks(((PROBE, True),), settings, (), replace(SIGNED, pixel=(0, 0)))
    names = tuple(layer.name for layer in PROBE.layers)
    assert tuple(rgba[0, :3]) == layer_colours(names)[LAYER.name]


@pytest.mark.usefixtures("qapp")  # fonts need it
def test_the_file_shows_map_and_both_bars() -> None:
    picture = PictureModel(np.zeros((20, 30, 3), np.uint8))
    image = np.zeros((20, 30, 4), np.uint8)
    image[5, 6] = (255, 0, 0, 255)
    mixed = with_overlays(picture, (MapOverlay(image, SIGNED.bar, "A"),))
    assert (mixed.image[5, 6].tolist(), mixed.image[0, 0].tolist()) == ([255, 0, 0], [0, 0, 0])
    svg = figure_svg(Figure(mixed, (), TapWeight.SIZE, True, SIGNED.bar)).decode()
    assert svg.count("taps: logit") == 2
    assert "−2.00" in svg
    alone = figure_svg(Figure(picture, (), TapWeight.SIZE, True)).decode()
    assert "taps: logit" not in alone


def test_the_taps_bar_stands_above_the_pictures(qtbot: QtBot) -> None:
    view = PictureWidget()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.set_picture(PictureModel(np.zeros((20, 30, 3), np.uint8), SIGNED.bar))
    view.set_tap_bar(SIGNED.bar)
    lower, upper = view.labels.bar.geometry(), view.labels.tap_bar.geometry()
    assert upper.bottom() < lower.top()
    view.set_tap_bar(None)
    assert not view.labels.tap_bar.isVisible()
