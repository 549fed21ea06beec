"""A measure pulled back through a network: where, through all layers together, could it look?

Through a convolution mu'(b) = sum_q mu(q) sum_k w_k m_k(q) beta(T_k(q), b), with w_k the share of
tap k's slice in the kernel's norm and beta bilinear (plain layers: regular taps, m = 1). A sum of
paths halves, a concatenation shares by the norm of what reads it, max-pooling spreads evenly over
its window, resizing is the transpose of its interpolation. It is a vector-Jacobian product of a
non-negative network of one channel, taps frozen. No torch.
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

from .transposed_convolution import Measure, box_of, transposed_convolution

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
    some = box_of(measure)
    rows, columns = (
        interpolation_matrix(small, large, large)[cells].astype(np.float64)
        for small, large, cells in zip(size, measure.shape, some, strict=True)
    )
    # One axis at a time, and not by BLAS: its threads wait for one another longer than they count.
    tall = np.einsum("Rr,RC->rC", rows, measure[some])
    result: Measure = np.einsum("rC,Cc->rc", tall, columns)
    return result


def _regular(step: Convolve, measure: Measure, size: Size, pulled: Pulled) -> Measure:
    """The taps of a plain convolution."""
    if len(step.weights) == 1 and step.stride == 1:
        return measure
    out = transposed_convolution(
        measure, step.weights, step.stride, step.dilation, step.padding, size
    )
    pulled.beyond += max(float(measure.sum() - out.sum()), 0.0)
    return out


def _pooled(step: Pool, measure: Measure, size: Size) -> Measure:
    """Evenly over the part of the window that is on the map."""
    counts = [
        _on_map(np.arange(cells)[:, None] * step.stride - step.padding, step.kernel, length)
        for cells, length in zip(measure.shape, size, strict=True)
    ]
    even = np.ones(step.kernel**2)
    share = measure / np.outer(*counts)
    return transposed_convolution(share, even, step.stride, 1, step.padding, size)


def _on_map(first: NDArray[np.intp], kernel: int, length: int) -> NDArray[np.intp]:
    """Along one axis: of each window, which starts at `first` (n, 1), how many cells are there."""
    cells = first + np.arange(kernel)
    count: NDArray[np.intp] = ((cells >= 0) & (cells < length)).sum(1)
    return count


def _moved(step: Convolve, measure: Measure, trace: LayerTrace, pulled: Pulled) -> Measure:
    """The taps of an S-Conv, weighed by modulation, each shared by the four cells around it."""
    height, width = trace.input_size
    at = _with_mass(measure)
    mass = measure.ravel()[at]
    wide = width + 2 * MARGIN + 1
    rows, columns = np.divmod(np.arange(measure.size)[at], measure.shape[1])
    offsets = trace.offsets.reshape(len(step.weights), 2, -1)[:, :, at]
    weighed = trace.modulation.reshape(len(step.weights), -1)[:, at] * step.weights[:, None]
    weighed *= mass
    ky, kx = np.divmod(np.arange(len(step.weights))[:, None], step.kernel)
    y, up = _cell(offsets[:, 0], rows * step.stride + (ky - 1), height)
    x, right = _cell(offsets[:, 1], columns * step.stride + (kx - 1), width)
    index = (y * wide + x).ravel()
    flat = np.zeros((height + 2 * MARGIN + 1) * wide)
    high = weighed * up
    for further, row in ((0, weighed - high), (wide, high)):
        of_right = row * right
        for one, part in ((0, row - of_right), (1, of_right)):
            flat += np.bincount(index + (further + one), part.ravel(), flat.size)
    inside = (slice(MARGIN, MARGIN + height), slice(MARGIN, MARGIN + width))
    out: Measure = np.ascontiguousarray(flat.reshape(-1, wide)[inside])
    spent = float(weighed.sum())
    pulled.modulated += max(float(mass.sum()) - spent, 0.0)
    pulled.beyond += max(spent - float(out.sum()), 0.0)
    return out


def _with_mass(measure: Measure) -> NDArray[np.intp] | slice:
    """The flat cells that have some; all where that is most of them."""
    some = np.flatnonzero(measure)
    return some if len(some) < SPARSE * measure.size else slice(None)


def _cell(
    offsets: NDArray[np.float32], base: NDArray[np.intp], length: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Along one axis: the lower neighbour of base + offset on the padded map, and how far above it
    the tap is, exactly: 0..1. Whatever is further out than the margin is put into it."""
    floor = np.floor(offsets)
    lower = np.clip(floor, -(2.0**20), 2.0**20).astype(np.intp)
    lower += base
    np.clip(lower, -MARGIN, length, out=lower)
    lower += MARGIN
    return lower, offsets - floor
