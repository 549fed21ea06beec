"""The atlas: what each layer's taps do over a data set, by depth, class, size and border.

Every number is a quotient of sums over output positions, so bins add up to the total and the order
of frames does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.evaluation.bins import DEPTH_BINS, depth_range, depth_range_name
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, LayerTrace

from .first_probe import spread_map
from .tap_measures import (
    BORDER_EDGES_PX,
    FEATURES,
    SIZE_EDGES_PX,
    Places,
    Scene,
    Sums,
    features_of,
)

GROUPINGS = ("by_depth", "by_class", "by_size", "by_border")
EXAMPLES = 3  # positions kept for each cell of a table
RESAMPLES = 1000


@dataclass(slots=True, eq=False)
class _Layer:
    """`total`: (F,) sums. `groups`: by grouping (groups, F). `slope`: (frame, 5 sums). `examples`:
    by grouping and group, [dilation in px, frame, u, v], the largest first."""

    stride_in: int
    total: Sums
    groups: dict[str, Sums]
    slope: dict[str, Sums] = field(default_factory=dict)
    examples: dict[tuple[str, int], list[tuple[float, str, int, int]]] = field(default_factory=dict)


class Atlas:
    """Frames are added one by one; `to_json` may be asked at any time. `classes`: of the network,
    which also those of the ground truth must be to be used; else predicted labels stand in."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self.classes = classes
        self.frames: list[str] = []
        self._layers: dict[str, _Layer] = {}

    def add(
        self,
        name: str,
        frame: Frame,
        prediction: Prediction,
        depth_seen: Callable[[LayerTrace], FloatArray | None],
    ) -> None:
        """`depth_seen`: (h, w) metres at each output as the layer saw it, None where it sees
        none."""
        assert frame.depth_m is not None
        self.frames.append(name)
        scene = Scene.of(frame, prediction, self.classes)
        for trace in prediction.traces:
            self._add(name, trace, scene, prediction, depth_seen(trace))

    def to_json(self) -> dict[str, Any]:
        """JSON-ready: `layers`, in forward order, `frames`, and how far bins are from adding up."""
        off = max(
            (
                float(np.abs(groups.sum(0) - layer.total).max() / max(layer.total[0], 1))
                for layer in self._layers.values()
                for groups in layer.groups.values()
            ),
            default=0.0,
        )
        return {
            "frames": len(self.frames),
            "layers": [self._layer_json(name, layer) for name, layer in self._layers.items()],
            "check": {"what": "the bins of each table add up to the total", "error": off},
        }

    def _add(
        self,
        name: str,
        trace: LayerTrace,
        scene: Scene,
        prediction: Prediction,
        seen: FloatArray | None,
    ) -> None:
        places = Places.of(trace, prediction)
        features, dilation = features_of(trace, places, scene)
        groups = scene.groups_at(places)
        counts = {
            "by_depth": DEPTH_BINS,
            "by_class": len(self.classes) + 1,
            "by_size": len(SIZE_EDGES_PX),
            "by_border": len(BORDER_EDGES_PX),
        }
        layer = self._layers.setdefault(
            trace.name,
            _Layer(
                trace.stride_in,
                np.zeros(len(FEATURES)),
                {key: np.zeros((count, len(FEATURES))) for key, count in counts.items()},
            ),
        )
        layer.total += features.sum(1)
        for key, group in groups.items():
            for index, feature in enumerate(features):
                layer.groups[key][:, index] += np.bincount(group, feature, counts[key])
            _keep_examples(layer, key, group, dilation * trace.stride_in, name, places)
        if seen is not None:
            layer.slope[name] = layer.slope.get(name, np.zeros(5)) + _slope_sums(
                seen, spread_map(trace) * trace.stride_in
            )

    def _layer_json(self, name: str, layer: _Layer) -> dict[str, Any]:
        names = {
            "by_depth": [depth_range_name(depth_range(bin)) for bin in range(DEPTH_BINS)],
            "by_class": [*self.classes, "void"],
            "by_size": [_pixels(SIZE_EDGES_PX, index) for index in range(len(SIZE_EDGES_PX))],
            "by_border": [_pixels(BORDER_EDGES_PX, index) for index in range(len(BORDER_EDGES_PX))],
        }
        return {
            "name": name,
            **values_of(layer.total, layer.stride_in),
            "slope": slope_of(layer.slope),
            **{
                key: [
                    {
                        "group": names[key][index],
                        **values_of(sums, layer.stride_in),
                        "examples": [
                            {"frame": frame, "pixel": [u, v], "dilation_px": size}
                            for size, frame, u, v in layer.examples.get((key, index), [])
                        ],
                    }
                    for index, sums in enumerate(layer.groups[key])
                    if sums[0]
                ]
                for key in GROUPINGS
            },
        }


