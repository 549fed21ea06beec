"""The weight generator's scores: of every tap one small row of a table, summed over the taps."""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np
from numba import carray

from sgnet_model.config import TAPS

from .gathers import corners
from .locate import locate, regular_taps
from .primitives import LANES, add_blend, exp, helper, next_row, pointer_to

# A row of the table: for each tap what it adds to the score of each, then what sixteen channels
# from the last tap's on reach beyond.
WIDTH = TAPS * (TAPS - 1) + LANES
_FURTHEST = np.float32(80)  # a sigmoid there is 0 or 1 to float32


@helper
def summed_row(table, bias, rows, weights, sums):
    """Sixteen sums a pixel; the first nine are the scores, the others are unused."""
    for pixel in range(rows.shape[1] // TAPS):
        sums[pixel * LANES : (pixel + 1) * LANES] = bias
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
    taps = regular_taps(across, stride)
    unit = np.ones(across * TAPS, np.float32)
    rows = np.empty((4, across * TAPS), np.uint32)
    weights = np.empty((4, across * TAPS), np.float32)
    sums = np.empty(across * LANES, np.float32)
    size = np.int32(height), np.int32(width)
    row = next_row(header)
    while row < h[1]:
        top, first = row % down * stride, row // down * height * width
        locate(offsets[row], unit, top, taps, size, first, rows, weights)
        summed_row(table, bias, rows, weights, sums)
        sigmoid_row(sums, out[row])
        row = next_row(header)


def scores_bf16(header):
    """C entry: see `calls.weigh`."""
    all_scores(header, np.uint16)


def scores_f32(header):
    """C entry: see `calls.weigh`."""
    all_scores(header, np.float32)
