"""From a head's logits to labels and confidence at the picture's size, without the full logits.

Both interpolations are short sums, so the columns are done first, at the head's height, and each
row of the picture is then summed, compared and forgotten.
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

import numpy as np
from numba import carray

from .primitives import clamped_exp, helper, next_row, pointer_to


@helper
def widened_row(logits, first, weights, out):
    """out[c, u] = the sum over t of weights[t, u] logits[first[u] + t, c]."""
    for c in range(out.shape[0]):
        for u in range(out.shape[1]):
            out[c, u] = weights[0, u] * logits[first[u], c]
        for t in range(1, weights.shape[0]):
            for u in range(out.shape[1]):
                out[c, u] += weights[t, u] * logits[first[u] + np.uint32(t), c]


@helper
def summed_row(wide, first, weights, out):
    """out[c] = the sum over t of weights[t] wide[first + t, c]."""
    for c in range(out.shape[0]):
        row = wide[first, c]
        weight = weights[0]
        for u in range(out.shape[1]):
            out[c, u] = weight * row[u]
        for t in range(1, weights.shape[0]):
            row, weight = wide[first + t, c], weights[t]
            for u in range(out.shape[1]):
                out[c, u] += weight * row[u]


@helper
def decided_row(values, best, winner, labels, confidence):
    """The first largest of values[:, u], and its share of their exponentials."""
    best[:] = values[0]
    winner[:] = 0
    for c in range(1, values.shape[0]):
        for u in range(best.shape[0]):
            larger = values[c, u] > best[u]
            winner[u] = np.int32(c) if larger else winner[u]
            best[u] = values[c, u] if larger else best[u]
    confidence[:] = 0
    for c in range(values.shape[0]):
        for u in range(best.shape[0]):
            confidence[u] += clamped_exp(values[c, u] - best[u])
    for u in range(best.shape[0]):
        confidence[u] = np.float32(1) / confidence[u]
        labels[u] = winner[u]


def widen(header):
    """C entry, a row of the head at a time: see `calls.decide`."""
    h = carray(header, 11)
    down, across, classes, width, taps = h[6], h[7], h[8], h[9], h[10]
    logits = carray(pointer_to(h[2]), (down, across, classes), np.float32)
    first = carray(pointer_to(h[3]), (width,), np.uint32)
    weights = carray(pointer_to(h[4]), (taps, width), np.float32)
    out = carray(pointer_to(h[5]), (down, classes, width), np.float32)
    row = next_row(header)
    while row < h[1]:
        widened_row(logits[row], first, weights, out[row])
        row = next_row(header)


def decide(header):
    """C entry, a row of the picture at a time: see `calls.decide`."""
    h = carray(header, 12)
    down, classes, width, taps, height = h[7], h[8], h[9], h[10], h[11]
    wide = carray(pointer_to(h[2]), (down, classes, width), np.float32)
    first = carray(pointer_to(h[3]), (height,), np.uint32)
    weights = carray(pointer_to(h[4]), (height, taps), np.float32)
    labels = carray(pointer_to(h[5]), (height, width), np.uint8)
    confidence = carray(pointer_to(h[6]), (height, width), np.float32)
    values = np.empty((classes, width), np.float32)
    best, winner = np.empty(width, np.float32), np.empty(width, np.int32)
    row = next_row(header)
    while row < h[1]:
        summed_row(wide, first[row], weights[row], values)
        decided_row(values, best, winner, labels[row], confidence[row])
        row = next_row(header)