def values_of(sums: Sums, stride: int) -> dict[str, Any]:
    """From sums by FEATURES: the numbers of a row, None where nothing is known."""
    of = dict(zip(FEATURES, sums.tolist(), strict=True))
    same, regular = _ratio(of, "same", "with_plane"), _ratio(of, "same_regular", "with_plane")
    pure, pure_regular = _ratio(of, "pure", "with_label"), _ratio(of, "pure_regular", "with_label")
    cells = _moments(of["cells"], of["cells2"], of["n"])
    return {
        "positions": int(of["n"]),
        "dilation": {
            "cells": cells,
            "px": {key: None if one is None else one * stride for key, one in cells.items()},
            "m": _moments(of["m"], of["m2"], of["with_m"]),
        },
        "outside": _ratio(of, "outside", "n"),
        "modulation_entropy": _ratio(of, "entropy", "n"),
        "same_surface": _beside(same, regular),
        "label_purity": _beside(pure, pure_regular),
    }


def slope_of(frames: dict[str, Sums]) -> dict[str, float | None]:
    """Of log spread in px against log depth: -1 is constant in metres, 0 in pixels. The interval
    holds 95 % of 1,000 bootstraps over frames, which are drawn by name."""
    if not frames:
        return {"value": None, "low": None, "high": None}
    sums = np.stack([frames[name] for name in sorted(frames)])
    random = np.random.default_rng(0)
    drawn = random.integers(0, len(sums), (RESAMPLES, len(sums)))
    slopes = [_slope(sums[rows].sum(0)) for rows in drawn]
    known = [slope for slope in slopes if slope is not None]
    low, high = np.percentile(known, (2.5, 97.5)) if known else (None, None)
    return {
        "value": _slope(sums.sum(0)),
        "low": None if low is None else float(low),
        "high": None if high is None else float(high),
    }


def _keep_examples(
    layer: _Layer, key: str, group: NDArray[np.int64], size: Sums, name: str, places: Places
) -> None:
    """Of each group the position whose taps lie furthest apart; a tie is broken by the names."""
    order = np.argsort(size, kind="stable")
    best = dict(zip(group[order].tolist(), order.tolist(), strict=True))  # the last one wins
    for index, at in best.items():
        kept = layer.examples.setdefault((key, index), [])
        kept.append((float(size[at]), name, int(places.columns[at]), int(places.rows[at])))
        kept.sort(key=lambda one: (-one[0], one[1:]))
        del kept[EXAMPLES:]


def _slope_sums(depth_m: FloatArray, spread_px: FloatArray) -> Sums:
    known = (depth_m > 0) & (spread_px > 0)
    x, y = (np.log(values[known].astype(np.float64)) for values in (depth_m, spread_px))
    return np.array([len(x), x.sum(), y.sum(), (x * x).sum(), (x * y).sum()])


def _slope(sums: Sums) -> float | None:
    """Least squares; None where depth does not vary."""
    n, x, y, xx, xy = sums.tolist()
    varies = n * xx - x * x
    return (n * xy - x * y) / varies if varies > 1e-9 * max(n * xx, 1e-9) else None


def _ratio(of: dict[str, float], part: str, whole: str) -> float | None:
    return of[part] / of[whole] if of[whole] > 0 else None


def _moments(total: float, squares: float, count: float) -> dict[str, float | None]:
    if count <= 0:
        return {"mean": None, "std": None}
    mean = total / count
    return {"mean": mean, "std": float(np.sqrt(max(squares / count - mean**2, 0)))}


def _beside(share: float | None, regular: float | None) -> dict[str, float | None]:
    """A share, the regular grid's, and the gain."""
    gain = None if share is None or regular is None else share - regular
    return {"share": share, "regular": regular, "gain": gain}


def _pixels(edges: tuple[float, ...], index: int) -> str:
    last = index == len(edges) - 1
    return (
        f"{edges[index]:g} px and more" if last else f"{edges[index]:g} to {edges[index + 1]:g} px"
    )
