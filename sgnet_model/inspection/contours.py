"""Contours of mass: the smallest sets of cells that hold a share of it, and their outlines."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .finding import Contour, Values

SHARES = (0.5, 0.8, 0.95)
SMOOTH_PX = 4.0  # mass lies in dots, where strides meet: outlines are those of its neighbourhood

Line = NDArray[np.float64]  # (n, 2): (u, v) of the picture, between its pixels


def contours_of(measure: Values, shares: tuple[float, ...] = SHARES) -> tuple[Contour, ...]:
    """For each share the smallest set of cells that holds it, of the mass that is there; none
    without mass. `measure`: an array of any shape, 0 or more."""
    total, level = float(measure.sum()), float(measure.max())
    if total <= 0:
        return ()
    largest = measure[measure >= level]
    while largest.sum() < max(shares) * total * (1 + 1e-9) and largest.size < measure.size:
        level = level / 8 if level > 1e-200 else 0.0  # sorting everything would take longer
        largest = measure[measure >= level]
    largest = np.sort(largest)[::-1]
    held = np.cumsum(largest)
    counts = (int(np.searchsorted(held, share * total * (1 - 1e-12))) + 1 for share in shares)
    return tuple(
        Contour(share, float(largest[min(count, largest.size) - 1]), min(count, largest.size))
        for share, count in zip(shares, counts, strict=True)
    )


def outlines(values: Values, shares: tuple[float, ...] = SHARES) -> dict[float, tuple[Line, ...]]:
    """Share -> closed lines around the smallest sets that hold it, of (H, W) values at the
    picture's size, smoothed."""
    smooth = np.asarray(cv2.GaussianBlur(values.astype(np.float64), (0, 0), SMOOTH_PX), np.float64)
    by_v, by_u = np.gradient(smooth)
    slopes = np.stack((by_u, by_v), -1)  # (H, W, 2)
    found = {}
    for contour in contours_of(smooth, shares):
        inside = (smooth >= contour.level).astype(np.uint8)
        lines, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        found[contour.share] = tuple(
            _on_level(line[:, 0].astype(np.int32), smooth, slopes, contour.level) for line in lines
        )
    return found


def _on_level(pixels: NDArray[np.int32], values: Values, slopes: Values, level: float) -> Line:
    """The outermost pixels of a set, moved along the slope to where the values are `level`: less
    than a pixel, and not at all where the picture's border or a plain cuts the set off."""
    u, v = pixels[:, 0], pixels[:, 1]
    slope, beyond = slopes[v, u], level - values[v, u]
    steep = (slope**2).sum(-1)
    steps = np.divide(beyond, steep, out=np.zeros_like(steep), where=steep > 0)[:, None] * slope
    steps[(steps**2).sum(-1) > 2] = 0
    line: Line = pixels + steps
    return line
