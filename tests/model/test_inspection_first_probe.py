"""Where the first probe goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from session_support import HEIGHT, WIDTH, make_frame, make_prediction, make_trace

from sgnet_model.inspection.first_probe import first_probe, spread_map
from sgnet_model.inspection.receptive_field import taps_at
from sgnet_model.prediction import Prediction
from sgnet_model.types import LayerTrace

CHAIR_U, CHAIR_V = slice(32, 96), slice(32, 64)  # of the prediction's labels


def with_offsets(prediction: Prediction, name: str, *peaks: tuple[int, int, float]) -> Prediction:
    """All offsets nought but at output indices (row, column), where taps move apart by `size`."""
    traces = []
    for trace in prediction.traces:
        offsets = np.zeros_like(trace.offsets)
        if trace.name == name:
            for row, column, size in peaks:
                offsets[1::2, row, column] = np.tile([-size, 0, size], 3)
        traces.append(replace(trace, offsets=offsets, modulation=np.ones_like(trace.modulation)))
    return replace(prediction, traces=tuple(traces))


def depth() -> np.ndarray:
    frame = make_frame()
    assert frame.depth_m is not None
    return frame.depth_m


def test_the_map_agrees_with_the_taps_of_a_pixel() -> None:
    prediction = make_prediction()
    trace = prediction.trace("layer2.3")
    for row, column in ((0, 0), (5, 9)):
        v, u = row * trace.stride_out, column * trace.stride_out
        taps = taps_at(trace, u, v, (HEIGHT, WIDTH), (HEIGHT, WIDTH))
        assert spread_map(trace)[row, column] * trace.stride_in == pytest.approx(
            taps.spread_px, rel=1e-5
        )


def test_the_object_with_the_widest_taps_wins_over_wider_ones_on_structure() -> None:
    # layer2.3 has stride 8: (6, 6) is pixel (48, 48), on the chair; (2, 6) is on the wall.
    prediction = with_offsets(make_prediction(), "layer2.3", (6, 6, 1.0), (2, 6, 3.0))
    assert first_probe(prediction, depth()) == (48, 48)


def test_the_finer_layer_counts_too() -> None:
    prediction = with_offsets(make_prediction(), "layer1.2", (10, 20, 2.0))
    assert first_probe(prediction, depth()) == (80, 40)


def test_without_an_object_structure_is_probed_too() -> None:
    prediction = with_offsets(make_prediction(), "layer2.3", (3, 6, 3.0))
    bare = replace(prediction, labels=np.zeros_like(prediction.labels))
    assert first_probe(bare, depth()) == (48, 24)


def test_a_hole_is_no_place_for_it() -> None:
    prediction = with_offsets(make_prediction(), "layer2.3", (6, 6, 3.0), (6, 8, 1.0))
    holed = depth().copy()
    holed[48, 48] = 0
    assert first_probe(prediction, holed) == (64, 48)


def test_a_network_with_other_layers_still_gets_one() -> None:
    prediction = make_prediction()
    other: LayerTrace = make_trace(np.random.default_rng(1), "layer7.0", 16, 16)
    u, v = first_probe(replace(prediction, traces=(other,)), depth())
    assert (u % 16, v % 16) == (0, 0)
    assert CHAIR_U.start <= u < CHAIR_U.stop
    assert CHAIR_V.start <= v < CHAIR_V.stop
