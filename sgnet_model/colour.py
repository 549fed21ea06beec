"""From labels, depth and other quantities to RGB: the window and the exported files share it.

NumPy and OpenCV only. Images are (H, W, 3) uint8 RGB.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .types import FloatArray, UInt8Array

MISSING_RGB = (112, 112, 112)  # of the ramps that come nowhere near this grey
MISSING_ON_GREY_RGB = (120, 30, 44)  # of those that do
VOID_RGB = (0, 0, 0)
# Ends and middle of the diverging ramp: blue and red that colour-blind readers tell apart.
NEGATIVE_RGB, ZERO_RGB, POSITIVE_RGB = (33, 102, 172), 247.0, (178, 24, 43)
ROBUST_PERCENTILES = (2.0, 98.0)


class Ramp(StrEnum):
    """Perceptually even ramps, dark to bright, safe for colour-blind readers; plain grey; and
    turbo, which tells the most steps apart and is neither even nor safe."""

    VIRIDIS = "viridis"
    CIVIDIS = "cividis"
    MAGMA = "magma"
    INFERNO = "inferno"
    PLASMA = "plasma"
    GREY = "grey"
    TURBO = "turbo"


_OPENCV_RAMPS = {
    Ramp.VIRIDIS: cv2.COLORMAP_VIRIDIS,
    Ramp.MAGMA: cv2.COLORMAP_MAGMA,
    Ramp.CIVIDIS: cv2.COLORMAP_CIVIDIS,
    Ramp.INFERNO: cv2.COLORMAP_INFERNO,
    Ramp.PLASMA: cv2.COLORMAP_PLASMA,
    Ramp.TURBO: cv2.COLORMAP_TURBO,
}


def missing_rgb(ramp: Ramp) -> tuple[int, int, int]:
    """What stands where there is no value: a colour that the ramp does not have."""
    return MISSING_ON_GREY_RGB if ramp in (Ramp.CIVIDIS, Ramp.GREY) else MISSING_RGB


def label_image(labels: UInt8Array, palette: UInt8Array) -> UInt8Array:
    """(H, W) class indices 0..C-1 and a (C, 3) RGB palette -> RGB."""
    return palette[labels]


def truth_image(truth: UInt8Array, palette: UInt8Array) -> UInt8Array:
    """(H, W) ground truth, 0 = void (black), k = class k - 1, and a (C, 3) palette -> RGB."""
    return np.concatenate((np.array([VOID_RGB], np.uint8), palette))[truth]


def blend(
    rgb: UInt8Array,
    colours: UInt8Array,
    opacity: float,
    shown: NDArray[np.bool_] | None = None,
) -> UInt8Array:
    """`colours` laid over `rgb`, both (H, W, 3): rgb (1 - opacity) + colours opacity, rounded.

    `opacity`: 0..1. `shown`: (H, W), where False the picture stays as it is.
    """
    opacity = min(max(opacity, 0.0), 1.0)
    mixed = np.asarray(cv2.addWeighted(rgb, 1 - opacity, colours, opacity, 0), np.uint8)
    if shown is not None:
        mixed[~shown] = rgb[~shown]
    return mixed


@lru_cache
def ramp_colours(ramp: Ramp) -> UInt8Array:
    """(256, 3) RGB, low to high, read-only: for images, and for the colour bar beside them."""
    steps = np.arange(256, dtype=np.uint8)[:, None]
    if ramp is Ramp.GREY:
        colours = np.repeat(steps, 3, axis=1)
    else:
        colours = np.ascontiguousarray(cv2.applyColorMap(steps, _OPENCV_RAMPS[ramp])[:, 0, ::-1])
    colours.setflags(write=False)
    return colours


def ramp_image(
    values: NDArray[Any],
    low: float,
    high: float,
    ramp: Ramp = Ramp.VIRIDIS,
    valid: NDArray[np.bool_] | None = None,
) -> UInt8Array:
    """(H, W) values -> RGB: `low` and below the ramp's first colour, `high` and above its last.

    Where `valid` is False, and where a value is not a number, the image is `missing_rgb(ramp)`. An
    empty range (`high` <= `low`) shows the middle of the ramp.
    """
    known = np.isfinite(values) if valid is None else valid & np.isfinite(values)
    scaled = np.full(values.shape, 0.5, np.float32)
    if high > low:
        np.clip((values - low) * (1 / (high - low)), 0, 1, out=scaled, where=known)
    indices = (scaled * 255 + 0.5).astype(np.uint8)
    image = ramp_colours(ramp)[indices]
    image[~known] = missing_rgb(ramp)
    return image


def diverging_image(values: NDArray[Any], limit: float) -> UInt8Array:
    """(H, W) signed values -> RGB: -`limit` blue, 0 white, +`limit` red; zero never moves.

    MISSING_RGB where a value is not a number.
    """
    known = np.isfinite(values)
    at = np.clip(np.where(known, values, 0) / (limit or 1.0), -1, 1)
    end = np.where(at[..., None] < 0, np.array(NEGATIVE_RGB), np.array(POSITIVE_RGB))
    image = np.rint(ZERO_RGB + np.abs(at)[..., None] * (end - ZERO_RGB)).astype(np.uint8)
    image[~known] = MISSING_RGB
    return image


def robust_range(values: NDArray[Any]) -> tuple[float, float]:
    """The 2nd and 98th percentile of the finite values, so that a few strays do not set the range.

    (0, 1) where there is no finite value.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = np.percentile(finite, ROBUST_PERCENTILES)
    return float(low), float(high)


def depth_range(depth_m: FloatArray) -> tuple[float, float]:
    """`robust_range` of the valid depth in an (H, W) map, metres, 0 = missing."""
    return robust_range(depth_m[depth_m > 0])


def depth_image(
    depth_m: FloatArray, limits: tuple[float, float] | None = None, ramp: Ramp = Ramp.VIRIDIS
) -> UInt8Array:
    """(H, W) metres, 0 = missing -> RGB, near dark, far bright, missing `missing_rgb(ramp)`.

    `limits`: (low, high) in metres; None takes `depth_range`.
    """
    low, high = limits or depth_range(depth_m)
    return ramp_image(depth_m, low, high, ramp, depth_m > 0)


def confidence_image(confidence: FloatArray, ramp: Ramp = Ramp.MAGMA) -> UInt8Array:
    """(H, W) probabilities 0..1 -> RGB over the full range, so that frames compare."""
    return ramp_image(confidence, 0.0, 1.0, ramp)
