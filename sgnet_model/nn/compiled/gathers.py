"""The gather of S-Conv, one output row at a time. Maps are channels-last; nine taps.

Arrays are flat or (rows, ...): what is read and written in sixteens is named by its first element.
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np
from numba import carray

from sgnet_model.config import TAPS

from .layout import LANES
from .locate import ROOM, arrays, fill_regular, locate
from .primitives import acquire, blend, blend_two, helper, next_row, pointer_to, release


@helper
def columns_row(table, channels, rows, weights, out):
    """Tap j's weighted sum of four rows of the table, at out[j * channels]."""
    for j in range(rows.shape[1]):
        four = corners(rows, j, channels)
        of = weights[0, j], weights[1, j], weights[2, j], weights[3, j]
        twos = channels // (2 * LANES) * (2 * LANES) if table.itemsize == 2 else 0
        for i in range(0, twos, 2 * LANES):
            at = four[0] + i, four[1] + i, four[2] + i, four[3] + i
            blend_two(out, j * channels + i, table, at, of)
        for i in range(twos, channels, LANES):
            at = four[0] + i, four[1] + i, four[2] + i, four[3] + i
            blend(out, j * channels + i, table, at, of)


@helper
def corners(rows, j, width):
    """Where tap j's four rows start in a flat table of rows so wide."""
    return (
        np.int64(rows[0, j]) * width,
        np.int64(rows[1, j]) * width,
        np.int64(rows[2, j]) * width,
        np.int64(rows[3, j]) * width,
    )


@helper
def all_columns(header, dtype):
    h = carray(header, 14)
    n, height, width, channels, down, across, stride = h[6], h[7], h[8], h[9], h[10], h[11], h[12]
    start, stop = h[13], h[1]
    table = carray(pointer_to(h[2]), (n * height * width * channels,), dtype)
    offsets = carray(pointer_to(h[3]), (n * down, across * TAPS, 2), np.float32)
    modulation = carray(pointer_to(h[4]), (n * down, across * TAPS), np.float32)
    out = carray(pointer_to(h[5]), (stop - start, across * TAPS * channels), dtype)
    room = acquire(ROOM * across * TAPS)
    taps, at, rows, weights = arrays(room, across * TAPS)
    fill_regular(taps, stride)
    size = np.int32(height), np.int32(width)
    row = next_row(header)
    while row < stop:
        top, first = row % down * stride, row // down * height * width
        locate(offsets[row], modulation[row], top, taps, size, first, at, rows, weights)
        columns_row(table, channels, rows, weights, out[row - start])
        row = next_row(header)
    release(room)


def columns_bf16(header):
    """C entry: see `calls.columns`."""
    all_columns(header, np.uint16)


def columns_f32(header):
    """C entry: see `calls.columns`."""
    all_columns(header, np.float32)


def columns_u8(header):
    """C entry: see `calls.columns`."""
    all_columns(header, np.uint8)
