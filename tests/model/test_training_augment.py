"""Augmentation keeps picture, depth and labels on each other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sgnet_model.geometry import depth_to_points
from sgnet_model.training.augment import Sample, _drawn, _jitter, augment
from sgnet_model.training.settings import AugmentSettings
from sgnet_model.types import Intrinsics


def _sample(height: int = 48, width: int = 64) -> Sample:
    """Every pixel's column is written into all three, so any shift between them shows."""
    columns = np.broadcast_to(np.arange(width, dtype=np.uint8) + 1, (height, width))
    rgb = np.repeat(columns[..., None], 3, -1).copy()
    camera = Intrinsics(60.0, 55.0, 30.0, 25.0, width, height)
    return Sample(rgb, columns.astype(np.float32), columns.copy(), camera)


def test_parts_stay_aligned_through_zoom_crop_and_flip() -> None:
    settings = AugmentSettings(crop=(24, 32), scale=(1.0, 2.0), flip=0.5, depth_resize="nearest")
    random = np.random.default_rng(1)
    for _ in range(20):
        rgb, depth, labels, *_ = augment(_sample(), settings, random)
        assert rgb.shape == (24, 32, 3)
        assert depth.shape == labels.shape == (24, 32)
        assert (depth == labels).all()  # both nearest neighbour
        assert np.abs(rgb[..., 0].astype(int) - labels).max() <= 2  # bilinear or by area


def test_zoom_divides_depth_where_asked() -> None:
    rgb, _, labels, camera, _ = _sample()
    depth = np.full((48, 64), 3.0, np.float32)
    fixed = AugmentSettings(crop=(48, 64), scale=(1.5, 1.5), flip=0, divide_depth=True)
    _, zoomed, *_ = augment(Sample(rgb, depth, labels, camera), fixed, np.random.default_rng(0))
    assert zoomed == pytest.approx(2.0)
    authors = AugmentSettings(crop=(48, 64), scale=(1.5, 1.5), flip=0)
    _, kept, *_ = augment(Sample(rgb, depth, labels, camera), authors, np.random.default_rng(0))
    assert kept == pytest.approx(3.0)


def test_outside_the_picture_is_black_without_depth_and_void() -> None:
    settings = AugmentSettings(crop=(48, 64), scale=(0.5, 0.5), flip=0)
    rgb, depth, labels, *_ = augment(_sample(), settings, np.random.default_rng(0))
    assert labels[:24, :32].min() > 0
    for part in (rgb, depth, labels):
        assert not part[24:].any()
        assert not part[:, 32:].any()


def test_flip_mirrors() -> None:
    settings = AugmentSettings(crop=(48, 64), scale=(1.0, 1.0), flip=1.0)
    _, _, labels, *_ = augment(_sample(), settings, np.random.default_rng(0))
    assert (labels[0] == np.arange(64, 0, -1)).all()


def test_jitter_changes_the_picture_only() -> None:
    settings = AugmentSettings(crop=(48, 64), scale=(1.0, 1.0), flip=0, colour_jitter=0.4)
    rgb, depth, labels, *_ = augment(_sample(), settings, np.random.default_rng(0))
    assert (rgb != _sample()[0]).any()
    assert (depth == _sample()[1]).all()
    assert (labels == _sample()[2]).all()


@pytest.mark.parametrize(
    ("factors", "expected"),
    [  # of brightness, contrast and saturation; the picture's mean is 60
        ((1.5, 1, 1), [[135, 90, 45], [90, 90, 90]]),
        ((1, 0.5, 1), [[75, 60, 45], [60, 60, 60]]),
        ((1, 1, 0.5), [[75, 60, 45], [60, 60, 60]]),
        ((1, 1, 2), [[120, 60, 0], [60, 60, 60]]),
        ((3, 1, 1), [[255, 180, 90], [180, 180, 180]]),
    ],
)
def test_jitter_by_hand(factors: tuple[float, ...], expected: list[list[int]]) -> None:
    rgb = np.array([[[90, 60, 30], [60, 60, 60]]], np.uint8)
    random: Any = SimpleNamespace(uniform=lambda *_: factors)
    assert _jitter(rgb, 0.4, random).tolist() == [expected]


