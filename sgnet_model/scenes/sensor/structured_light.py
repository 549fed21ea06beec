"""A structured-light depth camera (Kinect v1) on noise-free depth, losing what real ones lose.

What comes back of the projector's pattern falls with the square of the distance, and with darkness
in the infrared, slant and gloss; glass and screens return none. Where too little comes back there
is a hole. `depth_sensor` is the classic generator's milder camera.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from . import hole_filling
from .depth_sensor import (
    FOCAL_BASELINE,
    NEAREST,
    STEPS,
    Float,
    Mask,
    correlated,
    outside_projector,
    projector_shadow,
    wandering_edges,
)

ENOUGH = 0.0035  # what must come back for a match
FILLED = 0.2  # share of the frames whose holes a data set has filled
MARGIN = 0.85  # share of the others that keep the margin which the projector does not reach
MARGINS = (42, 38, 34, 8)  # pixels at the top, left, right and bottom, as in NYUv2's raw depth
FARTHEST = 9.8  # metres


def captured(
    depth: Float, response: Float, grey: NDArray[np.uint8], rng: np.random.Generator
) -> Float:
    """(H, W) float32 metres as such a camera gives them, 0 = hole.

    `depth`: (H, W) metres along the axis, 0 = nothing there. `response`: (H, W), see
    `Shader.response`; what comes back at 1 m. `grey`: (H, W) uint8 picture, which guides the
    filling of holes in one frame of five, as in the processed depth of data sets.
    """
    scale = depth.shape[0] / 480
    seen = _quantised(wandering_edges(depth, rng, scale), rng, scale)
    holes = _lost(depth, response, rng, scale) | projector_shadow(depth, scale)
    holes |= _frayed_borders(depth, rng, scale) | (depth <= 0)
    filled = rng.random() < FILLED
    if filled or rng.random() < MARGIN:
        holes |= outside_projector(depth.shape, rng, scale, MARGINS)
    seen = np.where(holes, 0, seen).astype(np.float32)
    return hole_filling.filled_as_in_data_sets(seen, grey, rng) if filled else seen


def _quantised(depth: Float, rng: np.random.Generator, scale: float) -> Float:
    """Disparity with smooth noise, in eighths of a pixel."""
    disparity = FOCAL_BASELINE / np.maximum(depth, 0.1)
    noise = correlated(depth.shape, rng, 2.5 * scale)
    disparity += noise * np.float32(rng.uniform(0.015, 0.07))
    return np.asarray(FOCAL_BASELINE / (np.maximum(np.rint(disparity * STEPS), 1) / STEPS))


def _lost(depth: Float, response: Float, rng: np.random.Generator, scale: float) -> Mask:
    """Too little light comes back, or too near, too far; in patches with frayed borders."""
    coarse = correlated(depth.shape, rng, 16 * scale)
    fine = correlated(depth.shape, rng, 2 * scale)
    frame = np.float32(ENOUGH * np.exp(rng.normal(0, 0.3)))
    needed = frame * np.exp(np.float32(0.16) * coarse + np.float32(0.2) * fine)
    weak = response < needed * np.maximum(depth, 0.6) ** 2
    size = 2 * round(2.5 * scale) + 1  # the camera compares windows, not pixels
    weak = cv2.medianBlur(weak.astype(np.uint8), max(3, size)) > 0
    nearest = NEAREST * rng.uniform(0.9, 1.5)
    return np.asarray(weak | (depth < nearest) | (depth > FARTHEST), bool)


def _frayed_borders(depth: Float, rng: np.random.Generator, scale: float) -> Mask:
    """Windows that straddle a jump of depth match neither side, here and there."""
    reach = max(1, round(float(rng.uniform(0.8, 2.2)) * scale))
    window = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    jump = cv2.dilate(depth, window) - cv2.erode(depth, window) > 0.06 * depth
    return np.asarray(jump & (correlated(depth.shape, rng, 4 * scale) > rng.uniform(-0.2, 1.2)))
