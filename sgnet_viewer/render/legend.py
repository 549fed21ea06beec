"""The classes of a frame: share, visibility, and score where there is ground truth."""

from __future__ import annotations

import numpy as np

from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UInt8Array
from sgnet_viewer.contract.cloud import IntArray
from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.render.class_colours import class_rgb
from sgnet_viewer.render.truth import truth_for
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings

COUNTED_AT_ONCE = 1 << 20  # pixels


def legend_rows(
    frame: Frame, prediction: Prediction, settings: ViewSettings
) -> tuple[LegendRow, ...]:
    """Every class predicted somewhere in the picture, the largest share first; where the ground
    truth is looked at, every class that is there in truth.

    `iou` is that of this frame alone (void ignored); None without ground truth, or where it has
    another number of classes.
    """
    scheme = prediction.scheme
    counts = _counts(_labels_shown(frame, prediction, settings), len(scheme.classes))
    ious = _ious(frame, prediction)
    sure = mean_confidences(prediction)
    order = [int(index) for index in np.argsort(-counts, kind="stable") if counts[index]]
    return tuple(
        LegendRow(
            index=index,
            name=scheme.classes[index],
            colour=class_rgb(scheme, settings, index),
            share=float(counts[index]) / prediction.labels.size,
            shown=index not in settings.hidden,
            iou=ious.get(index),
            confidence=sure.get(index),
        )
        for index in order
    )


def _labels_shown(frame: Frame, prediction: Prediction, settings: ViewSettings) -> UInt8Array:
    """(H, W) class indices that are counted; void is an index beyond all classes."""
    truth = truth_for(frame, prediction) if settings.mode is PictureMode.TRUTH else None
    if truth is None:
        return prediction.labels
    return np.asarray(truth - np.uint8(1), np.uint8)  # 0, void, becomes 255


def _counts(labels: UInt8Array, classes: int) -> IntArray:
    """Pixels of each class. Some rows at a time: NumPy counts in a copy eight times as large."""
    rows = max(COUNTED_AT_ONCE // labels.shape[1], 1)
    parts = (labels[top : top + rows] for top in range(0, len(labels), rows))
    return sum(
        (np.bincount(part.ravel(), minlength=256)[:classes] for part in parts),
        np.zeros(classes, np.int64),
    )


def mean_confidences(prediction: Prediction) -> dict[int, float]:
    """The mean probability with which each class won its pixels."""
    labels, confidence = prediction.labels, prediction.confidence
    rows = max(COUNTED_AT_ONCE // labels.shape[1], 1)
    sums, counts = np.zeros(256), np.zeros(256)
    for top in range(0, len(labels), rows):
        part = labels[top : top + rows].ravel()
        weights = confidence[top : top + rows].ravel()
        sums += np.bincount(part, weights, minlength=256)
        counts += np.bincount(part, minlength=256)
    return {int(index): float(sums[index] / counts[index]) for index in np.flatnonzero(counts)}


def _ious(frame: Frame, prediction: Prediction) -> dict[int, float]:
    truth = truth_for(frame, prediction)
    if truth is None or not truth.any():
        return {}
    matrix = confusion(truth, prediction.labels, len(prediction.scheme.classes))
    values = scores(matrix).iou
    return {index: float(value) for index, value in enumerate(values) if np.isfinite(value)}
