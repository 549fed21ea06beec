"""All that is known of one pixel: depth, classes, and each S-Conv's taps. NumPy only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sgnet_model.geometry import point_at, refuse_millimetres
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Intrinsics, UserError

from .receptive_field import LayerTaps, taps_at

TOP_CLASSES = 5


@dataclass(frozen=True, slots=True)
class ClassScore:
    """`index`: 0..C-1 in the network's scheme. `probability`: 0..1."""

    index: int
    name: str
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Pixel (u, v) of the picture. `depth_m` and `xyz_m` (camera frame) None where missing.

    `label`: the predicted class's index. `top`: the five likeliest classes, or all where there are
    fewer, likeliest first. `layers`: every S-Conv in forward order.
    """

    u: int
    v: int
    depth_m: float | None
    xyz_m: tuple[float, float, float] | None
    label: int
    label_name: str
    top: tuple[ClassScore, ...]
    layers: tuple[LayerTaps, ...]


def probe(
    prediction: Prediction,
    u: int,
    v: int,
    depth_m: FloatArray | None = None,
    intrinsics: Intrinsics | None = None,
) -> Probe:
    """Reads a prediction at pixel (u, v); the network does not run again.

    `depth_m`: (H, W) float32 metres of the picture, 0 = missing. `intrinsics`: of a picture of any
    size; they are scaled to this one's. Without both there are no places in space. UserError
    outside the picture, and for depth of another size.
    """
    check_pixel(u, v, prediction.size)
    _check_depth(depth_m, prediction.size)
    depth = 0.0 if depth_m is None else float(depth_m[v, u])
    point = point_at(depth_m, intrinsics, u, v)
    known = bool(np.isfinite(point).all())
    label = int(prediction.labels[v, u])
    return Probe(
        u=u,
        v=v,
        depth_m=depth if depth > 0 else None,
        xyz_m=(float(point[0]), float(point[1]), float(point[2])) if known else None,
        label=label,
        label_name=prediction.scheme.classes[label],
        top=_likeliest(prediction, u, v),
        layers=tuple(
            taps_at(trace, u, v, prediction.network_size, prediction.size, depth_m, intrinsics)
            for trace in prediction.traces
        ),
    )


def check_pixel(u: int, v: int, size: tuple[int, int]) -> None:
    """UserError unless (u, v) lies in a picture of `size` (height, width)."""
    height, width = size
    if not all(isinstance(index, int | np.integer) for index in (u, v)):
        raise UserError(f"The pixel ({u!r}, {v!r}) is not two whole numbers, column and row.")
    if not (0 <= u < width and 0 <= v < height):
        raise UserError(
            f"Pixel {u},{v} lies outside the picture of {width}x{height} pixels: "
            f"choose u from 0 to {width - 1} and v from 0 to {height - 1}."
        )


def _check_depth(depth_m: FloatArray | None, size: tuple[int, int]) -> None:
    if depth_m is None:
        return
    if np.shape(depth_m) != size:
        raise UserError(
            f"The depth has shape {np.shape(depth_m)} and the picture {size}: give the depth of "
            "this picture."
        )
    refuse_millimetres(depth_m)


def probe_json(probe: Probe) -> dict[str, Any]:
    """JSON-ready, as `sgnet-model probe --json` prints it and the window exports it.

    Positions in pixels of the picture, `dx` and `dy` in the layer's input grid, depth, `xyz` and
    `spread_m` in metres; null where a value is missing.
    """
    return {
        "u": probe.u,
        "v": probe.v,
        "depth": _number(probe.depth_m),
        "xyz": None if probe.xyz_m is None else list(probe.xyz_m),
        "class": {"index": probe.label, "id": probe.label + 1, "name": probe.label_name},
        "top": [
            {
                "index": score.index,
                "id": score.index + 1,
                "name": score.name,
                "probability": score.probability,
            }
            for score in probe.top
        ],
        "layers": [_layer_json(layer) for layer in probe.layers],
    }


def _likeliest(prediction: Prediction, u: int, v: int) -> tuple[ClassScore, ...]:
    probabilities = prediction.probabilities_at(u, v)
    best = np.argsort(-probabilities, kind="stable")[:TOP_CLASSES]
    names = prediction.scheme.classes
    return tuple(
        ClassScore(int(index), names[index], float(probabilities[index])) for index in best
    )


def _layer_json(layer: LayerTaps) -> dict[str, Any]:
    return {
        "name": layer.name,
        "stride_in": layer.stride_in,
        "stride_out": layer.stride_out,
        "index": list(layer.index),
        "stands_for": list(layer.stands_for),
        "depth_from": list(layer.depth_from),
        "taps": [_tap_json(layer, tap) for tap in range(len(layer.x))],
        "spread_px": _number(layer.spread_px),
        "spread_m": _number(layer.spread_m),
    }


def _tap_json(layer: LayerTaps, tap: int) -> dict[str, Any]:
    return {
        "x": _number(layer.x[tap]),
        "y": _number(layer.y[tap]),
        "dx": _number(layer.dx[tap]),
        "dy": _number(layer.dy[tap]),
        "modulation": _number(layer.modulation[tap]),
        "outside": bool(layer.outside[tap]),
        "partly_outside": bool(layer.partly_outside[tap]),
        "grid_x": _number(layer.grid_x[tap]),
        "grid_y": _number(layer.grid_y[tap]),
    }


def _number(value: float | None) -> float | None:
    """JSON knows no NaN."""
    return None if value is None or not math.isfinite(value) else float(value)
