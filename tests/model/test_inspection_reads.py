"""Who looked at a pixel."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from inspection_support import subject

from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.finding import HeatMap
from sgnet_model.inspection.kinds.reads import duality_error, readers_of
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.receptive_field import taps_at
from sgnet_model.inspection.registry import inspection
from sgnet_model.types import LayerTrace


def _trace(offsets: np.ndarray, stride: int = 1) -> LayerTrace:
    h, w = offsets.shape[1:]
    modulation = np.ones((9, h, w), np.float32)
    return LayerTrace("layer2.0", offsets, modulation, 4, 4 * stride, (h * stride, w * stride))


def test_an_undeformed_cell_is_read_by_its_neighbours() -> None:
    """By hand: without offsets a cell is the tap of nine outputs, fewer at a corner."""
    trace = _trace(np.zeros((18, 5, 7), np.float32))
    found = readers_of(trace, (2, 3))
    expected = np.zeros((5, 7))
    expected[1:4, 2:5] = 1
    assert np.array_equal(found, expected)
    assert readers_of(trace, (0, 0)).sum() == 4
    strided = _trace(np.zeros((18, 5, 7), np.float32), 2)
    assert readers_of(strided, (3, 4)).sum() == 2  # rows 1 and 2 of output column 2


def test_half_a_cell_is_half_read() -> None:
    """All taps half a cell to the right: each cell is shared by the readers on either side."""
    offsets = np.zeros((18, 5, 7), np.float32)
    offsets[1::2] = 0.5
    found = readers_of(_trace(offsets), (2, 3))
    expected = np.zeros((5, 7))
    expected[1:4, 1:5] = (0.5, 1, 1, 0.5)
    assert np.array_equal(found, expected)


def test_it_is_the_probe_the_other_way_round() -> None:
    """Each reader's own taps, as the probe draws them, put that weight on the cell."""
    asked = subject()
    prediction = asked.prediction
    found = ask(inspection("reads"), asked, (41, 33), Options(layer="layer2.2"))
    part = found.parts[0]
    assert isinstance(part, HeatMap)
    trace = prediction.trace("layer2.2")
    row, column = found.values["layers"][0]["cell"]
    assert (row, column) == (4, 5)  # 33 / 8 and 41 / 8, rounded
    readers = np.argwhere(part.values > 0)
    assert found.values["readers"] == len(readers) > 0
    for y, x in readers:
        taps = taps_at(trace, 8 * x, 8 * y, prediction.network_size, prediction.size)
        assert taps.index == (y, x)
        weights = np.maximum(1 - np.abs(taps.y / 8 - row), 0)
        weights *= np.maximum(1 - np.abs(taps.x / 8 - column), 0)
        assert part.values[y, x] == pytest.approx(weights @ taps.modulation, abs=1e-5)
    assert found.values["weight"] == pytest.approx(part.values.sum(), rel=1e-5)


def test_the_check_finds_what_is_wrong() -> None:
    trace = subject().prediction.trace("layer2.0")
    assert duality_error(trace) < 1e-5
    found = ask(inspection("reads"), subject(), (41, 33), Options())
    assert len(found.parts) == 12
    assert found.checks[0].error < 1e-5


def test_all_layers_at_full_size_take_milliseconds() -> None:
    """10 ms of processor time, which a busy machine gives later but not more of."""
    random = np.random.default_rng(0)
    shapes = [(120, 160)] * 3 + [(60, 80)] * 3 + [(30, 40)] * 6
    traces = [_trace(random.normal(0, 2, (18, *shape)).astype(np.float32)) for shape in shapes]
    traces = [replace(trace, name=str(index)) for index, trace in enumerate(traces)]
    times = []
    for _ in range(5):
        start = time.thread_time()
        for trace in traces:
            readers_of(trace, (10, 10))
        times.append(time.thread_time() - start)
    assert min(times) < 0.1
