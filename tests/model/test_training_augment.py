"""Augmentation keeps picture, depth and labels on each other."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.training.augment import augment
from sgnet_model.training.settings import AugmentSettings


def _sample(height: int = 48, width: int = 64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every pixel's column is written into all three, so any shift between them shows."""
    columns = np.broadcast_to(np.arange(width, dtype=np.uint8) + 1, (height, width))
    rgb = np.repeat(columns[..., None], 3, -1).copy()
    return rgb, columns.astype(np.float32), columns.copy()


def test_parts_stay_aligned_through_zoom_crop_and_flip() -> None:
    settings = AugmentSettings(crop=(24, 32), scale=(1.0, 2.0), flip=0.5)
    random = np.random.default_rng(1)
    for _ in range(20):
        rgb, depth, labels = augment(_sample(), settings, random)
        assert rgb.shape == (24, 32, 3)
        assert depth.shape == labels.shape == (24, 32)
        assert (depth == labels).all()  # both nearest neighbour
        assert np.abs(rgb[..., 0].astype(int) - labels).max() <= 2  # bilinear or by area


def test_zoom_divides_depth_where_asked() -> None:
    rgb, _, labels = _sample()
    depth = np.full((48, 64), 3.0, np.float32)
    fixed = AugmentSettings(crop=(48, 64), scale=(1.5, 1.5), flip=0, divide_depth=True)
    _, zoomed, _ = augment((rgb, depth, labels), fixed, np.random.default_rng(0))
    assert zoomed == pytest.approx(2.0)
    authors = AugmentSettings(crop=(48, 64), scale=(1.5, 1.5), flip=0)
    _, kept, _ = augment((rgb, depth, labels), authors, np.random.default_rng(0))
    assert kept == pytest.approx(3.0)


def test_outside_the_picture_is_black_without_depth_and_void() -> None:
    settings = AugmentSettings(crop=(48, 64), scale=(0.5, 0.5), flip=0)
    rgb, depth, labels = augment(_sample(), settings, np.random.default_rng(0))
    assert labels[:24, :32].min() > 0
    for part in (rgb, depth, labels):
        assert not part[24:].any()
        assert not part[:, 32:].any()


def test_flip_mirrors() -> None:
    settings = AugmentSettings(crop=(48, 64), scale=(1.0, 1.0), flip=1.0)
    _, _, labels = augment(_sample(), settings, np.random.default_rng(0))
    assert (labels[0] == np.arange(64, 0, -1)).all()


def test_jitter_changes_the_picture_only() -> None:
    settings = AugmentSettings(crop=(48, 64), scale=(1.0, 1.0), flip=0, colour_jitter=0.4)
    rgb, depth, labels = augment(_sample(), settings, np.random.default_rng(0))
    assert (rgb != _sample()[0]).any()
    assert (depth == _sample()[1]).all()
    assert (labels == _sample()[2]).all()
