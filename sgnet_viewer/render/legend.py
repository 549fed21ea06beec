"""The classes of a frame: share, visibility, and score where there is ground truth."""

from __future__ import annotations

import numpy as np

from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame
from sgnet_viewer.render.truth import truth_for
from sgnet_viewer.state.view_settings import ViewSettings
from sgnet_viewer.views.interface import LegendRow


def legend_rows(
    frame: Frame, prediction: Prediction, settings: ViewSettings
) -> tuple[LegendRow, ...]:
    """Every class predicted somewhere in the picture, the largest share first.

    `iou` is that of this frame alone (void ignored); None without ground truth, or where it has
    another number of classes.
    """
    scheme = prediction.scheme
    counts = np.bincount(prediction.labels.ravel(), minlength=len(scheme.classes))
    ious = _ious(frame, prediction)
    order = [int(index) for index in np.argsort(-counts, kind="stable") if counts[index]]
    return tuple(
        LegendRow(
            index=index,
            name=scheme.classes[index],
            colour=rgb_of(prediction, index),
            share=float(counts[index]) / prediction.labels.size,
            shown=index not in settings.hidden,
            iou=ious.get(index),
        )
        for index in order
    )


def rgb_of(prediction: Prediction, index: int) -> tuple[int, int, int]:
    """A class's colour, 0..255."""
    red, green, blue = prediction.scheme.palette[index].tolist()
    return red, green, blue


def _ious(frame: Frame, prediction: Prediction) -> dict[int, float]:
    truth = truth_for(frame, prediction)
    if truth is None or not truth.any():
        return {}
    matrix = confusion(truth, prediction.labels, len(prediction.scheme.classes))
    values = scores(matrix).iou
    return {index: float(value) for index, value in enumerate(values) if np.isfinite(value)}
