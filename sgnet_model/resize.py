"""Resizing pictures and measurements, sizes as (height, width)."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from .types import UInt8Array

Pixels = TypeVar("Pixels", bound=NDArray[Any])


def resize_rgb(rgb: UInt8Array, size: tuple[int, int]) -> UInt8Array:
    """(H, W, 3) uint8 -> (*size, 3): bilinear, by area where it shrinks in both directions."""
    if rgb.shape[:2] == size:
        return rgb
    import cv2  # late: a tenth of a second, and `resize_nearest` is imported for every --help

    shrinking = rgb.shape[0] > size[0] and rgb.shape[1] > size[1]
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return cast(UInt8Array, cv2.resize(rgb, size[::-1], interpolation=method))


def resize_nearest(values: Pixels, size: tuple[int, int]) -> Pixels:
    """(H, W) -> size: each new pixel takes the one its centre falls into, the later one where it
    falls between two. A mean of two surfaces, or of two labels, is neither.

    OpenCV's INTER_NEAREST_EXACT rounds its steps, and misses that pixel at some sizes.
    """
    if values.shape[:2] == size:
        return values
    rows, columns = (
        (2 * np.arange(new) + 1) * old // (2 * new)
        for new, old in zip(size, values.shape[:2], strict=True)
    )
    return cast(Pixels, values[rows].take(columns, axis=1))
