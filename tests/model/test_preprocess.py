"""The only definition of the network's input, by hand-worked values."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from sgnet_model.config import VARIANTS
from sgnet_model.holes import fill_holes
from sgnet_model.preprocess import check_picture, rgb_tensor, smooth_depth, spatial_tensor
from sgnet_model.resize import resize_nearest, resize_rgb
from sgnet_model.types import Intrinsics, UserError

DEPTH = VARIANTS["sgnet-r50"]
CAMERA = Intrinsics(500.0, 400.0, 31.5, 23.5, 64, 48)


def test_mean_is_taken_and_channels_are_reversed() -> None:
    rgb = np.zeros((32, 40, 3), np.uint8)
    rgb[..., 0] = 200  # red
    tensor = rgb_tensor(rgb, (32, 40))
    assert tensor.shape == (1, 3, 32, 40)
    assert tensor[0, 2].numpy() == pytest.approx(200 - 122.675)
    assert tensor[0, 0].numpy() == pytest.approx(-104.008)


def test_depth_goes_in_as_it_is_holes_included() -> None:
    depth = np.arange(12, dtype=np.float32).reshape(3, 4)
    tensor = spatial_tensor(depth, CAMERA, (3, 4), DEPTH)
    assert tensor is not None
    assert (tensor[0, 0].numpy() == depth).all()


def test_resized_depth_never_mixes_two_surfaces() -> None:
    depth = np.where(np.arange(64) < 31, 1.0, 5.0)[None].repeat(48, 0).astype(np.float32)
    tensor = spatial_tensor(depth, CAMERA, (40, 50), DEPTH)
    assert tensor is not None
    assert set(np.unique(tensor.numpy())) == {1.0, 5.0}


def test_resized_depth_is_that_under_each_new_pixels_centre() -> None:
    depth = np.arange(1, 97, dtype=np.float32)[None].repeat(96, 0)
    tensor = spatial_tensor(depth, CAMERA, (32, 32), DEPTH)
    assert tensor is not None
    assert tensor[0, 0, 0].tolist() == list(range(2, 97, 3))  # the middle one of three


def test_nearest_resize_by_hand() -> None:
    values = np.array([[1, 2], [3, 4]])
    assert resize_nearest(values, (4, 4)).tolist() == [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
        [3, 3, 4, 4],
        [3, 3, 4, 4],
    ]
    assert resize_nearest(np.arange(6)[None], (1, 3)).tolist() == [[1, 3, 5]]
    assert resize_nearest(np.arange(6)[:, None], (3, 1)).ravel().tolist() == [1, 3, 5]


@pytest.mark.parametrize("new", [1, 7, 31, 60, 425, 641])
@pytest.mark.parametrize("old", [2, 8, 10, 61, 480, 640])
def test_nearest_resize_takes_the_pixel_under_each_centre(old: int, new: int) -> None:
    """Also where it falls between two, as at 2 -> 7."""
    under = [Fraction(2 * place + 1, 2 * new) * old for place in range(new)]
    expected = [math.floor(position) for position in under]
    columns = resize_nearest(np.arange(old, dtype=np.float32)[None], (1, new))
    rows = resize_nearest(
        np.arange(old, dtype=np.uint8 if old < 256 else np.int64)[:, None], (new, 1)
    )
    assert columns[0].tolist() == rows[:, 0].tolist() == expected
    assert columns.dtype == np.float32


def test_a_picture_is_averaged_only_where_it_shrinks_both_ways() -> None:
    """Else averaging along the one would leave the other to the nearest pixels."""
    rows = np.array([0, 100, 100, 0, 40, 80, 80, 40], np.uint8)
    picture = np.broadcast_to(rows[:, None, None], (8, 16, 3)).copy()
    assert resize_rgb(picture, (2, 4))[:, 0, 0].tolist() == [50, 60]  # means of four
    assert resize_rgb(picture, (2, 32))[:, 0, 0].tolist() == [100, 80]  # of the middle two


def test_holes_take_the_nearest_depth_where_configured() -> None:
    depth = np.zeros((40, 40), np.float32)
    depth[5, 5], depth[30, 30] = 2.0, 3.0
    filled = fill_holes(depth)
    assert filled[0, 0] == filled[10, 12] == 2.0
    assert filled[39, 39] == filled[25, 26] == 3.0
    assert filled[5, 5] == 2.0
    tensor = spatial_tensor(depth, CAMERA, (40, 40), replace(DEPTH, fill_holes=True))
    assert tensor is not None
    assert (tensor[0, 0].numpy() == filled).all()
    assert depth[0, 0] == 0  # the frame's own depth is untouched


@pytest.mark.parametrize(
    ("shape", "valid"),
    [((60, 80), 0.5), ((60, 80), 0.02), ((61, 83), 0.001), ((1, 40), 0.1), ((40, 1), 0.1)],
)
def test_the_nearest_depth_is_the_nearest(shape: tuple[int, int], valid: float) -> None:
    """Against all distances between all pixels: squared and whole, so there is no tolerance.

    Every valid pixel's depth is its number, which tells where a filled one comes from.
    """
    rng = np.random.default_rng(sum(shape))
    known = rng.random(shape) < valid
    known.flat[0] = True
    number = np.arange(1, known.size + 1, dtype=np.float32).reshape(shape)
    source = fill_holes(np.where(known, number, np.float32(0))).astype(np.int64) - 1
    rows, columns = np.indices(shape)
    from_rows, from_columns = np.divmod(source, shape[1])
    squared = (rows - from_rows) ** 2 + (columns - from_columns) ** 2
    at = np.argwhere(known)
    every = (rows[..., None] - at[:, 0]) ** 2 + (columns[..., None] - at[:, 1]) ** 2
    assert (squared == every.min(-1)).all()
    assert (source[known] == number[known] - 1).all()


def test_real_holes_take_the_nearest_depth(shared_data: Path) -> None:
    """A Kinect's frame, a quarter of it missing: every distance is OpenCV's exact one."""
    raw = cv2.imread(str(shared_data / "nyuv2/0001/depth_raw_mm.png"), cv2.IMREAD_UNCHANGED)
    missing = raw == 0
    number = np.arange(1, raw.size + 1, dtype=np.float32).reshape(raw.shape)
    source = fill_holes(np.where(missing, np.float32(0), number)).astype(np.int64) - 1
    rows, columns = np.indices(raw.shape)
    distance = np.hypot(rows - source // raw.shape[1], columns - source % raw.shape[1])
    exact = cv2.distanceTransform(missing.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    assert np.abs(distance - exact).max() < 1e-4


def test_coordinates() -> None:
    depth = np.full((48, 64), 2.0, np.float32)
    depth[0, 0] = 0
    tensor = spatial_tensor(depth, CAMERA, (48, 64), replace(DEPTH, spatial="xyz"))
    assert tensor is not None
    assert tensor[0, :, 10, 20].numpy() == pytest.approx(
        [(20 - 31.5) * 2 / 500, (10 - 23.5) * 2 / 400, 2.0]
    )
    assert (tensor[0, :, 0, 0].numpy() == 0).all()


def test_features_guide_themselves_without_spatial_input() -> None:
    config = replace(DEPTH, spatial="feature")
    assert spatial_tensor(np.ones((48, 64), np.float32), CAMERA, (48, 64), config) is None


@pytest.mark.parametrize(
    ("rgb", "depth", "said"),
    [
        (np.zeros((40, 40), np.uint8), np.ones((40, 40), np.float32), "uint8 of shape"),
        (np.zeros((40, 40, 3), float), np.ones((40, 40), np.float32), "float64"),
        (np.zeros((40, 40, 3), np.uint8), np.ones((40, 41), np.float32), "(40, 41)"),
        (np.zeros((40, 40, 3), np.uint8), np.ones((40, 40), np.uint16), "uint16"),
        (np.zeros((16, 40, 3), np.uint8), np.ones((16, 40), np.float32), "at least 32"),
        (np.zeros((40, 40, 3), np.uint8), np.full((40, 40), np.nan, np.float32), "NaN"),
        (np.zeros((40, 40, 3), np.uint8), np.full((40, 40), -1, np.float32), "negative"),
        (np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.float32), "no valid pixel"),
        (np.zeros((40, 40, 3), np.uint8), None, "depth is of type NoneType"),
        ([[0]], np.ones((40, 40), np.float32), "picture is of type list"),
        (np.zeros((40, 40, 3), np.uint8), torch.ones(40, 40), "depth is of type Tensor"),
        (np.zeros((40, 40, 3), np.uint8), np.full((40, 40), 1850.0, np.float32), "millimetres"),
    ],
)
def test_what_cannot_be_used_is_said(rgb: np.ndarray, depth: np.ndarray, said: str) -> None:
    with pytest.raises(UserError) as error:
        check_picture(rgb, depth)
    assert said in str(error.value)


def test_depth_of_files_and_below_a_far_sky_is_taken() -> None:
    rgb, ground = np.zeros((40, 40, 3), np.uint8), np.full((40, 40), 500, np.float32)
    check_picture(rgb, ground)  # no file's depth goes beyond 1000 m
    ground[:30], ground[30:] = 65535, 5
    check_picture(rgb, ground)


def test_smoothing_takes_noise_away_and_keeps_edges_and_holes() -> None:
    random = np.random.default_rng(0)
    truth = np.where(np.arange(64) < 31, 2.0, 3.0)[None].repeat(48, 0)
    noisy = (truth + 0.01 * random.standard_normal(truth.shape)).astype(np.float32)
    noisy[20, 20] = 0
    smooth = smooth_depth(noisy)
    assert smooth.dtype == np.float32
    assert smooth[20, 20] == 0
    error = np.delete((smooth - truth).ravel(), 20 * 64 + 20)
    assert error.std() < 0.004  # a third of the noise
    assert np.abs(error).max() < 0.05  # no pixel took depth from across the step of 1 m


def test_a_bilateral_weight_by_hand() -> None:
    """Two values within reach of each other: exp(-(step / (0.05 median))^2 / 2) at distance 1."""
    depth = np.full((32, 32), 2.0, np.float32)
    depth[16, 16] = 2.1  # one step of range: 5 % of the median
    offsets = np.mgrid[-3:4, -3:4]
    near = np.exp(-(offsets**2).sum(0) / (2 * 3.5**2))[(offsets**2).sum(0) <= 9]
    others = (near.sum() - 1) * math.exp(-0.5)
    wanted = (2.1 + 2.0 * others) / (1 + others)
    assert smooth_depth(depth)[16, 16] == pytest.approx(wanted, abs=2e-4)


def test_depth_is_smoothed_only_where_the_configuration_says_so() -> None:
    depth = (2 + 0.01 * np.random.default_rng(1).random((48, 64))).astype(np.float32)
    depth[10:20, 10:20] = 0
    plain, chosen = VARIANTS["sgnet-compact"], VARIANTS["sgnet-compact-smooth"]
    assert replace(chosen, variant=plain.variant, smooth_depth=False) == plain
    filled = spatial_tensor(depth, CAMERA, (48, 64), plain)
    smooth = spatial_tensor(depth, CAMERA, (48, 64), chosen)
    assert filled is not None
    assert smooth is not None
    assert (filled[0, 0].numpy() == fill_holes(depth)).all()
    assert (smooth[0, 0].numpy() == smooth_depth(fill_holes(depth))).all()


def test_a_frame_without_depth_is_not_smoothed() -> None:
    assert not smooth_depth(np.zeros((32, 32), np.float32)).any()
