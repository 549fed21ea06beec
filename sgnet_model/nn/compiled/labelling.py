"""From a head's logits to labels and confidence at the picture's size, without the full logits.

Both interpolations are short sums, so the columns are done first, at the head's height; each row of
the picture is then summed, compared and forgotten.
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np
from numba import carray

from .primitives import acquire, exp, helper, next_row, pointer_to, release

_NEGLIGIBLE = -87.0  # e to this is float32's smallest normal number


@helper
def widened_row(logits, index, weights, out):
    """out[c, u] = the sum over t of weights[t, u] logits[index[t, u], c]."""
    for c in range(out.shape[0]):
        for u in range(out.shape[1]):
            near = weights[0, u] * logits[index[0, u], c]
            out[c, u] = near + weights[1, u] * logits[index[1, u], c]
        for t in range(2, weights.shape[0]):
            for u in range(out.shape[1]):
                out[c, u] += weights[t, u] * logits[index[t, u], c]


@helper
def compared_row(wide, index, weights, values, best, winner):
    """values[c] = the sum over t of weights[t] wide[index[t], c]; the largest and its first c."""
    best[:] = -np.inf
    winner[:] = 0
    for c in range(values.shape[0]):
        value, one, two = values[c], wide[index[0], c], wide[index[1], c]
        value[:] = 0
        for t in range(2, weights.shape[0]):
            for u in range(best.shape[0]):
                value[u] += weights[t] * wide[index[t], c, u]
        for u in range(best.shape[0]):
            here = value[u] + weights[0] * one[u] + weights[1] * two[u]
            value[u] = here
            winner[u] = np.int32(c) if here > best[u] else winner[u]
            best[u] = here if here > best[u] else best[u]


@helper
def share_row(values, best, confidence):
    """The largest's share of the exponentials: 1 / the sum of exp(value - best)."""
    confidence[:] = 0
    for c in range(values.shape[0]):
        value = values[c]
        for u in range(best.shape[0]):
            below = value[u] - best[u]
            below = np.float32(_NEGLIGIBLE) if below < np.float32(_NEGLIGIBLE) else below
            confidence[u] += exp(below)
    for u in range(best.shape[0]):
        confidence[u] = np.float32(1) / confidence[u]


def widen(header):
    """C entry, a row of the head at a time: see `calls.decide`."""
    h = carray(header, 11)
    down, across, classes, width, taps = h[6], h[7], h[8], h[9], h[10]
    logits = carray(pointer_to(h[2]), (down, across, classes), np.float32)
    index = carray(pointer_to(h[3]), (taps, width), np.uint32)
    weights = carray(pointer_to(h[4]), (taps, width), np.float32)
    out = carray(pointer_to(h[5]), (down, classes, width), np.float32)
    row = next_row(header)
    while row < h[1]:
        widened_row(logits[row], index, weights, out[row])
        row = next_row(header)


def decide(header):
    """C entry, a row of the picture at a time: see `calls.decide`."""
    h = carray(header, 12)
    down, classes, width, taps, height = h[7], h[8], h[9], h[10], h[11]
    wide = carray(pointer_to(h[2]), (down, classes, width), np.float32)
    index = carray(pointer_to(h[3]), (height, taps), np.uint32)
    weights = carray(pointer_to(h[4]), (height, taps), np.float32)
    labels = carray(pointer_to(h[5]), (height, width), np.uint8)
    confidence = carray(pointer_to(h[6]), (height, width), np.float32)
    room = acquire(4 * (classes + 2) * width)
    best = carray(pointer_to(room), (width,), np.float32)
    winner = carray(pointer_to(room + 4 * width), (width,), np.int32)
    values = carray(pointer_to(room + 8 * width), (classes, width), np.float32)
    row = next_row(header)
    while row < h[1]:
        compared_row(wide, index[row], weights[row], values, best, winner)
        share_row(values, best, confidence[row])
        for u in range(width):
            labels[row, u] = winner[u]
        row = next_row(header)
    release(room)
