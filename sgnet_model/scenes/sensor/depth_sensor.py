"""The faults of a structured-light depth camera (Kinect v1) on noise-free depth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
FOCAL_BASELINE = 575.8 * 0.075  # pixels x metres: disparity of 1 pixel at this distance
STEPS = 8  # the sensor resolves eighths of a pixel of disparity
NEAREST, FARTHEST = 0.45, 9.5  # metres


def sensed(depth: Float, facing: Float, visibility: Float, rng: np.random.Generator) -> Float:
    """(H, W) float32 metres as the sensor sees it, 0 = hole.

    `facing`: (H, W) 0..1, cosine between the ray and the surface. `visibility`: (H, W) 0..1, how
    well the surface returns the pattern (dark, shiny and transparent ones do not). Disparity is
    FOCAL_BASELINE / z, noisy and rounded to 1 / STEPS pixel, so that the steps of z grow with z^2.
    In one frame of five the holes have been filled already, as in NYUv2's processed depth.
    """
    scale = depth.shape[0] / 480
    moved = wandering_edges(depth, rng, scale)
    disparity = FOCAL_BASELINE / np.maximum(moved, 0.1)
    disparity += correlated(depth.shape, rng, 2.5 * scale) * np.float32(rng.uniform(0.02, 0.1))
    seen = FOCAL_BASELINE / (np.maximum(np.rint(disparity * STEPS), 1) / STEPS)
    seen = np.where(depth > 0, seen, 0)
    if rng.random() < 0.2:
        return seen.astype(np.float32)
    holes = projector_shadow(depth, scale) | _lost(depth, facing, visibility, rng, scale)
    if rng.random() < 0.5:
        holes |= outside_projector(depth.shape, rng, scale)
    return np.where(holes, 0, seen).astype(np.float32)


def correlated(shape: tuple[int, ...], rng: np.random.Generator, sigma: float) -> Float:
    """Gaussian noise of unit deviation, smooth over `sigma` pixels."""
    step = max(1, int(sigma / 2))  # smooth noise needs no full grid
    small = rng.standard_normal((shape[0] // step + 2, shape[1] // step + 2), dtype=np.float32)
    if sigma > 0.3:
        smooth = np.asarray(cv2.GaussianBlur(small, (0, 0), sigma / step), np.float32)
        small = smooth / np.float32(max(float(smooth.std()), 1e-6))
    if step > 1:
        small = np.asarray(cv2.resize(small, shape[1::-1]), np.float32)
    return np.asarray(small[: shape[0], : shape[1]], np.float32)


def wandering_edges(depth: Float, rng: np.random.Generator, scale: float) -> Float:
    """Borders fatten and fray: each pixel looks up a neighbour a pixel or two away."""
    reach = float(rng.uniform(0.4, 1.6)) * scale
    height, width = depth.shape
    dx = correlated(depth.shape, rng, 2 * scale) * reach
    dy = correlated(depth.shape, rng, 2 * scale) * reach * 0.6
    x = np.arange(width, dtype=np.float32)[None] + dx
    y = np.arange(height, dtype=np.float32)[:, None] + dy
    return np.asarray(
        cv2.remap(depth, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def projector_shadow(depth: Float, scale: float) -> Mask:
    """The strip beside a near edge that the projector, 7.5 cm to one side, cannot light."""
    disparity = FOCAL_BASELINE * scale / np.maximum(depth, 0.3)
    x = np.arange(depth.shape[1], dtype=np.float32)[None] + disparity
    return np.asarray(np.maximum.accumulate(x, axis=1) - x > 1.5 * scale, bool)


def _lost(
    depth: Float, facing: Float, visibility: Float, rng: np.random.Generator, scale: float
) -> Mask:
    """Too near, too far, too slanted, too dark or shiny: lost in patches with frayed borders."""
    chance = np.clip(visibility, 0, 1) * np.clip((facing - 0.03) / 0.15, 0, 1)
    chance *= np.clip((FARTHEST - depth) / 3.0, 0, 1)
    coarse = correlated(depth.shape, rng, 18 * scale)
    fine = correlated(depth.shape, rng, 3 * scale)
    patch = 0.5 + 0.22 * coarse + 0.1 * fine
    nearest = NEAREST * rng.uniform(0.8, 1.4)
    return np.asarray((depth < nearest) | (depth > FARTHEST) | (patch > chance + 0.35), bool)


def outside_projector(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    scale: float,
    margins: tuple[int, int, int, int] = (38, 43, 20, 8),
) -> Mask:
    """The margins of the colour image that the depth camera does not reach after registration.

    `margins`: about how many pixels at the top, left, right and bottom of 480x640.
    """
    top, left, right, bottom = (round(float(m * rng.uniform(0.6, 1.2)) * scale) for m in margins)
    outside = np.ones(shape, bool)
    outside[top : shape[0] - bottom, left : shape[1] - right] = False
    return outside
