"""The way back through `preprocess.smooth_depth` for derivatives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sgnet_model.preprocess import SMOOTH_PIXELS, smoothing_step
from sgnet_model.types import FloatArray

Numbers = NDArray[np.float64]

REACH = SMOOTH_PIXELS // 2
AROUND = tuple(
    (down, across)
    for down in range(-REACH, REACH + 1)
    for across in range(-REACH, REACH + 1)
    if down**2 + across**2 <= REACH**2
)  # the neighbours that the filter looks at, as OpenCV chooses them


def before_smoothing(gradient: Numbers, depth_m: FloatArray) -> Numbers:
    """(h, w) by the smoothed depth -> (h, w) by `depth_m`, metres, 0 = missing, before it.

    The step of which edges are kept, a share of the median depth, is held.
    """
    if not (depth_m > 0).any():
        return gradient
    size, step = depth_m.shape, smoothing_step(depth_m)
    # Beyond the border the filter sees what lies inside, mirrored at the outermost pixels.
    cells = np.pad(np.arange(depth_m.size).reshape(size), REACH, mode="reflect")
    depth = depth_m.astype(np.float64)
    around = depth.ravel()[cells]

    def neighbours() -> Iterator[tuple[tuple[slice, ...], Numbers, Numbers]]:
        """Where each lies among `around`, its depth and its weight for every pixel."""
        for down, across in AROUND:
            place = tuple(
                slice(REACH + by, REACH + by + length)
                for by, length in zip((down, across), size, strict=True)
            )
            other = around[place]
            near = (down**2 + across**2) / (2 * (SMOOTH_PIXELS / 2) ** 2)
            weight: Numbers = np.exp(-near - (other - depth) ** 2 / (2 * step**2))
            yield place, other, weight

    total, smooth = np.zeros(size), np.zeros(size)
    for _, other, weight in neighbours():
        total += weight
        smooth += weight * other
    smooth /= total
    share = np.where(depth > 0, gradient, 0) / total
    of_around, of_own = np.zeros(around.shape), np.zeros(size)
    for place, other, weight in neighbours():
        moved = share * weight
        by_weight = moved * (other - smooth) * (depth - other) / step**2
        of_around[place] += moved + by_weight
        of_own -= by_weight
    return of_own + np.bincount(cells.ravel(), of_around.ravel(), depth.size).reshape(size)
