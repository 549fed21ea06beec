"""The faults of other cameras: each does what it says, at its chance, and to its own part only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from sgnet_model.training.augment import Sample, augment
from sgnet_model.training.depth_faults import FAR, HOLE_SHARE, holes, rough_plane
from sgnet_model.training.picture_faults import (
    MEAN_GREY,
    blurred,
    colour_cast,
    compressed,
    dark,
    grey,
    noisy,
    with_gamma,
)
from sgnet_model.training.settings import AugmentSettings
from sgnet_model.types import FloatArray, Intrinsics, UInt8Array, UserError

PLAIN = AugmentSettings(crop=(96, 128), scale=(1.0, 1.0), flip=0)
OF_PICTURE = ("dark", "grey", "colour_cast", "gamma", "blur", "noise", "jpeg", "drop_picture")
OF_DEPTH = ("holes", "plane_depth")


def _rgb() -> UInt8Array:
    return np.random.default_rng(5).integers(0, 256, (96, 128, 3), dtype=np.uint8)


def _depth() -> FloatArray:
    """A floor and a wall that meet at row 48, with a hole."""
    rows = np.arange(96, dtype=np.float32)[:, None].repeat(128, 1)
    depth = np.where(rows > 48, 4 * 48 / np.maximum(rows, 1), 4).astype(np.float32)
    depth[10:14, 10:14] = 0
    return depth


def _sample() -> Sample:
    labels = np.ones((96, 128), np.uint8)
    labels[:, 64:] = 7
    return Sample(_rgb(), _depth(), labels, Intrinsics(120.0, 120.0, 63.5, 47.5, 128, 96))


@pytest.mark.parametrize("name", OF_PICTURE)
def test_a_fault_of_the_picture_leaves_depth_and_labels_alone(name: str) -> None:
    made = augment(_sample(), replace(PLAIN, **{name: 1.0}), np.random.default_rng(1))
    assert (made.rgb != _rgb()).any()
    assert made.rgb.dtype == np.uint8
    assert (made.depth == _depth()).all()
    assert (made.labels == _sample().labels).all()


@pytest.mark.parametrize("name", OF_DEPTH)
def test_a_fault_of_depth_leaves_picture_and_labels_alone(name: str) -> None:
    made = augment(_sample(), replace(PLAIN, **{name: 1.0}), np.random.default_rng(1))
    assert (made.depth != _depth()).any()
    assert made.depth.dtype == np.float32
    assert (made.rgb == _rgb()).all()
    assert (made.labels == _sample().labels).all()


@pytest.mark.parametrize("name", [*OF_PICTURE, *OF_DEPTH])
def test_chance_is_how_often_it_happens(name: str) -> None:
    settings, random = replace(PLAIN, **{name: 0.3}), np.random.default_rng(2)
    made = [augment(_sample(), settings, random) for _ in range(100)]
    changed = [(one.rgb != _rgb()).any() or (one.depth != _depth()).any() for one in made]
    assert 15 <= sum(changed) <= 45


def test_no_fault_draws_nothing() -> None:
    """A run of before these settings continues with the same batches."""
    random = np.random.default_rng(3)
    augment(_sample(), PLAIN, random)
    old = np.random.default_rng(3)
    old.uniform(0, 0)  # the zoom
    old.integers(0, 1, 2)  # the crop
    old.random()  # the flip
    assert random.bit_generator.state == old.bit_generator.state


def test_depth_scale_multiplies_all_depth_by_one_factor() -> None:
    settings, random = replace(PLAIN, depth_scale=(0.9, 1.15)), np.random.default_rng(4)
    valid, factors = _depth() > 0, []
    for _ in range(50):
        depth = augment(_sample(), settings, random).depth
        assert (depth[~valid] == 0).all()
        ratio = depth[valid] / _depth()[valid]
        assert ratio == pytest.approx(ratio[0], rel=1e-6)
        factors.append(ratio[0])
    assert 0.9 <= min(factors) < 0.95
    assert 1.1 < max(factors) <= 1.15


def test_grey_has_the_luminance_of_the_picture() -> None:
    made = grey(_rgb(), np.random.default_rng(0))
    wanted = _rgb() @ (0.299, 0.587, 0.114)  # ITU-R BT.601
    assert np.abs(made - wanted[..., None]).max() <= 1


def test_a_dark_picture_is_exposed_for_a_half_to_three_stops_too_little() -> None:
    """One factor for all values, of 2^(-0.5 / 2.2) to 2^(-3 / 2.2)."""
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    factors = []
    for seed in range(50):
        made = dark(ramp, np.random.default_rng(seed))
        factor = made.max() / 255
        assert np.abs(made - ramp * factor).max() <= 1
        factors.append(factor)
    assert 0.38 < min(factors) < 0.45
    assert 0.8 < max(factors) < 0.86


def test_a_cast_is_one_factor_a_channel() -> None:
    rgb = np.full((4, 4, 3), 100, np.uint8)
    made = colour_cast(rgb, np.random.default_rng(0))
    assert (made == made[0, 0]).all()
    assert len(set(made[0, 0])) > 1
    assert 74 <= made.min() <= made.max() <= 125


def test_gamma_keeps_black_and_white_and_order() -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    made = with_gamma(ramp, np.random.default_rng(2))[..., 0].ravel()
    assert (made[0], made[-1]) == (0, 255)
    assert (np.diff(made.astype(int)) >= 0).all()
    assert np.abs(made.astype(int) - np.arange(256)).max() > 5


@pytest.mark.parametrize(
    ("fault", "rougher"), [(blurred, False), (noisy, True)], ids=["blur", "noise"]
)
def test_blur_smooths_and_noise_roughens(
    fault: Callable[[UInt8Array, np.random.Generator], UInt8Array], rougher: bool
) -> None:
    smooth = np.linspace(60, 200, 128, dtype=np.uint8)[None, :, None].repeat(96, 0).repeat(3, 2)
    smooth[::8] = 60
    made = fault(smooth, np.random.default_rng(2))
    before, after = (np.abs(np.diff(x.astype(int), axis=0)).mean() for x in (smooth, made))
    assert (after > before) == rougher
    assert abs(float(made.mean()) - float(smooth.mean())) < 2


def test_noise_leaves_the_brightness_as_it_is() -> None:
    level = np.full((256, 256, 3), 128, np.uint8)
    for seed in range(4):
        made = noisy(level, np.random.default_rng(seed))
        assert float(made.mean()) == pytest.approx(128, abs=0.15)  # cut off it would be 127.5


def test_jpeg_loses_detail_but_not_the_picture() -> None:
    ramp = np.linspace(0, 255, 128, dtype=np.uint8)[None, :, None].repeat(96, 0).repeat(3, 2)
    ramp[..., 0] = 30  # red: read back in the same order
    made = compressed(ramp, np.random.default_rng(0)).astype(int)
    assert 0 < np.abs(made - ramp).mean() < 12


def test_a_dropped_picture_is_one_grey() -> None:
    made = augment(_sample(), replace(PLAIN, drop_picture=1.0), np.random.default_rng(0))
    assert (made.rgb == MEAN_GREY).all()


def test_a_registered_picture_is_black_where_depth_is_missing_and_there_alone() -> None:
    settings = replace(PLAIN, registered=1.0, holes=1.0)
    made = augment(_sample(), settings, np.random.default_rng(0))
    missing = made.depth == 0
    assert 0.05 < missing.mean() < 0.9
    assert not made.rgb[missing].any()
    assert (made.rgb[~missing] == _rgb()[~missing]).all()
    assert (made.labels == _sample().labels).all()


def test_holes_take_their_share_and_gather_where_sensors_lose_depth() -> None:
    depth = np.full((96, 128), 2.0, np.float32)
    depth[:, 96:] = FAR + 1
    rgb = np.full((96, 128, 3), 120, np.uint8)
    rgb[:48] = 10  # dark
    labels = np.ones((96, 128), np.uint8)
    random = np.random.default_rng(6)
    made = np.stack([holes(depth, rgb, labels, random) for _ in range(200)])
    shares = made.mean((1, 2))
    assert HOLE_SHARE[0] * 0.8 <= shares.min()
    assert shares.max() <= HOLE_SHARE[1] + 0.4  # and the margin
    likely = made.mean(0)
    assert likely[20:48, 20:90].mean() > 1.5 * likely[48:76, 20:90].mean()  # dark
    assert likely[48:76, 100:110].mean() > 1.5 * likely[48:76, 20:90].mean()  # far


def test_things_are_lost_as_a_whole() -> None:
    labels = np.ones((96, 128), np.uint8)
    labels[30:60, 40:80] = 9
    depth, rgb = np.full((96, 128), 2.0, np.float32), np.full((96, 128, 3), 120, np.uint8)
    random = np.random.default_rng(7)
    inside = [holes(depth, rgb, labels, random)[30:60, 40:80].mean() for _ in range(200)]
    assert np.mean(np.array(inside) > 0.9) > 0.05


def test_holes_never_take_the_last_valid_pixel() -> None:
    depth = np.zeros((96, 128), np.float32)
    depth[0, 0] = 2  # in the margin that every second picture loses
    rgb, labels = np.zeros((96, 128, 3), np.uint8), np.ones((96, 128), np.uint8)
    random = np.random.default_rng(8)
    for _ in range(20):
        assert (np.where(holes(depth, rgb, labels, random), 0, depth) > 0).any()


def test_a_rough_plane_is_the_plane_that_depth_lies_on() -> None:
    """1 / z = a u + b v + c, up to the roughness of some percent."""
    v, u = np.mgrid[:96, :128].astype(np.float32)
    plane = 1 / (0.2 + 0.002 * u + 0.001 * v)
    holed = np.where(u > 100, np.float32(0), plane)
    made = rough_plane(holed, np.random.default_rng(9))
    ratio = made[:, :100] / plane[:, :100]
    assert abs(float(np.median(ratio)) - 1) < 0.05
    assert 0.005 < ratio.std() < 0.1
    assert (made > 0).all()  # it says something in holes too


def test_a_rough_plane_forgets_what_stands_in_front_of_it() -> None:
    depth = np.full((96, 128), 3.0, np.float32)
    depth[40:60, 50:70] = 2.0
    made = rough_plane(depth, np.random.default_rng(10))
    assert abs(float(made[40:60, 50:70].mean()) / float(made.mean()) - 1) < 0.15


def test_too_little_depth_stays_as_it_is() -> None:
    depth = np.zeros((96, 128), np.float32)
    depth[5, 5] = 1
    assert (rough_plane(depth, np.random.default_rng(0)) == depth).all()


@pytest.mark.parametrize("name", [*OF_PICTURE, *OF_DEPTH])
def test_a_chance_is_between_0_and_1(name: str) -> None:
    assert name in {field.name for field in fields(AugmentSettings)}
    with pytest.raises(UserError, match=f"{name} is 1.5; it must be 0 to 1."):
        replace(PLAIN, **{name: 1.5})


def test_a_depth_scale_has_its_smaller_factor_first() -> None:
    with pytest.raises(UserError, match="depth_scale goes from 2 to 1: give the smaller factor"):
        replace(PLAIN, depth_scale=(2.0, 1.0))
