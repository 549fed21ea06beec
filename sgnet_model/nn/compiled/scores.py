"""The weight generator's scores: of every tap one small row of a table, summed over the taps."""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np
from numba import carray

from sgnet_model.config import TAPS

from .gathers import corners
from .layout import LANES
from .locate import ROOM, arrays, fill_regular, locate
from .primitives import acquire, add_blend, exp, helper, next_row, pointer_to, release

# A row of the table: for each tap what it adds to the score of each, then what sixteen channels
# from the last tap's on reach beyond.
WIDTH = TAPS * (TAPS - 1) + LANES
_FURTHEST = np.float32(80)  # a sigmoid there is 0 or 1 to float32


@helper
def summed_row(table, bias, rows, weights, sums):
    """Sixteen sums a pixel; the first nine are the scores, the others are unused."""
    for pixel in range(rows.shape[1] // TAPS):
        for k in range(LANES):
            sums[pixel * LANES + k] = bias[k]
    for tap in range(TAPS):
        for pixel in range(rows.shape[1] // TAPS):
            j = pixel * TAPS + tap
            a, b, c, d = corners(rows, j, WIDTH)
            at = a + tap * TAPS, b + tap * TAPS, c + tap * TAPS, d + tap * TAPS
            of = weights[0, j], weights[1, j], weights[2, j], weights[3, j]
            add_blend(sums, pixel * LANES, table, at, of)


@helper
def sigmoid_row(sums, out):
    """1 / (1 + exp(-score)) of the first nine of every sixteen."""
    for i in range(sums.shape[0]):
        x = sums[i]
        x = _FURTHEST if x > _FURTHEST else x
        x = -_FURTHEST if x < -_FURTHEST else x
        sums[i] = np.float32(1) / (np.float32(1) + exp(-x))
    for pixel in range(sums.shape[0] // LANES):
        for k in range(TAPS):
            out[pixel * TAPS + k] = sums[pixel * LANES + k]


@helper
def all_scores(header, dtype):
    h = carray(header, 12)
    n, height, width, down, across, stride = h[6], h[7], h[8], h[9], h[10], h[11]
    table = carray(pointer_to(h[2]), (n * height * width * WIDTH,), dtype)
    offsets = carray(pointer_to(h[3]), (n * down, across * TAPS, 2), np.float32)
    bias = carray(pointer_to(h[4]), (LANES,), np.float32)
    out = carray(pointer_to(h[5]), (n * down, across * TAPS), np.float32)
    count = across * TAPS
    room, ones, summed = acquire(ROOM * count), acquire(4 * count), acquire(4 * across * LANES)
    taps, at, rows, weights = arrays(room, count)
    unit = carray(pointer_to(ones), (count,), np.float32)
    sums = carray(pointer_to(summed), (across * LANES,), np.float32)
    fill_regular(taps, stride)
    unit[:] = 1
    size = np.int32(height), np.int32(width)
    row = next_row(header)
    while row < h[1]:
        top, first = row % down * stride, row // down * height * width
        locate(offsets[row], unit, top, taps, size, first, at, rows, weights)
        summed_row(table, bias, rows, weights, sums)
        sigmoid_row(sums, out[row])
        row = next_row(header)
    for used in (room, ones, summed):
        release(used)


def scores_bf16(header):
    """C entry: see `calls.weigh`."""
    all_scores(header, np.uint16)


def scores_f32(header):
    """C entry: see `calls.weigh`."""
    all_scores(header, np.float32)
