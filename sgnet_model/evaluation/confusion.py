"""One integer confusion matrix over the whole set, and the scores derived from it (Eq. 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UInt8Array, UserError

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Fractions of 1. `iou`: (C,), NaN for a class absent from truth and prediction alike.

    `miou` leaves such classes out; `macc` leaves out classes absent from the truth. NaN where no
    pixel was valid.
    """

    acc: float
    macc: float
    miou: float
    fwiou: float
    iou: NDArray[np.float64]


def confusion(truth: UInt8Array, labels: UInt8Array, classes: int) -> Counts:
    """(C, C) counts, rows = truth, columns = prediction.

    `truth`: 0 = void (ignored), k = class k - 1. `labels`: class indices 0..C-1. Same shape.
    """
    if truth.shape != labels.shape:
        raise UserError(
            f"The ground truth is {truth.shape} and the prediction {labels.shape}: "
            "both must have the picture's size."
        )
    if truth.max(initial=0) > classes or labels.max(initial=0) >= classes:
        raise UserError(
            f"A label lies outside the {classes} classes (truth up to {truth.max(initial=0)}, "
            f"prediction up to {labels.max(initial=0)}): is this the right label set?"
        )
    valid = truth > 0
    pairs = (truth[valid].astype(np.int64) - 1) * classes + labels[valid]
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def scores(matrix: Counts) -> Scores:
    """From an accumulated confusion matrix: (C, C) counts, rows = truth."""
    correct = np.diag(matrix).astype(float)
    truth, predicted, total = matrix.sum(1), matrix.sum(0), matrix.sum()
    iou = _ratio(correct, truth + predicted - correct)
    return Scores(
        acc=float(_ratio(correct.sum(), total)),
        macc=_mean(_ratio(correct, truth)),
        miou=_mean(iou),
        fwiou=float(_ratio(np.nansum(iou * truth), total)),
        iou=iou,
    )


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """part / whole, NaN where whole is 0."""
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    result: NDArray[np.float64] = np.full(whole.shape, np.nan)
    return np.divide(part, whole, out=result, where=whole > 0)


def _mean(values: NDArray[np.float64]) -> float:
    """NaN-aware; NaN without a value."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
