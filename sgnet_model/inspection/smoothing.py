"""The way back through `preprocess.smooth_depth` for derivatives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sgnet_model.preprocess import SMOOTH_PIXELS, smoothing_step
from sgnet_model.types import FloatArray

Numbers = NDArray[np.float64]

REACH = SMOOTH_PIXELS // 2
# The neighbours that the filter looks at, as OpenCV chooses them: (29, 1), in pixels.
DOWN, ACROSS = (
    axis[:, None]
    for axis in np.array(
        [
            (down, across)
            for down in range(-REACH, REACH + 1)
            for across in range(-REACH, REACH + 1)
            if down**2 + across**2 <= REACH**2
        ]
    ).T
)
AT_ONCE = 2**16  # pixels, so that a large picture takes no more memory


def before_smoothing(gradient: Numbers, depth_m: FloatArray) -> Numbers:
    """(h, w) by the smoothed depth -> (h, w) by `depth_m`, metres, 0 = missing, before it.

    The step of which edges are kept, a share of the median depth, is held.
    """
    found, depth = np.zeros(depth_m.size), depth_m.ravel().astype(np.float64)
    read = np.flatnonzero(gradient.ravel() * (depth > 0))  # few: deep layers read a lattice
    if not read.size:
        return found.reshape(depth_m.shape)
    step2 = smoothing_step(depth_m) ** 2
    near = (DOWN**2 + ACROSS**2) / (2 * (SMOOTH_PIXELS / 2) ** 2)
    # Beyond the border the filter sees what lies inside, mirrored at the outermost pixels.
    cells = np.pad(np.arange(depth.size).reshape(depth_m.shape), REACH, mode="reflect")
    for at in np.array_split(read, 1 + read.size // AT_ONCE):
        row, column = np.divmod(at, depth_m.shape[1])
        around = cells[row + REACH + DOWN, column + REACH + ACROSS]  # (29, n)
        own, other = depth[at], depth[around]
        weights = np.exp(-near - (other - own) ** 2 / (2 * step2))
        weights /= weights.sum(0)
        smooth = (weights * other).sum(0)
        by_other = weights * gradient.ravel()[at]  # with its weight held, and by its weight
        by_weight = by_other * (other - smooth) * (own - other) / step2
        found += np.bincount(around.ravel(), (by_other + by_weight).ravel(), depth.size)
        found[at] -= by_weight.sum(0)
    return found.reshape(depth_m.shape)
