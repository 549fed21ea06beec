"""The faults of a structured-light depth camera (Kinect v1) on noise-free depth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
FOCAL_BASELINE = 575.8 * 0.075  # pixels x metres: disparity of 1 pixel at this distance
NEAREST, FARTHEST = 0.45, 9.5  # metres


def sensed(depth: Float, facing: Float, visibility: Float, rng: np.random.Generator) -> Float:
    """(H, W) float32 metres as the sensor sees it, 0 = hole.

    `facing`: (H, W) 0..1, cosine between the ray and the surface. `visibility`: (H, W) 0..1, how
    well the surface returns the pattern (dark, shiny and transparent ones do not).
    """
    scale = depth.shape[0] / 480
    moved = _wandering_edges(depth, rng, scale)
    disparity = FOCAL_BASELINE / np.maximum(moved, 0.1)
    disparity += _correlated(depth.shape, rng, 1.5 * scale) * np.float32(rng.uniform(0.03, 0.12))
    step = 8.0  # the sensor resolves eighths of a pixel
    seen = FOCAL_BASELINE / (np.maximum(np.rint(disparity * step), 1) / step)
    holes = _shadow_holes(depth, rng, scale) | _lost(depth, facing, visibility, rng, scale)
    return np.where(holes, 0, seen).astype(np.float32)


def _correlated(shape: tuple[int, ...], rng: np.random.Generator, sigma: float) -> Float:
    """Gaussian noise of unit deviation, smooth over `sigma` pixels."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    if sigma > 0.3:
        noise = cv2.GaussianBlur(noise, (0, 0), sigma)
        noise /= max(float(noise.std()), 1e-6)
    return np.asarray(noise, np.float32)


def _wandering_edges(depth: Float, rng: np.random.Generator, scale: float) -> Float:
    """Borders fatten and fray: each pixel looks up a neighbour a pixel or two away."""
    reach = float(rng.uniform(0.4, 1.6)) * scale
    height, width = depth.shape
    dx = _correlated(depth.shape, rng, 2 * scale) * reach
    dy = _correlated(depth.shape, rng, 2 * scale) * reach * 0.6
    x = np.arange(width, dtype=np.float32)[None] + dx
    y = np.arange(height, dtype=np.float32)[:, None] + dy
    return np.asarray(
        cv2.remap(depth, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _shadow_holes(depth: Float, rng: np.random.Generator, scale: float) -> NDArray[np.bool_]:
    """The strip beside a near edge that the projector, 7.5 cm to one side, cannot light."""
    disparity = FOCAL_BASELINE * scale / np.maximum(depth, 0.3)
    height, width = depth.shape
    x = np.arange(width, dtype=np.float32)[None] + disparity
    nearest = np.maximum.accumulate(x, axis=1)
    strip = nearest - x > 1.0 * scale
    if rng.random() < 0.2:
        return np.zeros_like(strip)
    return np.asarray(strip, bool)


def _lost(
    depth: Float, facing: Float, visibility: Float, rng: np.random.Generator, scale: float
) -> NDArray[np.bool_]:
    """Too near, too far, too slanted, or too dark or shiny: lost in blotches."""
    chance = np.clip(visibility, 0, 1) * np.clip((facing - 0.04) / 0.18, 0, 1)
    chance *= np.clip((FARTHEST - depth) / 4.0, 0, 1)
    blotch = 0.5 + 0.5 * np.tanh(_correlated(depth.shape, rng, 5 * scale))
    out = (depth < NEAREST * rng.uniform(0.8, 1.4)) | (depth > FARTHEST)
    return np.asarray(out | (blotch > chance + 0.02), bool)
