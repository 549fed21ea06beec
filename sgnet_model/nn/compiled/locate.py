"""Where the taps of one output row read: four rows of the table of pixels, and their weights.

Each loop has few arrays: of more, compilers cannot tell that none overlaps another, and then take
one tap at a time instead of sixteen.
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np
from numba import carray

from sgnet_model.config import TAPS

from .primitives import helper, pointer_to

ROOM = 48  # bytes a tap, for `arrays`


@helper
def arrays(room, count):
    """What `locate` needs for so many taps, in the memory at `room`.

    Undeformed taps and positions, (2, count); rows and weights, (4, count).
    """
    return (
        carray(pointer_to(room), (2, count), np.float32),
        carray(pointer_to(room + 8 * count), (2, count), np.float32),
        carray(pointer_to(room + 16 * count), (4, count), np.uint32),
        carray(pointer_to(room + 32 * count), (4, count), np.float32),
    )


@helper
def fill_regular(taps, stride):
    """(2, across * 9): y and x of the undeformed taps of output row 0, pixel by pixel."""
    for ox in range(taps.shape[1] // TAPS):
        for k in range(TAPS):
            taps[0, ox * TAPS + k] = k // 3 - 1
            taps[1, ox * TAPS + k] = ox * stride + k % 3 - 1


@helper
def locate(offsets, modulation, top, taps, size, first, at, rows, weights):
    """Fill `rows` and `weights`, both (4, T), for the T taps of an output row.

    `offsets`: (T, 2), dy and dx. `modulation`: (T,). `top`: y of the output row on the input grid.
    `size`: its height and width. `first`: row of the picture's first pixel in the table.
    `at`: room for their positions, (2, T). A corner outside weighs 0; NaN stays NaN.
    """
    ys, xs = at[0], at[1]
    positions(offsets[:, 0], taps[0], np.float32(top), size[0], ys)
    positions(offsets[:, 1], taps[1], np.float32(0), size[1], xs)
    for i in range(4):
        corner(ys, xs, modulation, (i // 2, i % 2), size, first, rows[i], weights[i])


@helper
def positions(offsets, taps, start, length, out):
    """Along one axis; beyond two elements outside all is alike, and stays in range of integers."""
    high = np.float32(length + 1)
    for j in range(out.shape[0]):
        at = taps[j] + start + offsets[j]
        at = high if at > high else at
        out[j] = np.float32(-2) if at < np.float32(-2) else at


@helper
def corner(ys, xs, modulation, which, size, first, rows, weights):
    """One of the four: `which` is 0 or 1 along y and along x."""
    height, width = np.int32(size[0]), np.int32(size[1])
    for j in range(rows.shape[0]):
        y, of_y = neighbour(ys[j], which[0], height)
        x, of_x = neighbour(xs[j], which[1], width)
        rows[j] = np.uint32(first + y * width + x)
        weights[j] = of_y * of_x * modulation[j]


@helper
def neighbour(position, upper, length):
    """The element below a position or the one above: its index inside the axis, and its weight."""
    low = np.floor(position)
    share = position - low
    share = share if upper else np.float32(1) - share
    known = low if low == low else np.float32(0)  # NaN is no integer ...
    index = np.int32(np.int32(known) + np.int32(upper))
    # ... and stays NaN here: multiplied, not chosen.
    share *= np.float32((index >= 0) & (index < length))
    return min(max(index, np.int32(0)), np.int32(length - np.int32(1))), share
