"""Every mode of the picture, the legend and the readout, on a frame small enough to check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from render_support import LABELS, SCHEME, frame, prediction

from sgnet_model.colour import MISSING_RGB
from sgnet_model.types import LabelScheme
from sgnet_viewer.render.depth import NO_DEPTH
from sgnet_viewer.render.legend import legend_rows
from sgnet_viewer.render.no_result import NO_USABLE_DEPTH
from sgnet_viewer.render.picture import (
    HIDDEN_RGB,
    NO_RESULT,
    OTHER_CLASSES,
    VOID_RGB,
    compose_picture,
)
from sgnet_viewer.render.readout import readout_at
from sgnet_viewer.render.truth import NO_TRUTH, truth_for, truth_name
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings

WALL, BED, LAMP = range(3)
OTHER = LabelScheme("two", ("a", "b"), np.zeros((2, 3), np.uint8))


def settings(mode: PictureMode, *hidden: int, opacity: float = 0.5) -> ViewSettings:
    return ViewSettings(mode=mode, opacity=opacity, hidden=frozenset(hidden))


@pytest.mark.parametrize("mode", list(PictureMode))
def test_every_mode_gives_a_picture_of_the_frames_size(mode: PictureMode) -> None:
    picture = compose_picture(frame(), prediction(), settings(mode))
    assert picture.image.shape == (3, 4, 3)
    assert picture.image.dtype == np.uint8


@pytest.mark.parametrize(
    ("mode", "note"),
    [
        (PictureMode.OVERLAY, NO_USABLE_DEPTH),
        (PictureMode.LABELS, NO_USABLE_DEPTH),
        (PictureMode.CONFIDENCE, NO_USABLE_DEPTH),
        (PictureMode.ERROR, NO_USABLE_DEPTH),
        (PictureMode.DEPTH, NO_DEPTH),
        (PictureMode.TRUTH, NO_TRUTH),
    ],
)
def test_what_is_missing_is_said_and_the_picture_stays(mode: PictureMode, note: str) -> None:
    bare = frame(truth=None, depth=None)
    picture = compose_picture(bare, None, settings(mode))
    assert picture.note == note
    np.testing.assert_array_equal(picture.image, bare.rgb)
    waiting = compose_picture(frame(), None, settings(PictureMode.OVERLAY))
    assert waiting.note == NO_RESULT


def test_overlay_mixes_by_opacity_and_leaves_hidden_classes_alone() -> None:
    one = frame()
    image = compose_picture(one, prediction(), settings(PictureMode.OVERLAY, BED, opacity=0.25))
    expected = one.rgb * 0.75 + SCHEME.palette[LABELS] * 0.25
    expected[LABELS == BED] = one.rgb[LABELS == BED]
    np.testing.assert_allclose(image.image, expected, atol=1)


def test_labels_grey_hidden_classes_and_keep_the_palette() -> None:
    image = compose_picture(frame(), prediction(), settings(PictureMode.LABELS, BED)).image
    assert (image[LABELS == BED] == HIDDEN_RGB).all()
    assert (image[LABELS == LAMP] == (0, 0, 200)).all()
    assert SCHEME.palette[BED].tolist() == [0, 200, 0]


def test_a_hidden_class_of_another_network_is_ignored() -> None:
    plain = compose_picture(frame(), prediction(), settings(PictureMode.LABELS)).image
    image = compose_picture(frame(), prediction(), settings(PictureMode.LABELS, 39)).image
    np.testing.assert_array_equal(image, plain)


def test_depth_has_a_bar_in_metres_and_marks_holes() -> None:
    picture = compose_picture(frame(), None, settings(PictureMode.DEPTH))
    assert picture.bar is not None
    assert picture.bar.unit == "m"
    assert picture.bar.low == pytest.approx(1.0)
    assert 2.0 < picture.bar.high <= 4.0
    assert tuple(picture.image[1, 1]) == MISSING_RGB
    assert tuple(picture.image[0, 0]) == tuple(picture.bar.colours[0])
    assert tuple(picture.image[2, 2]) == tuple(picture.bar.colours[255])


def test_confidence_spans_nought_to_one() -> None:
    picture = compose_picture(frame(), prediction(), settings(PictureMode.CONFIDENCE))
    assert picture.bar is not None
    assert (picture.bar.low, picture.bar.high) == (0.0, 1.0)
    assert tuple(picture.image[0, 0]) == tuple(picture.bar.colours[0])
    assert tuple(picture.image[2, 3]) == tuple(picture.bar.colours[255])


def test_truth_is_shifted_by_void() -> None:
    image = compose_picture(frame(), None, settings(PictureMode.TRUTH)).image
    assert tuple(image[0, 0]) == (200, 0, 0)
    assert tuple(image[2, 0]) == (0, 0, 200)
    assert tuple(image[2, 1]) == (0, 0, 0)


def test_error_tells_right_wrong_and_void_apart() -> None:
    one = frame()
    picture = compose_picture(one, prediction(), settings(PictureMode.ERROR))
    image = picture.image.astype(int)
    red_over_green = image[..., 0] - image[..., 1]
    assert (red_over_green > 60).nonzero() == (np.array([1]), np.array([2]))
    assert tuple(picture.image[2, 1]) == VOID_RGB
    assert image[1, 1].tolist() == [round(0.35 * one.rgb[1, 1].mean())] * 3
    assert picture.note == "90.0 % of the labelled pixels are right"


def test_errors_of_classes_that_are_ticked_off_are_neither_shown_nor_counted() -> None:
    """By the truth: the one wrong pixel is a wall."""
    without_walls = compose_picture(frame(), prediction(), settings(PictureMode.ERROR, WALL))
    assert without_walls.note == "100.0 % of the labelled pixels are right"
    assert tuple(without_walls.image[1, 2]) == tuple(without_walls.image[0, 0]) == VOID_RGB
    without_beds = compose_picture(frame(), prediction(), settings(PictureMode.ERROR, BED))
    assert without_beds.note == "85.7 % of the labelled pixels are right"  # six of seven


def test_truth_of_other_classes_is_shown_but_not_scored() -> None:
    other = frame(truth=np.ones((3, 4), np.uint8), scheme=OTHER)
    assert compose_picture(other, prediction(), settings(PictureMode.ERROR)).note == OTHER_CLASSES
    assert truth_for(other, prediction()) is None
    assert {row.iou for row in legend_rows(other, prediction(), ViewSettings())} == {None}
    assert compose_picture(other, prediction(), settings(PictureMode.TRUTH)).note == ""


def test_truth_without_a_scheme_counts_as_far_as_its_labels_fit() -> None:
    assert truth_for(frame(scheme=None), prediction()) is not None
    beyond = frame(truth=np.full((3, 4), 9, np.uint8), scheme=None)
    assert truth_for(beyond, prediction()) is None
    assert truth_name(beyond, 0, 0) == "class 9"
    assert compose_picture(beyond, None, settings(PictureMode.TRUTH)).image.any()


def test_legend_is_sorted_by_share_and_scored() -> None:
    rows = legend_rows(frame(), prediction(), ViewSettings(hidden=frozenset({LAMP})))
    assert [row.name for row in rows] == ["wall", "bed", "lamp"]
    assert [row.share for row in rows] == pytest.approx([6 / 12, 5 / 12, 1 / 12])
    assert [row.shown for row in rows] == [True, True, False]
    assert rows[0].colour == (200, 0, 0)
    # wall: 5 right, 1 missed; bed: 3 right, 1 too many (void pixels do not count)
    assert [row.iou for row in rows] == pytest.approx([5 / 6, 3 / 4, 1.0])
    sure = [prediction().confidence[label == LABELS].mean() for label in (WALL, BED, LAMP)]
    assert [row.confidence for row in rows] == pytest.approx(sure)


@pytest.mark.parametrize("pixels", [1, 8])
def test_legend_counts_a_few_rows_at_a_time(pixels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = legend_rows(frame(), prediction(), ViewSettings())
    monkeypatch.setattr("sgnet_viewer.render.legend.COUNTED_AT_ONCE", pixels)
    assert legend_rows(frame(), prediction(), ViewSettings()) == rows


def test_legend_leaves_out_what_the_picture_does_not_hold() -> None:
    labels = np.where(LABELS == LAMP, 0, LABELS).astype(np.uint8)
    rows = legend_rows(frame(None), replace(prediction(), labels=labels), ViewSettings())
    assert [(row.name, row.iou) for row in rows] == [("wall", None), ("bed", None)]


def test_readout_with_and_without_depth_and_result() -> None:
    read = readout_at(frame(), prediction(), ViewSettings(), 2, 2)
    assert read.depth_m == 4.0
    assert read.xyz_m == pytest.approx((1.0, 2.0, 4.0))  # (u - cx) z / f = 0.5 * 4 / 2
    assert (read.name, read.colour, read.truth) == ("wall", (200, 0, 0), "wall")
    assert read.probability == pytest.approx(10 / 11)
    hole = readout_at(frame(None), None, ViewSettings(), 1, 1)
    assert (hole.depth_m, hole.xyz_m, hole.name, hole.truth) == (None, None, None, None)
    assert readout_at(frame(), None, ViewSettings(), 1, 2).truth == "void"
