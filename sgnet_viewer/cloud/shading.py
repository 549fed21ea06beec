"""Eye-dome lighting: a picture of points, shaded by its depth so that shapes stand out.

After Boucheny, "Interactive Scientific Visualization of Large Datasets" (thesis, Grenoble, 2009): a
pixel is darkened by how far its neighbours lie before it, on a logarithmic scale, so that a step of
a tenth of the distance looks the same near and far. No normals are needed, only depth.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.pixels import PackedImage

# (radius in pixels, strength): thin lines at edges, and a soft shade behind what stands in front.
RINGS = ((1, 7.0), (4, 6.0))
LARGEST_STEP = 0.12  # of ln(depth): a farther neighbour darkens no more than this
DARKEST = 0.25
BACKGROUND = 30.0  # ln(depth) of what is no surface
_DIAGONAL = 0.7071
_DIRECTIONS = (
    *((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)),
    *((_DIAGONAL, _DIAGONAL), (-_DIAGONAL, _DIAGONAL)),
    *((_DIAGONAL, -_DIAGONAL), (-_DIAGONAL, -_DIAGONAL)),
)


def shade(image: PackedImage, depth: FloatArray, scale: float = 1.0) -> None:
    """Darken `image` in place by its `depth`: (H, W) float32 metres, infinite for the background.

    `scale`: pixels of the picture for one that the user sees, at least 1.
    """
    brightness = eye_dome(depth, scale)
    level = cv2.convertScaleAbs(brightness, alpha=255.0)
    opaque = np.full_like(level, 255)
    channels = image.view(np.uint8).reshape(*image.shape, 4)  # in either byte order: alpha is 255
    levels = [level, level, level, opaque] if np.little_endian else [opaque, level, level, level]
    channels[:] = cv2.multiply(channels, cv2.merge(levels), scale=1 / 255)


def eye_dome(depth: FloatArray, scale: float = 1.0) -> FloatArray:
    """(H, W) float32 in `DARKEST`..1: what each pixel's brightness is multiplied with.

    exp(-sum over the rings of strength x mean over eight neighbours of max(0, ln z - ln z_n)), the
    differences no larger than `LARGEST_STEP`. The background is 1, and darkens nothing.
    """
    surface = np.isfinite(depth)
    log: FloatArray = np.asarray(cv2.log(np.where(surface, depth, np.float32(1.0))), np.float32)
    log[~surface] = BACKGROUND
    floor = log - np.float32(LARGEST_STEP)
    total: FloatArray = np.zeros(depth.shape, np.float32)
    for radius, strength in RINGS:
        ring = _occlusion(log, floor, max(round(radius * scale), 1))
        total = np.asarray(cv2.addWeighted(total, 1.0, ring, strength, 0.0), np.float32)
    brightness: FloatArray = np.maximum(cv2.exp(-total), np.float32(DARKEST))
    brightness[~surface] = 1.0
    return brightness


def _occlusion(log: FloatArray, floor: FloatArray, radius: int) -> FloatArray:
    """(H, W) mean over the neighbours at `radius` of how far each lies before the pixel."""
    height, width = log.shape
    wide = cv2.copyMakeBorder(log, radius, radius, radius, radius, cv2.BORDER_REPLICATE)
    nearest: NDArray[np.float32] = np.zeros_like(log)
    for right, down in _DIRECTIONS:
        row, column = radius + round(down * radius), radius + round(right * radius)
        neighbour = wide[row : row + height, column : column + width]
        cv2.add(nearest, cv2.max(cv2.min(neighbour, log), floor), nearest)
    return np.asarray(cv2.addWeighted(log, 1.0, nearest, -1.0 / len(_DIRECTIONS), 0.0), np.float32)
