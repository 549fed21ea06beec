"""A measure pulled back through a network: where, through all layers together, could it look?

Through a convolution mu'(b) = sum_q mu(q) sum_k w_k m_k(q) beta(T_k(q), b), with w_k the share of
tap k's slice in the kernel's norm and beta bilinear (plain layers: regular taps, m = 1). A sum of
paths halves, a concatenation shares by the norm of what reads it, max-pooling spreads evenly over
its window, resizing is the transpose of its interpolation. It is a vector-Jacobian product of a
non-negative network of one channel, taps frozen. NumPy only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sgnet_model.plan import (
    LOGITS,
    Add,
    Average,
    Concatenate,
    Convolve,
    Plan,
    Pool,
    Resize,
    Size,
)
from sgnet_model.types import LayerTrace
from sgnet_model.upsampling import interpolation_matrix

Measure = NDArray[np.float64]
MARGIN = 2  # cells around a map that catch what lies beyond it
SPARSE = 0.5  # share of cells with mass under which only those are looked at


@dataclass(slots=True, eq=False)
class Pulled:
    """`measures`: on the maps that have some. `beyond`: mass on taps beyond a map. `modulated`:
    mass that modulation took away. Together with what reached the inputs they make the mass of the
    start.
    """

    measures: dict[str, Measure] = field(default_factory=dict)
    beyond: float = 0.0
    modulated: float = 0.0


class PullBack:
    """Pulls measures back through one pass of a network fed at `picture` (height, width).

    `traces`: by layer; a layer without one is regular: offsets zero, modulation one. What comes
    back from the mean of a map is the same for every start but for its mass, so it is kept.
    """

    def __init__(self, plan: Plan, picture: Size, traces: Mapping[str, LayerTrace]) -> None:
        self.plan = plan
        self.sizes = plan.sizes(picture)
        self._traces = traces
        self._even: dict[str, Pulled] = {}  # from a mass of 1, evenly on a map that is averaged

    def pull(self, start: Measure, on: str = LOGITS) -> Pulled:
        """From `start`, (h, w), on one map to the inputs, over every map on the way."""
        pulled, averaged = self._local(start, on)
        for source, mass in averaged.items():
            if source not in self._even:
                height, width = self.sizes[source]
                even = np.full((height, width), 1 / (height * width))
                self._even[source] = self.pull(even, source)
            even_part = self._even[source]
            for name, measure in even_part.measures.items():
                _give(pulled, name, mass * measure)
            pulled.beyond += mass * even_part.beyond
            pulled.modulated += mass * even_part.modulated
        return pulled

    def _local(self, start: Measure, on: str) -> tuple[Pulled, dict[str, float]]:
        """Without what goes through means of maps, and the mass that does, by map."""
        pulled, averaged = Pulled({on: start}), dict[str, float]()
        for step in reversed(self.plan.steps):
            measure = pulled.measures.get(step.target)
            if measure is None:
                continue
            match step:
                case Add(sources):
                    for source in sources:
                        _give(pulled, source, measure / len(sources))
                case Concatenate(sources, shares):
                    for source, share in zip(sources, shares, strict=True):
                        _give(pulled, source, measure * share)
                case Average(source):
                    averaged[source] = averaged.get(source, 0.0) + float(measure.sum())
                case Resize(source):
                    _give(pulled, source, _resized(measure, self.sizes[source]))
                case Pool(source):
                    _give(pulled, source, _pooled(step, measure, self.sizes[source]))
                case Convolve(source) if step.layer in self._traces:
                    trace = self._traces[step.layer]
                    _give(pulled, source, _moved(step, measure, trace, pulled))
                case Convolve(source):
                    _give(pulled, source, _regular(step, measure, self.sizes[source], pulled))
        return pulled, averaged


def start_at(rows: NDArray[np.float32], columns: NDArray[np.float32]) -> Measure:
    """The measure on the logits of one pixel of the picture: how upsampling reads them."""
    return np.outer(rows.astype(np.float64), columns.astype(np.float64))


def _give(pulled: Pulled, source: str, measure: Measure) -> None:
    known = pulled.measures.get(source)
    pulled.measures[source] = measure if known is None else known + measure


def _resized(measure: Measure, size: Size) -> Measure:
    some = _box(measure)
    rows, columns = (
        interpolation_matrix(small, large, large)[cells].astype(np.float64)
        for small, large, cells in zip(size, measure.shape, some, strict=True)
    )
    result: Measure = rows.T @ measure[some] @ columns
    return result


def _regular(step: Convolve, measure: Measure, size: Size, pulled: Pulled) -> Measure:
    """The taps of a plain convolution."""
    if len(step.weights) == 1 and step.stride == 1:
        return measure
    out, box = np.zeros(size), _box(measure)
    for tap, weight in enumerate(step.weights):
        row, column = divmod(tap, step.kernel)
        (rows, to_rows), (columns, to_columns) = (
            _met(index * step.dilation - step.padding, step.stride, length, some)
            for index, length, some in zip((row, column), size, box, strict=True)
        )
        out[to_rows, to_columns] += weight * measure[rows, columns]
    pulled.beyond += max(float(measure.sum() - out.sum()), 0.0)
    return out


def _box(measure: Measure) -> tuple[slice, slice]:
    """The rows and the columns from the first to the last that have some mass."""
    found = (np.flatnonzero(measure.any(axis)) for axis in (1, 0))
    rows, columns = (slice(at[0], at[-1] + 1) if at.size else slice(0, 0) for at in found)
    return rows, columns


def _met(first: int, stride: int, length: int, some: slice) -> tuple[slice, slice]:
    """Along one axis the outputs q of `some` whose tap at first + stride q is on a map, and where
    it is."""
    low = max(some.start, -(first // stride))
    high = max(min(some.stop, (length - 1 - first) // stride + 1), low)
    start = first + stride * low
    return slice(low, high), slice(start, start + stride * (high - low), stride)


def _pooled(step: Pool, measure: Measure, size: Size) -> Measure:
    """Evenly over the part of the window that is on the map."""
    out, some = np.zeros(size), _box(measure)
    parts = [
        [_met(tap - step.padding, step.stride, length, cells) for tap in range(step.kernel)]
        for length, cells in zip(size, some, strict=True)
    ]
    counts = [np.zeros(cells) for cells in measure.shape]
    for count, taps in zip(counts, parts, strict=True):
        for cells, _ in taps:
            count[cells] += 1
    share = np.zeros_like(measure)
    share[some] = measure[some] / np.outer(counts[0][some[0]], counts[1][some[1]])
    for rows, to_rows in parts[0]:
        for columns, to_columns in parts[1]:
            out[to_rows, to_columns] += share[rows, columns]
    return out


def _moved(step: Convolve, measure: Measure, trace: LayerTrace, pulled: Pulled) -> Measure:
    """The taps of an S-Conv, weighed by modulation, each shared by the four cells around it."""
    height, width = trace.input_size
    at = _with_mass(measure)
    mass = measure.ravel()[at]
    padded = (height + 2 * MARGIN + 1, width + 2 * MARGIN + 1)
    rows, columns = np.divmod(np.arange(measure.size, dtype=np.int32)[at], measure.shape[1])
    flat = np.zeros(padded[0] * padded[1])
    spent = 0.0
    for tap, weight in enumerate(step.weights):
        weighed = weight * mass * trace.modulation[tap].ravel()[at]
        spent += float(weighed.sum())
        ky, kx = divmod(tap, step.kernel)
        y, up = _cell(trace.offsets[2 * tap], at, rows * step.stride + (ky - 1), height)
        x, right = _cell(trace.offsets[2 * tap + 1], at, columns * step.stride + (kx - 1), width)
        index = y * padded[1] + x
        low = weighed * (1 - up)
        high = weighed * up
        for further, part in (
            (0, low * (1 - right)),
            (1, low * right),
            (padded[1], high * (1 - right)),
            (padded[1] + 1, high * right),
        ):
            flat += np.bincount(index + further, part, flat.size)
    inside = (slice(MARGIN, MARGIN + height), slice(MARGIN, MARGIN + width))
    out: Measure = np.ascontiguousarray(flat.reshape(padded)[inside])
    pulled.modulated += max(float(mass.sum()) - spent, 0.0)
    pulled.beyond += max(spent - float(out.sum()), 0.0)
    return out


def _with_mass(measure: Measure) -> NDArray[np.intp] | slice:
    """The flat cells that have some; all where that is most of them."""
    some = np.flatnonzero(measure)
    return some if len(some) < SPARSE * measure.size else slice(None)


def _cell(
    offsets: NDArray[np.float32],
    at: NDArray[np.intp] | slice,
    base: NDArray[np.int32],
    length: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Along one axis: the lower neighbour of base + offset on the padded map, and how far above it
    the tap is, exactly: 0..1. Whatever is further out than the margin is put into it."""
    chosen = offsets.ravel()[at]
    floor = np.floor(chosen)
    lower = np.clip(floor, -(2.0**20), 2.0**20).astype(np.int32) + base
    return np.clip(lower, -MARGIN, length) + np.int32(MARGIN), chosen - floor
