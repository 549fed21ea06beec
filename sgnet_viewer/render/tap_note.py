"""One tap in words: its number, offset, weight, depth, class and distance from the probe."""

from __future__ import annotations

import math

import numpy as np

from sgnet_model.inspection.probe import Probe
from sgnet_model.inspection.receptive_field import LayerTaps
from sgnet_model.prediction import Prediction
from sgnet_viewer.contract.picture import TapNote

COLUMNS = 3  # of the 3x3 kernel


def tap_note(
    probe: Probe,
    layer: LayerTaps,
    index: int,
    prediction: Prediction,
    held: bool,
    other: bool = False,
) -> TapNote:
    """Tap `index`, 0..8 row-major, of `layer` at `probe`. `other`: of the second answer, B."""
    x, y = float(layer.x[index]), float(layer.y[index])
    lines = (
        ("B: " if other else "") + _which(layer, index),
        _offset(x - float(layer.grid_x[index]), y - float(layer.grid_y[index])),
        _weight(layer, index),
        _depth(layer, index),
        _class(prediction, x, y),
        _distance(probe, layer, index),
    )
    return TapNote(x, y, "\n".join(line for line in lines if line), held, other)


def _which(layer: LayerTaps, index: int) -> str:
    row, column = divmod(index, COLUMNS)
    return f"{layer.name}, tap {index + 1} (row {row + 1}, column {column + 1})"


def _offset(dx: float, dy: float) -> str:
    """From the place in the regular grid."""
    return f"offset {dx:+.1f}, {dy:+.1f} px".replace("-", "−")


def _weight(layer: LayerTaps, index: int) -> str:
    if layer.outside[index]:
        return "beyond the layer's map: it contributes nothing"
    partly = ", partly beyond the map" if layer.partly_outside[index] else ""
    return f"weight {float(layer.modulation[index]):.2f}{partly}"


def _depth(layer: LayerTaps, index: int) -> str:
    depth = float(layer.points_m[index, 2])
    return f"depth {depth:.2f} m" if math.isfinite(depth) else "no depth there"


def _class(prediction: Prediction, x: float, y: float) -> str:
    """At the nearest pixel; "" beyond the picture."""
    u, v = math.floor(x + 0.5), math.floor(y + 0.5)
    height, width = prediction.labels.shape
    if not (0 <= u < width and 0 <= v < height):
        return ""
    name = prediction.scheme.classes[int(prediction.labels[v, u])]
    return f"{name} {float(prediction.confidence[v, u]):.2f}"


def _distance(probe: Probe, layer: LayerTaps, index: int) -> str:
    pixels = math.hypot(float(layer.x[index]) - probe.u, float(layer.y[index]) - probe.v)
    text = f"{pixels:.1f} px"
    point = layer.points_m[index]
    if probe.xyz_m is not None and np.isfinite(point).all():
        text += f", {float(np.linalg.norm(point - np.array(probe.xyz_m))):.2f} m"
    return f"{text} from the probe"
