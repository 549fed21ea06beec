"""What other depth sensors do to depth, as augmentation: scale, holes, surfaces gone flat."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array

from .settings import AugmentSettings

HOLE_SHARE = (0.1, 0.4)  # of all pixels
GRAIN = (0.02, 0.3)  # of the picture's height: size of a hole's patches
DARK, BRIGHT = 50, 235  # of 0..255: black surfaces return little of the pattern, lamps drown it
LOST_CLASSES = 0.15  # share of the classes whose things a picture loses first
FAR = 4.5  # metres: beyond, structured light grows faint
MARGIN = (0.02, 0.1)  # of the shorter side: what a registered depth camera does not reach
ROUGHNESS = 0.03  # of the plane's depth

Mask = NDArray[np.bool_]


def with_depth_faults(
    depth: FloatArray,
    rgb: UInt8Array,
    labels: UInt8Array,
    settings: AugmentSettings,
    random: np.random.Generator,
) -> FloatArray:
    """(H, W) float32 metres, 0 = missing, with each change of `settings` applied at its chance.

    Holes gather on what is dark or blown in `rgb`, (H, W, 3), and on things of `labels`, (H, W). A
    setting that changes nothing draws nothing, so that other settings' streams stay as they were.
    """
    if settings.depth_scale != (1.0, 1.0):
        depth = depth * np.float32(random.uniform(*settings.depth_scale))
    if settings.holes and random.random() < settings.holes:
        depth = np.where(holes(depth, rgb, labels, random), np.float32(0), depth)
    if settings.plane_depth and random.random() < settings.plane_depth:
        depth = rough_plane(depth, random)
    return depth


def holes(
    depth: FloatArray, rgb: UInt8Array, labels: UInt8Array, random: np.random.Generator
) -> Mask:
    """(H, W): a share of HOLE_SHARE of the picture, in patches, first where sensors lose depth.

    Some classes are lost as a whole where their things are: black leather, screens, glass. Half of
    the pictures also lose the margin. Some valid pixel is always left.
    """
    shape = depth.shape
    score = smooth_noise(shape, random) + 0.5 * smooth_noise(shape, random)
    brightness = rgb.max(2)
    score += random.uniform(0, 2) * (brightness < DARK)
    score += random.uniform(0, 2) * (brightness > BRIGHT)
    score += random.uniform(0, 2) * (depth > FAR)
    score += (random.random(256) < LOST_CLASSES)[labels] * random.uniform(2, 4)
    lost: Mask = score > np.quantile(score[::3, ::3], 1 - random.uniform(*HOLE_SHARE))
    if random.random() < 0.5:
        border = int(random.uniform(*MARGIN) * min(shape)) + 1
        inside = np.zeros(shape, bool)
        inside[border:-border, border:-border] = True
        lost |= ~inside
    return lost if ((depth > 0) & ~lost).any() else np.zeros(shape, bool)


def rough_plane(depth: FloatArray, random: np.random.Generator) -> FloatArray:
    """The plane fitted to inverse depth, gently rough: depth that shows how far, not what.

    (H, W) metres, 0 = missing, to (H, W) float32 metres without holes. A plane in space is linear
    in 1 / z over the picture. Depth without three valid pixels stays.
    """
    v, u = np.nonzero(depth > 0)
    if len(u) < 3:
        return depth
    height, width = depth.shape
    chosen = np.arange(0, len(u), max(1, len(u) // 2000))
    ones = np.ones(len(chosen))
    places = np.stack([u[chosen] / width, v[chosen] / height, ones], 1)
    inverse = 1 / depth[v[chosen], u[chosen]].astype(np.float64)
    slope_u, slope_v, middle = np.linalg.lstsq(places, inverse, rcond=None)[0]
    rows, columns = np.arange(height)[:, None] / height, np.arange(width)[None] / width
    plane = 1 / np.clip(slope_u * columns + slope_v * rows + middle, inverse.min(), inverse.max())
    rough = plane * (1 + ROUGHNESS * smooth_noise(depth.shape, random))
    flat: FloatArray = rough.astype(np.float32)
    return flat


def smooth_noise(shape: tuple[int, ...], random: np.random.Generator) -> FloatArray:
    """(H, W) of about unit deviation, smooth over a grain drawn from GRAIN."""
    grain = shape[0] * np.exp(random.uniform(*np.log(GRAIN)))
    small = (int(shape[0] / grain) + 2, int(shape[1] / grain) + 2)
    noise = random.standard_normal(small, dtype=np.float32)
    return np.asarray(cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
