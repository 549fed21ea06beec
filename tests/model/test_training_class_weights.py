"""Median frequency balancing, by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sgnet_model.training.class_weights import (
    LARGEST_RATIO,
    ClassShares,
    measure_shares,
    median_frequency_weights,
    read_shares,
    weighed,
)
from sgnet_model.training.distributed import ALONE
from sgnet_model.training.settings import CLASS_WEIGHT_POWER
from sgnet_model.types import Frame, Intrinsics, UserError


def _frame(rows: list[list[int]] | None) -> Frame:
    labels = None if rows is None else np.array(rows, np.uint8)
    rgb = np.zeros((2, 4, 3), np.uint8)
    return Frame("f", rgb, None, Intrinsics(4, 4, 2, 1, 4, 2), labels=labels)


def test_what_a_run_was_saved_with_is_not_measured_again() -> None:
    shares = ClassShares(np.array([0.8, 0.15, 0.05]), np.array([0.8, 0.2, 0.1]))
    fresh = median_frequency_weights(shares)
    saved = np.array([1.0, 2.0, 3.0])
    told: list[str] = []

    def never() -> ClassShares:
        raise AssertionError("measured")

    assert weighed("none", saved, shares, never, ALONE, told.append) is None
    assert (weighed("median", None, None, lambda: shares, ALONE, told.append) == fresh).all()
    assert (weighed("median", fresh, shares, never, ALONE, told.append) == fresh).all()
    assert told == []  # the same command as before
    assert weighed("median", saved, None, never, ALONE, told.append) is saved
    assert "of the saved run" in told.pop()
    assert (weighed("median", saved, shares, never, ALONE, told.append) == fresh).all()
    assert "not those of the saved run" in told.pop()


def test_shares_count_valid_pixels_of_frames_that_have_the_class() -> None:
    frames = [_frame([[1, 1, 1, 2], [0, 0, 0, 0]]), _frame([[1] * 4, [1] * 4]), _frame(None)]
    shares = measure_shares(frames, 3)
    assert shares.pixels == pytest.approx([11 / 12, 1 / 12, 0])
    assert shares.where_present == pytest.approx([11 / 12, 1 / 4, 0])


def test_weights_are_median_over_share_and_an_average_pixel_weighs_1() -> None:
    shares = ClassShares(np.array([0.8, 0.15, 0.05]), np.array([0.8, 0.2, 0.1]))
    weights = median_frequency_weights(shares)
    assert weights / weights[1] == pytest.approx([0.25, 1, 2])
    assert (weights * shares.pixels).sum() == pytest.approx(1)


def test_the_root_of_the_ratios() -> None:
    shares = ClassShares(np.array([0.8, 0.15, 0.05]), np.array([0.8, 0.2, 0.05]))
    weights = median_frequency_weights(shares, CLASS_WEIGHT_POWER["root_median"])
    assert weights / weights[1] == pytest.approx([0.5, 1, 2])
    assert (weights * shares.pixels).sum() == pytest.approx(1)


def test_a_very_rare_and_an_unseen_class_are_limited() -> None:
    pixels = np.array([0.6, 0.3999, 0.0001, 0])
    weights = median_frequency_weights(ClassShares(pixels, pixels))
    assert weights[2] / weights[1] == pytest.approx(LARGEST_RATIO)
    assert weights[3] == weights[2]


def test_labels_that_cannot_be_counted() -> None:
    with pytest.raises(UserError, match="labels up to 3, the network 2"):
        measure_shares([_frame([[3, 1, 1, 1], [1] * 4])], 2)
    with pytest.raises(UserError, match="No pixel has a label"):
        measure_shares([_frame([[0] * 4] * 2), _frame(None)], 2)


def test_a_table_of_counts(tmp_path: Path) -> None:
    path = tmp_path / "shares.json"
    path.write_text(json.dumps({"wall": 30, "bed": 10}))
    shares = read_shares(path, ("wall", "floor", "bed"))
    assert shares.pixels == pytest.approx([0.75, 0, 0.25])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not a readable JSON"),
        ("[1]", "holds no object"),
        ('{"roof": 1}', "unknown class 'roof'"),
        ('{"wall": -1}', "numbers of 0 or more"),
        ('{"wall": "x"}', "numbers of 0 or more"),
        ('{"wall": 0}', "not all 0"),
    ],
)
def test_a_wrong_table(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "shares.json"
    path.write_text(text)
    with pytest.raises(UserError, match=words):
        read_shares(path, ("wall", "floor"))
