"""Labels, depth and other quantities as RGB."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.colour import (
    MISSING_RGB,
    Ramp,
    blend,
    confidence_image,
    depth_image,
    label_image,
    missing_rgb,
    ramp_colours,
    ramp_image,
    robust_range,
    truth_image,
)

PALETTE = np.array([(200, 0, 0), (0, 100, 0), (0, 0, 50)], np.uint8)
COLOURED = [ramp for ramp in Ramp if ramp not in (Ramp.GREY, Ramp.TURBO)]


def test_labels_and_truth_number_their_classes_differently() -> None:
    labels = np.array([[0, 2]], np.uint8)
    assert label_image(labels, PALETTE).tolist() == [[[200, 0, 0], [0, 0, 50]]]
    assert truth_image(labels, PALETTE).tolist() == [[[0, 0, 0], [0, 100, 0]]]


def test_blend_mixes_where_shown() -> None:
    rgb = np.full((1, 3, 3), 100, np.uint8)
    colours = np.full((1, 3, 3), 200, np.uint8)
    shown = np.array([[True, False, True]])
    assert blend(rgb, colours, 0.25, shown)[0, :, 0].tolist() == [125, 100, 125]
    assert (blend(rgb, colours, 0.0) == 100).all()
    assert (blend(rgb, colours, 7.0) == 200).all()
    assert (rgb == 100).all()


@pytest.mark.parametrize("ramp", COLOURED)
def test_ramps_run_from_dark_to_bright_and_never_look_like_missing(ramp: Ramp) -> None:
    colours = ramp_colours(ramp).astype(float)
    brightness = colours @ (0.299, 0.587, 0.114)
    assert np.diff(brightness).min() > -1  # 8-bit rounding
    assert brightness[-1] - brightness[0] > 150
    assert np.abs(colours - missing_rgb(ramp)).max(1).min() > 40


@pytest.mark.parametrize("ramp", list(Ramp))
def test_no_ramp_has_the_colour_of_what_is_missing(ramp: Ramp) -> None:
    colours = ramp_colours(ramp).astype(float)
    assert np.abs(colours - missing_rgb(ramp)).max(1).min() > 40


def test_viridis_is_rgb_not_bgr() -> None:
    assert ramp_colours(Ramp.VIRIDIS)[0].tolist() == [68, 1, 84]
    assert ramp_colours(Ramp.VIRIDIS)[255].tolist() == [253, 231, 37]


def test_values_are_clipped_to_the_range_and_holes_told_apart() -> None:
    values = np.array([[-5.0, 1.0, 2.0, 3.0, 99.0, np.nan, 2.0]])
    valid = np.array([[True] * 6 + [False]])
    image = ramp_image(values, 1.0, 3.0, Ramp.GREY, valid)
    assert image[0, :5, 0].tolist() == [0, 0, 128, 255, 255]
    assert image[0, 5:].tolist() == [list(missing_rgb(Ramp.GREY))] * 2


def test_an_empty_range_shows_the_middle() -> None:
    assert (ramp_image(np.ones((2, 2)), 1.0, 1.0, Ramp.GREY) == 128).all()


def test_depth_takes_a_range_that_strays_do_not_set() -> None:
    depth = np.linspace(1, 2, 1000, dtype=np.float32).reshape(10, 100)
    depth[0, 0], depth[0, 1] = 0.0, 60.0
    low, high = robust_range(depth[depth > 0])
    assert (low, high) == pytest.approx((1.02, 1.98), abs=0.01)
    image = depth_image(depth)
    assert image[0, 0].tolist() == list(MISSING_RGB)
    assert image[0, 1].tolist() == ramp_colours(Ramp.VIRIDIS)[255].tolist()
    assert depth_image(depth, (0.0, 1000.0))[5, 5].tolist() == [68, 1, 84]


def test_a_frame_without_depth_is_all_missing() -> None:
    assert (depth_image(np.zeros((3, 4), np.float32)) == MISSING_RGB).all()


def test_confidence_uses_the_full_range_in_every_frame() -> None:
    image = confidence_image(np.array([[0.0, 1.0]], np.float32))
    np.testing.assert_array_equal(image[0], ramp_colours(Ramp.MAGMA)[[0, 255]])
