"""Holes of depth filled as data sets fill them: by the neighbours that look alike, or by nearness.

NYUv2's toolbox spreads the known depths over the picture so that neighbours of like brightness get
like depths (Levin et al., Colorization using optimization, 2004). This solves the same least
squares problem approximately, at a quarter of the size.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.holes import fill_holes

Float = NDArray[np.float32]
STEP = 4  # pixels of the picture to one of the grid that is solved
SWEEPS = 30
ALIKE = 0.06  # of 0..1: brightness that keeps neighbours together
GUIDED = 0.6  # share of the filled frames that follow the picture


def filled_as_in_data_sets(
    depth: Float, grey: NDArray[np.uint8], rng: np.random.Generator
) -> Float:
    """(H, W) float32 metres without a hole: guided by the picture, else smoothed nearest depth."""
    if not (depth > 0).any():
        return depth
    if rng.random() < GUIDED:
        return guided(depth, grey)
    near = fill_holes(depth)
    smooth = cv2.medianBlur(near, 5)
    return np.where(depth > 0, depth, smooth).astype(np.float32)


def guided(depth: Float, grey: NDArray[np.uint8]) -> Float:
    """(H, W) float32 metres: known depths kept, the others a mean of neighbours that look alike.

    `grey`: (H, W) uint8.
    """
    height, width = depth.shape
    small = depth[::STEP, ::STEP]
    known = small > 0
    if not known.any():
        return fill_holes(depth)
    look = (
        cv2.resize(grey, small.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    )
    value = fill_holes(small).copy()
    weights = _likeness(look.astype(np.float32))
    for _ in range(SWEEPS):
        mean = _weighted_mean(value, weights)
        value = np.where(known, small, mean)
    large = cv2.resize(value, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(depth > 0, depth, large).astype(np.float32)


def _likeness(look: Float) -> tuple[Float, Float]:
    """Weights of the links to the right neighbour (h, w - 1) and to the lower one (h - 1, w)."""
    across, down = np.diff(look, axis=1), np.diff(look, axis=0)
    return _weight(across), _weight(down)


def _weight(difference: Float) -> Float:
    return np.asarray(np.exp(-((difference / ALIKE) ** 2)) + 1e-3, np.float32)


def _weighted_mean(value: Float, weights: tuple[Float, Float]) -> Float:
    across, down = weights
    total, share = np.zeros_like(value), np.full_like(value, 1e-9)
    total[:, :-1] += across * value[:, 1:]
    share[:, :-1] += across
    total[:, 1:] += across * value[:, :-1]
    share[:, 1:] += across
    total[:-1] += down * value[1:]
    share[:-1] += down
    total[1:] += down * value[:-1]
    share[1:] += down
    return np.asarray(total / share, np.float32)