def test_crops_are_taken_from_everywhere() -> None:
    settings = AugmentSettings(crop=(24, 32), scale=(2.0, 2.0), flip=0)
    random, sample = np.random.default_rng(0), _sample()
    made = [augment(sample, settings, random) for _ in range(300)]
    lefts = [int(one.labels[0, 0]) - 1 for one in made]
    tops = [round(sample.camera.cy - one.camera.cy) for one in made]
    for found, last in ((lefts, 32), (tops, 24)):
        assert (min(found), max(found)) == (0, last)
        assert len(set(found)) > 0.8 * last


def test_jitter_rounds_and_does_not_darken() -> None:
    level = np.full((48, 64, 3), 100, np.uint8)
    sample = _sample()._replace(rgb=level)
    least = AugmentSettings(crop=(48, 64), scale=(1.0, 1.0), flip=0, colour_jitter=0.002)
    for seed in range(6):  # of 0.2 grey levels at most
        assert (augment(sample, least, np.random.default_rng(seed)).rgb == level).all()


@pytest.mark.parametrize("nearer", [False, True])
def test_the_camera_moves_along(nearer: bool) -> None:
    """Whatever was cut or mirrored, a pixel's point in space stays where it was."""
    sample = _sample()
    sample = sample._replace(depth=np.full_like(sample.depth, 2.0))
    before = depth_to_points(sample.depth, sample.camera)
    settings = AugmentSettings(crop=(24, 32), scale=(2.0, 2.0), flip=1.0, divide_depth=nearer)
    made = augment(sample, settings, np.random.default_rng(4))
    points = depth_to_points(made.depth, made.camera)
    row, column = 10, 20
    u = int(made.labels[row, column]) - 1  # the column it came from; each picture's scale is 1 here
    v = (points[row, column, 1] * sample.camera.fy / 2) + sample.camera.cy
    assert points[row, column, 0] == pytest.approx(-before[0, u, 0], abs=2e-3)  # mirrored
    assert v == pytest.approx(round(v), abs=1e-3)
    assert points[row, column, 2] == pytest.approx(1.0 if nearer else 2.0)


def _zooms(settings: AugmentSettings) -> np.ndarray:
    random = np.random.default_rng(0)
    return np.array([_drawn(settings, random) for _ in range(4000)])


def test_the_short_side_is_uniform_as_the_authors_draw_it() -> None:
    """Median 1.375 of 0.5..2.25; uniform in the logarithm it is sqrt(0.5 x 2.25) = 1.06."""
    for zoom, median in (("uniform", 1.375), ("log", 1.0607)):
        drawn = _zooms(AugmentSettings(zoom=zoom))  # type: ignore[arg-type]
        assert 0.5 <= drawn.min() < 0.51
        assert 2.2 < drawn.max() <= 2.25
        assert np.median(drawn) == pytest.approx(median, abs=0.04)


def test_an_upright_picture_is_scaled_by_its_short_side_too() -> None:
    settings = AugmentSettings(crop=(24, 32), scale=(1.0, 1.0), flip=0)
    _, _, labels, camera, _ = augment(_sample(96, 48), settings, np.random.default_rng(0))
    assert camera.fx == pytest.approx(30)  # 48 wide, now 24
    assert labels.max() > 0
    assert not labels[:, 24:].any()


def test_depth_is_zoomed_bilinearly_as_the_authors_do_or_by_nearest() -> None:
    """A step between two surfaces doubled in size: pixels between them arise, or none."""
    sample = _sample()
    step = np.where(np.arange(64) < 32, 1.0, 5.0)[None].repeat(48, 0).astype(np.float32)
    sample = sample._replace(depth=step)
    made = {
        how: augment(
            sample, AugmentSettings((96, 128), (1.0, 1.0), depth_resize=how, flip=0), random
        )
        for how, random in (
            ("bilinear", np.random.default_rng(0)),
            ("nearest", np.random.default_rng(0)),
        )
    }
    assert np.unique(made["nearest"].depth).tolist() == [1, 5]
    assert np.unique(made["bilinear"].depth).tolist() == [1, 2, 4, 5]


def test_hha_is_moved_along_and_mirrored() -> None:
    sample = _sample()
    sample = sample._replace(hha=sample.rgb.copy())
    settings = AugmentSettings(crop=(60, 100), scale=(0.6, 1.4), flip=0.5)
    for seed in range(8):
        made = augment(sample, settings, np.random.default_rng(seed))
        assert made.hha is not None
        assert (made.hha == made.rgb).all()  # both are the column, padded with 0
