"""Scores against hand-worked values and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, jaccard_score, recall_score

from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.evaluation.results import score_values
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


def test_classes_that_means_leave_out_are_named() -> None:
    """The second is said but not there, the third is neither."""
    matrix = np.array([[3, 1, 0], [0, 0, 0], [0, 0, 0]])
    said = score_values(matrix, ("wall", "floor", "lamp")).to_json()
    assert said["iou"] == {"wall": 0.75, "floor": 0, "lamp": None}
    assert said["absent_from_truth"] == said["left_out_of_macc"] == ["floor", "lamp"]
    assert said["left_out_of_miou"] == ["lamp"]
    assert (said["acc"], said["macc"], said["miou"]) == (0.75, 0.75, 0.375)


def test_agrees_with_scikit_learn() -> None:
    """On classes of different sizes, some found more often than they are there."""
    random = np.random.default_rng(0)
    truth = random.choice(7, (50, 60), p=[0.1, 0.4, 0.2, 0.1, 0.1, 0.05, 0.05]).astype(np.uint8)
    guesses = random.integers(0, 6, truth.shape)
    labels = np.where(random.random(truth.shape) < 0.4, truth.clip(1) - 1, guesses).astype(np.uint8)
    matrix = confusion(truth, labels, 6)
    pair = truth[truth > 0] - 1, labels[truth > 0]
    assert (matrix == confusion_matrix(*pair)).all()
    result = scores(matrix)
    assert result.iou == pytest.approx(jaccard_score(*pair, average=None))
    assert result.miou == pytest.approx(jaccard_score(*pair, average="macro"))
    assert result.fwiou == pytest.approx(jaccard_score(*pair, average="weighted"))
    assert result.macc == pytest.approx(recall_score(*pair, average="macro"))
    assert result.acc == pytest.approx(accuracy_score(*pair))


def test_the_largest_class_counts_among_255() -> None:
    matrix = confusion(np.array([[255, 1]], np.uint8), np.array([[254, 254]], np.uint8), 255)
    assert (matrix[254, 254], matrix[0, 254], matrix.sum()) == (1, 1, 2)


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
