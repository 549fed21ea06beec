"""The relative receptive field as an image (paper, Fig. 7)."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.inspection.receptive_field import relative_field
from sgnet_model.types import LayerTrace


def trace_of(offsets: np.ndarray) -> LayerTrace:
    h, w = offsets.shape[1:]
    return LayerTrace(
        "layer", offsets.astype(np.float32), np.ones((9, h, w), np.float32), 4, 4, (h, w)
    )


def test_sums_the_lengths_of_all_offsets() -> None:
    offsets = np.zeros((18, 1, 3))
    offsets[0, 0, 0], offsets[1, 0, 0] = 3.0, -4.0  # tap 0: length 5
    offsets[16, 0, 0] = -1.0  # tap 8: length 1
    offsets[7, 0, 1] = 3.0  # tap 3
    field = relative_field(trace_of(offsets))
    assert (field.low, field.high) == (0.0, 6.0)
    assert field.image.tolist() == [[255, 128, 0]]  # 6, 3 and 0; 127.5 rounds to even
    assert field.image.dtype == np.uint8
    assert not field.constant


@pytest.mark.parametrize("value", [0.0, 0.7])
def test_a_constant_map_is_mid_grey_and_says_so(value: float) -> None:
    field = relative_field(trace_of(np.full((18, 4, 5), value)))
    assert field.constant
    assert (field.image == 128).all()
    assert field.high == pytest.approx(9 * np.hypot(value, value))


def test_rounding_is_not_stretched_into_a_picture() -> None:
    offsets = np.full((18, 4, 5), 0.7, np.float32)
    offsets[:, 0] = np.nextafter(np.float32(0.7), np.float32(1))
    assert relative_field(trace_of(offsets)).constant


def test_offsets_that_are_no_numbers_give_no_picture() -> None:
    offsets = np.random.default_rng(0).normal(size=(18, 4, 5))
    offsets[3, 1, 1] = np.nan
    field = relative_field(trace_of(offsets))
    assert field.constant
    assert (field.image == 128).all()
