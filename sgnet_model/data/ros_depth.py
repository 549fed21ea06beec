"""Depth as ROS's compressed_depth_image_transport writes it: a short header, and a PNG or RVL.

The header names the format (4 bytes) and two numbers (float32 each). Whole numbers are stored as
they are; for floats what follows is inverse depth in counts, z = A / (count - B). RVL is preceded
by width and height (32 bits each).
Source: https://github.com/ros-perception/image_transport_plugins
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sgnet_model.types import UserError

from .rvl import read_rvl

HEADER = 12
MOST_PER_BYTE = 1 << 16  # pixels: a run of missing ones takes few bytes
NO_16_BITS = (
    "Compressed depth holds a picture of the kind {}: 16-bit grey PNG was expected; 8 bits have no "
    "metric scale."
)
PNG = b"\x89PNG\r\n\x1a\n"


def is_compressed_depth(head: bytes) -> bool:
    """By the first 20 bytes of a message's data."""
    return head[HEADER : HEADER + len(PNG)] == PNG


def read_compressed_depth(data: bytes, max_pixels: int) -> NDArray[Any]:
    """(H, W) uint16 counts as the sensor gave them, or float32 metres, 0 = missing.

    `data`: of a sensor_msgs/CompressedImage whose format says compressedDepth. Raises ValueError
    or IndexError where it is damaged or has more than `max_pixels`, UserError where it is no
    16-bit picture.
    """
    _, a, b = struct.unpack_from("<iff", data)
    has_png = is_compressed_depth(data[: HEADER + len(PNG)])
    counts = _of_png(data[HEADER:], max_pixels) if has_png else _of_rvl(data[HEADER:], max_pixels)
    if not (a or b):
        return counts
    return _from_inverse(counts.astype(np.float64), a, b)


def _of_png(data: bytes, max_pixels: int) -> NDArray[np.uint16]:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        if image.width * image.height > max_pixels:
            raise ValueError("too many pixels")
        if not image.mode.startswith("I"):
            raise UserError(NO_16_BITS.format(image.mode))
        counts = np.array(image)
    return counts.astype(np.uint16)


def _of_rvl(data: bytes, max_pixels: int) -> NDArray[np.uint16]:
    width, height = struct.unpack_from("<II", data)
    if not 0 < width * height <= min(max_pixels, MOST_PER_BYTE * len(data)):
        raise ValueError(f"{width} x {height} pixels in {len(data)} bytes")
    return read_rvl(data[8:], width, height)


def _from_inverse(counts: NDArray[np.float64], a: float, b: float) -> NDArray[np.float32]:
    if not np.isfinite((a, b)).all():
        raise ValueError("numbers that are none")
    metres = np.zeros(counts.shape)
    np.divide(a, counts - b, out=metres, where=(counts > 0) & (counts != b))
    return np.clip(metres, 0, 1e6).astype(np.float32)
