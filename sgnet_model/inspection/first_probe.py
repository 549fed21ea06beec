"""Where the first probe goes, so that the point of the tool is seen before anything is clicked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sgnet_model.inspection.receptive_field.grids import (
    TAP_COLUMNS,
    TAP_ROWS,
    Positions,
    picture_from_network,
)
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, LayerTrace

TELLING_LAYERS = ("layer1.2", "layer2.3")  # fine enough to be seen on objects, late enough to move
STRUCTURE = ("wall", "floor", "ceiling", "otherstructure")  # what is not an object
MARGIN = 0.12  # of the picture's sides: taps should not lie beyond the border

Bools = NDArray[np.bool_]


def first_probe(prediction: Prediction, depth_m: FloatArray) -> tuple[int, int]:
    """(u, v): among the pixels of objects, where the taps of two early S-Convs spread most.

    The rule: the pixels that `TELLING_LAYERS` have an index at are ranked by the root-mean-square
    distance of the layer's nine taps from their modulation-weighted mean, in pixels of the network;
    structure (walls, floors, ceilings), missing depth and a border are left out as long as
    something else is there. The largest spread of both layers together wins.
    """
    trace = _coarser(prediction)
    height, width = prediction.size
    spread = spread_map(trace) * trace.stride_in
    u = _pixels(trace, 1, prediction.network_size[1], width)
    v = _pixels(trace, 0, prediction.network_size[0], height)
    at = np.ix_(v, u)
    inside = _inside(v, height)[:, None] & _inside(u, width)[None, :]
    allowed = _narrowest(
        [inside & (depth_m[at] > 0) & ~_structure(prediction, at), inside & (depth_m[at] > 0)]
    )
    best = np.where(allowed, spread + _finer_spread(prediction, spread.shape), -1.0).argmax()
    row, column = np.unravel_index(best, spread.shape)
    return int(u[column]), int(v[row])


def spread_map(trace: LayerTrace) -> FloatArray:
    """(h, w) float32: `spread` of the taps at every output index, in input-grid units.

    Root-mean-square distance of the nine taps from their modulation-weighted mean.
    """
    y = trace.offsets[0::2] + TAP_ROWS.astype(np.float32)[:, None, None]  # (9, h, w)
    x = trace.offsets[1::2] + TAP_COLUMNS.astype(np.float32)[:, None, None]
    weights = trace.modulation / np.maximum(trace.modulation.sum(0), 1e-12)
    distance = (y - (weights * y).sum(0)) ** 2 + (x - (weights * x).sum(0)) ** 2
    result: FloatArray = np.sqrt(distance.mean(0)).astype(np.float32)
    return result


def _telling(prediction: Prediction) -> list[LayerTrace]:
    """The layers named above, or the last ones at the two finest strides of another network."""
    by_name = {trace.name: trace for trace in prediction.traces}
    found = [by_name[name] for name in TELLING_LAYERS if name in by_name]
    return found or list(prediction.traces[:1])


def _coarser(prediction: Prediction) -> LayerTrace:
    return max(_telling(prediction), key=lambda trace: trace.stride_out)


def _finer_spread(prediction: Prediction, shape: tuple[int, int]) -> FloatArray:
    """(h, w): what the other layers say at the indices of the coarser one, in network pixels."""
    coarse = _coarser(prediction)
    total = np.zeros(shape, np.float32)
    for trace in _telling(prediction):
        if trace is not coarse:
            step = coarse.stride_out // trace.stride_out
            total += (spread_map(trace) * trace.stride_in)[::step, ::step][: shape[0], : shape[1]]
    return total


def _pixels(trace: LayerTrace, axis: int, network: int, picture: int) -> NDArray[np.int64]:
    """The picture's pixel that each output index along an axis stands for."""
    indices: Positions = np.arange(trace.output_size[axis], dtype=np.float64)
    at = picture_from_network(indices * trace.stride_out, network, picture)
    return np.asarray(np.clip(np.rint(at), 0, picture - 1), np.int64)


def _inside(pixels: NDArray[np.int64], length: int) -> Bools:
    result: Bools = (pixels >= MARGIN * length) & (pixels < (1 - MARGIN) * length)
    return result


def _structure(prediction: Prediction, at: tuple[NDArray[np.int64], ...]) -> Bools:
    """At these pixels: what the network takes for a part of the room."""
    classes = [i for i, name in enumerate(prediction.scheme.classes) if name in STRUCTURE]
    result: Bools = np.isin(prediction.labels[at], classes)
    return result


def _narrowest(choices: list[Bools]) -> Bools:
    """The first that leaves something; everything where none does."""
    return next((choice for choice in choices if choice.any()), np.ones_like(choices[0]))
