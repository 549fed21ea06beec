"""Bilinear samples at known positions and their gradients, for training.

Maps are channels-last and flat, a multiple of sixteen channels deep. An output row has T = w K
taps, pixel by pixel; positions and modulation are (n h, T), what is sampled (n h, T C).
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np
from numba import carray

from .channels import products, spread
from .gathers import columns_row, corners
from .primitives import acquire, helper, next_row, pointer_to, release


@helper
def axis(position, length):
    """The two elements around a position: indices inside the axis, weights, slopes of those.

    An element outside has no weight and no slope, nor has any at a position of -1, which does not
    count: see `sampling.positions`. NaN has weights that are none.
    """
    # Beyond two elements outside all is alike, and stays in range of any integer.
    position = np.float32(length + 1) if position > np.float32(length + 1) else position
    position = np.float32(-2) if position <= np.float32(-1) else position
    low = np.floor(position)
    upper = position - low
    first = np.int32(low) if low == low else np.int32(0)
    second = np.int32(first + 1)
    of_first = np.float32(first >= 0 and first < length)
    of_second = np.float32(second >= 0 and second < length)
    last = np.int32(length - 1)
    first = min(max(first, np.int32(0)), last)
    second = min(max(second, np.int32(0)), last)
    # Multiplied, not chosen: NaN times 0 is NaN.
    weights = (np.float32(1) - upper) * of_first, upper * of_second
    return (first, second), weights, (-of_first, of_second)


@helper
def place(ys, xs, modulation, size, first, rows, weights):
    """Fill `rows` and `weights`, both (4, T): what the taps of an output row read, and how much.

    `size`: height and width of the map. `first`: row of its first pixel in the table of all.
    """
    height, width = size
    for j in range(ys.shape[0]):
        (y0, y1), (of_y0, of_y1), _ = axis(ys[j], height)
        (x0, x1), (of_x0, of_x1), _ = axis(xs[j], width)
        m = modulation[j]
        weights[0, j], weights[1, j] = of_y0 * of_x0 * m, of_y0 * of_x1 * m
        weights[2, j], weights[3, j] = of_y1 * of_x0 * m, of_y1 * of_x1 * m
        top, bottom = first + y0 * width, first + y1 * width
        rows[0, j], rows[1, j] = np.uint32(top + x0), np.uint32(top + x1)
        rows[2, j], rows[3, j] = np.uint32(bottom + x0), np.uint32(bottom + x1)


@helper
def slopes_row(table, ys, xs, modulation, size, first, channels, grad, at, out):
    """Gradients of an output row's positions and modulation, to `out`: dy, dx, dm, each (T,).

    `grad[at]`: the first of its columns' gradients.
    """
    height, width = size
    of_y, of_x, of_m = out
    for j in range(ys.shape[0]):
        (y0, y1), (wy0, wy1), (sy0, sy1) = axis(ys[j], height)
        (x0, x1), (wx0, wx1), (sx0, sx1) = axis(xs[j], width)
        top, bottom = first + y0 * width, first + y1 * width
        four = (
            (top + x0) * channels,
            (top + x1) * channels,
            (bottom + x0) * channels,
            (bottom + x1) * channels,
        )
        p00, p01, p10, p11 = products(table, four, grad, at + j * channels, channels)
        above, below = wx0 * p00 + wx1 * p01, wx0 * p10 + wx1 * p11
        left, right = wy0 * p00 + wy1 * p10, wy0 * p01 + wy1 * p11
        of_y[j] = modulation[j] * (sy0 * above + sy1 * below)
        of_x[j] = modulation[j] * (sx0 * left + sx1 * right)
        of_m[j] = wy0 * above + wy1 * below


@helper
def taps_of(h, count, taps):
    """Positions and modulation, which every header begins with."""
    shape = (count, taps)
    ys = carray(pointer_to(h[2]), shape, np.float32)
    xs = carray(pointer_to(h[3]), shape, np.float32)
    return ys, xs, carray(pointer_to(h[4]), shape, np.float32)


@helper
def rows_and_weights(room, taps):
    """What `place` fills, in 32 bytes a tap at `room`."""
    rows = carray(pointer_to(room), (4, taps), np.uint32)
    return rows, carray(pointer_to(room + 16 * taps), (4, taps), np.float32)


@helper
def all_samples(header, dtype):
    h = carray(header, 13)
    n, height, width, channels, down, taps = h[7], h[8], h[9], h[10], h[11], h[12]
    ys, xs, modulation = taps_of(h, n * down, taps)
    table = carray(pointer_to(h[5]), (n * height * width * channels,), dtype)
    out = carray(pointer_to(h[6]), (n * down, taps * channels), dtype)
    room = acquire(32 * taps)
    rows, weights = rows_and_weights(room, taps)
    size = np.int32(height), np.int32(width)
    row = next_row(header)
    while row < h[1]:
        first = row // down * height * width
        place(ys[row], xs[row], modulation[row], size, first, rows, weights)
        columns_row(table, channels, rows, weights, out[row])
        row = next_row(header)
    release(room)


@helper
def all_slopes(header, dtype):
    h = carray(header, 16)
    n, height, width, channels, down, taps = h[10], h[11], h[12], h[13], h[14], h[15]
    ys, xs, modulation = taps_of(h, n * down, taps)
    table = carray(pointer_to(h[5]), (n * height * width * channels,), dtype)
    grad = carray(pointer_to(h[6]), (n * down * taps * channels,), dtype)
    of_y = carray(pointer_to(h[7]), (n * down, taps), np.float32)
    of_x = carray(pointer_to(h[8]), (n * down, taps), np.float32)
    of_m = carray(pointer_to(h[9]), (n * down, taps), np.float32)
    size = np.int32(height), np.int32(width)
    row = next_row(header)
    while row < h[1]:
        first, at = row // down * height * width, row * taps * channels
        out = of_y[row], of_x[row], of_m[row]
        slopes_row(table, ys[row], xs[row], modulation[row], size, first, channels, grad, at, out)
        row = next_row(header)


@helper
def all_spread(header, dtype):
    """A task is a block of the channels of one picture: no two threads write to one place."""
    h = carray(header, 14)
    n, height, width, channels, down, taps = h[7], h[8], h[9], h[10], h[11], h[12]
    ys, xs, modulation = taps_of(h, n * down, taps)
    grad = carray(pointer_to(h[5]), (n * down * taps * channels,), dtype)
    into = carray(pointer_to(h[6]), (n * height * width * channels,), np.float32)
    room = acquire(32 * taps)
    rows, weights = rows_and_weights(room, taps)
    size = np.int32(height), np.int32(width)
    block = h[13]
    blocks = (channels + block - 1) // block
    task = next_row(header)
    while task < h[1]:
        picture, start = task // blocks, task % blocks * block
        count = min(block, channels - start)
        for row in range(picture * down, (picture + 1) * down):
            first = picture * height * width
            place(ys[row], xs[row], modulation[row], size, first, rows, weights)
            at = row * taps * channels + start
            at_taps = ys[row], xs[row]
            spread_row(into, channels, start, at_taps, rows, weights, grad, at, count)
        task = next_row(header)
    release(room)


@helper
def spread_row(into, channels, start, at_taps, rows, weights, grad, at, count):
    """`count` channels from `start` on of every tap's gradient, to the four rows it read: none
    where its position, y or x of `at_taps`, is NaN."""
    ys, xs = at_taps
    for j in range(rows.shape[1]):
        if ys[j] != ys[j] or xs[j] != xs[j]:
            continue
        a, b, c, d = corners(rows, j, channels)
        four = a + start, b + start, c + start, d + start
        of = weights[0, j], weights[1, j], weights[2, j], weights[3, j]
        spread(into, four, of, grad, at + j * channels, count)


def samples_bf16(header):
    """C entry: see `sampled.columns`."""
    all_samples(header, np.uint16)


def samples_f32(header):
    """C entry: see `sampled.columns`."""
    all_samples(header, np.float32)


def slopes_bf16(header):
    """C entry: see `sampled.of_taps`."""
    all_slopes(header, np.uint16)


def slopes_f32(header):
    """C entry: see `sampled.of_taps`."""
    all_slopes(header, np.float32)


def spread_bf16(header):
    """C entry: see `sampled.of_map`."""
    all_spread(header, np.uint16)


def spread_f32(header):
    """C entry: see `sampled.of_map`."""
    all_spread(header, np.float32)
