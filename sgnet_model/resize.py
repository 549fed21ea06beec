"""Resizing pictures and measurements, sizes as (height, width)."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import cv2
from numpy.typing import NDArray

from .types import UInt8Array

Pixels = TypeVar("Pixels", bound=NDArray[Any])


def resize_rgb(rgb: UInt8Array, size: tuple[int, int]) -> UInt8Array:
    """(H, W, 3) uint8 -> (*size, 3): bilinear, by area where it shrinks in both directions."""
    if rgb.shape[:2] == size:
        return rgb
    shrinking = rgb.shape[0] > size[0] and rgb.shape[1] > size[1]
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return cast(UInt8Array, cv2.resize(rgb, size[::-1], interpolation=method))


def resize_nearest(values: Pixels, size: tuple[int, int]) -> Pixels:
    """(H, W) -> size by nearest neighbour: a mean of two surfaces, or of two labels, is neither."""
    if values.shape[:2] == size:
        return values
    return cast(Pixels, cv2.resize(values, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT))
