"""A frame's ground truth, as far as it can be held against a prediction."""

from __future__ import annotations

from sgnet_model.data.palettes import scheme_for
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UInt8Array
from sgnet_viewer.render.class_colours import class_colours
from sgnet_viewer.state.view_settings import ViewSettings

NO_TRUTH = "No ground truth in this frame"


def truth_for(frame: Frame, prediction: Prediction) -> UInt8Array | None:
    """(H, W) labels, 0 = void; None where there are none, or of another number of classes."""
    if frame.labels is None or frame.labels.shape != prediction.labels.shape:
        return None
    classes = len(prediction.scheme.classes)
    if frame.label_scheme is None:
        return frame.labels if int(frame.labels.max(initial=0)) <= classes else None
    return frame.labels if len(frame.label_scheme.classes) == classes else None


def truth_name(frame: Frame, u: int, v: int) -> str | None:
    """The true class of a pixel by the frame's own scheme; "void" for 0; None without truth."""
    if frame.labels is None:
        return None
    label = int(frame.labels[v, u])
    if label == 0:
        return "void"
    scheme = frame.label_scheme
    known = scheme is not None and label <= len(scheme.classes)
    return scheme.classes[label - 1] if scheme is not None and known else f"class {label}"


def is_right(frame: Frame, prediction: Prediction, u: int, v: int) -> bool | None:
    """Whether the label of a pixel is the true one; None where nothing says so."""
    truth = truth_for(frame, prediction)
    if truth is None or truth[v, u] == 0:
        return None
    return int(truth[v, u]) == int(prediction.labels[v, u]) + 1


def truth_palette(frame: Frame, settings: ViewSettings) -> UInt8Array:
    """(C, 3) colours for the labels of the frame, all of them covered."""
    if frame.label_scheme is not None:
        return class_colours(frame.label_scheme, settings)
    most = 1 if frame.labels is None else max(int(frame.labels.max(initial=0)), 1)
    return class_colours(scheme_for(most), settings)
