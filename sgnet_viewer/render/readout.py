"""What lies under the cursor."""

from __future__ import annotations

import numpy as np

from sgnet_model.geometry import point_at
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame
from sgnet_viewer.contract.certainty import is_unsure
from sgnet_viewer.contract.window import Readout
from sgnet_viewer.render.class_colours import class_rgb
from sgnet_viewer.render.truth import truth_name
from sgnet_viewer.state.view_settings import ViewSettings


def readout_at(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    u: int,
    v: int,
    other: Prediction | None = None,
) -> Readout:
    """Everything known of pixel (u, v) at a glance; the pixel must lie in the picture. `other`: the
    second answer, B."""
    point = point_at(frame.depth_m, frame.intrinsics, u, v)
    known = bool(np.isfinite(point).all())
    name, rgb, probability = None, None, None
    if prediction is not None:
        label = int(prediction.labels[v, u])
        name = prediction.scheme.classes[label]
        rgb = class_rgb(prediction.scheme, settings, label)
        probability = float(prediction.confidence[v, u])
    x, y, z = (float(value) for value in point)
    return Readout(
        u=u,
        v=v,
        depth_m=z if known else None,
        xyz_m=(x, y, z) if known else None,
        name=name,
        colour=rgb,
        probability=probability,
        truth=truth_name(frame, u, v),
        other="" if other is None else _said(other, u, v),
    )


def _said(prediction: Prediction, u: int, v: int) -> str:
    name = prediction.scheme.classes[int(prediction.labels[v, u])]
    probability = float(prediction.confidence[v, u])
    return f"{name} {probability:.2f}" + (" unsure" if is_unsure(probability) else "")
