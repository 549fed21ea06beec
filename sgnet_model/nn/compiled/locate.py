"""Where the taps of one output row read: four rows of the table of pixels, and their weights."""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np

from .primitives import helper

TAPS = 9


@helper
def regular_taps(across, stride):
    """(2, across * 9): y and x of the undeformed taps of output row 0, pixel by pixel."""
    taps = np.empty((2, across * TAPS), np.float32)
    for ox in range(across):
        for k in range(TAPS):
            taps[0, ox * TAPS + k] = k // 3 - 1
            taps[1, ox * TAPS + k] = ox * stride + k % 3 - 1
    return taps


@helper
def inside(index, length):
    """The nearest index of an axis."""
    return min(max(index, np.int32(0)), np.int32(length - 1))


@helper
def locate(offsets, modulation, top, taps, size, first, rows, weights):
    """Fill `rows` and `weights`, both (4, T), for the T taps of an output row.

    `offsets`: (T, 2), dy and dx. `modulation`: (T,). `top`: y of the output row on the input grid.
    `size`: its height and width. `first`: row of the picture's first pixel in the table.
    A corner outside weighs 0; NaN stays NaN.
    """
    height, width = size
    for j in range(offsets.shape[0]):
        y = taps[0, j] + np.float32(top) + offsets[j, 0]
        x = taps[1, j] + offsets[j, 1]
        # Beyond two elements outside all is alike, and stays in range of any integer.
        y = np.float32(height + 1) if y > np.float32(height + 1) else y
        x = np.float32(width + 1) if x > np.float32(width + 1) else x
        y = np.float32(-2) if y < np.float32(-2) else y
        x = np.float32(-2) if x < np.float32(-2) else x
        low_y, low_x = np.floor(y), np.floor(x)
        y0, x0 = np.int32(low_y), np.int32(low_x)
        y1, x1 = np.int32(y0 + 1), np.int32(x0 + 1)
        # Multiplied, not chosen: NaN times 0 is NaN.
        m = modulation[j]
        wy1 = (y - low_y) * np.float32(y1 >= 0 and y1 < height)
        wx1 = (x - low_x) * np.float32(x1 >= 0 and x1 < width)
        wy0 = (np.float32(1) - (y - low_y)) * np.float32(y0 >= 0 and y0 < height)
        wx0 = (np.float32(1) - (x - low_x)) * np.float32(x0 >= 0 and x0 < width)
        weights[0, j] = wy0 * wx0 * m
        weights[1, j] = wy0 * wx1 * m
        weights[2, j] = wy1 * wx0 * m
        weights[3, j] = wy1 * wx1 * m
        y0, y1 = inside(y0, height) * width + first, inside(y1, height) * width + first
        x0, x1 = inside(x0, width), inside(x1, width)
        rows[0, j], rows[1, j] = np.uint32(y0 + x0), np.uint32(y0 + x1)
        rows[2, j], rows[3, j] = np.uint32(y1 + x0), np.uint32(y1 + x1)
