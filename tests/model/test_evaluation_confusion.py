"""Scores against hand-worked values and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, jaccard_score

from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.types import UserError


def test_hand_worked() -> None:
    truth = np.array([[1, 1, 2, 0]], np.uint8)  # one void pixel
    labels = np.array([[0, 1, 1, 2]], np.uint8)
    matrix = confusion(truth, labels, 3)
    assert matrix.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]
    result = scores(matrix)
    assert result.acc == pytest.approx(2 / 3)
    assert result.macc == pytest.approx((1 / 2 + 1) / 2)
    assert result.iou[:2] == pytest.approx([1 / 2, 1 / 2])
    assert np.isnan(result.iou[2])  # absent everywhere: left out of the mean
    assert result.miou == pytest.approx(1 / 2)
    assert result.fwiou == pytest.approx(1 / 2)


def test_false_alarms_of_an_absent_class_count() -> None:
    matrix = confusion(np.array([[1, 1]], np.uint8), np.array([[0, 1]], np.uint8), 2)
    result = scores(matrix)
    assert result.iou[1] == 0
    assert result.miou == pytest.approx((0.5 + 0) / 2)
    assert result.macc == pytest.approx(0.5)


def test_agrees_with_scikit_learn() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 7, (50, 60)).astype(np.uint8)
    labels = random.integers(0, 6, (50, 60)).astype(np.uint8)
    matrix = confusion(truth, labels, 6)
    valid = truth > 0
    assert (matrix == confusion_matrix(truth[valid] - 1, labels[valid])).all()
    expected = jaccard_score(truth[valid] - 1, labels[valid], average=None)
    assert scores(matrix).iou == pytest.approx(expected)


def test_nothing_valid_is_nan() -> None:
    result = scores(confusion(np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint8), 3))
    assert np.isnan([result.acc, result.macc, result.miou, result.fwiou]).all()


@pytest.mark.parametrize(
    ("truth", "labels"),
    [
        (np.full((2, 2), 4, np.uint8), np.zeros((2, 2), np.uint8)),
        (np.ones((2, 2), np.uint8), np.full((2, 2), 3, np.uint8)),
        (np.ones((2, 3), np.uint8), np.zeros((2, 2), np.uint8)),
    ],
)
def test_labels_that_do_not_fit_are_refused(truth: np.ndarray, labels: np.ndarray) -> None:
    with pytest.raises(UserError):
        confusion(truth, labels, 3)
