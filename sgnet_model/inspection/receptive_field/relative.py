"""The relative receptive field of an S-Conv, as an image (paper, Fig. 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgnet_model.types import FloatArray, LayerTrace, UInt8Array

MID_GREY = 128
ROUNDING = 1e-6  # a map whose values differ by less, relative to the largest, is constant


@dataclass(frozen=True, slots=True, eq=False)
class RelativeField:
    """`image`: (h, w) uint8 on the layer's output grid, brighter = larger; 128 where `constant`.

    `low`, `high`: the extremes, shown as 0 and 255, in input-grid units.
    """

    image: UInt8Array
    low: float
    high: float
    constant: bool


def relative_field(trace: LayerTrace) -> RelativeField:
    """The min-max normalised map of `offset_sums`; a constant map is mid-grey, and says so."""
    sums = offset_sums(trace)
    low, high = float(sums.min()), float(sums.max())
    if not high - low > ROUNDING * high:
        return RelativeField(np.full(sums.shape, MID_GREY, np.uint8), low, high, True)
    image = np.rint((sums - low) * (255.0 / (high - low))).astype(np.uint8)
    return RelativeField(image, low, high, False)


def offset_sums(trace: LayerTrace) -> FloatArray:
    """sum_i ||Delta d_i(p)||_2 for every output index: (h, w) float32, input-grid units."""
    lengths = np.hypot(trace.offsets[0::2], trace.offsets[1::2])  # (K, h, w)
    sums: FloatArray = lengths.sum(0, dtype=np.float32)
    return sums
