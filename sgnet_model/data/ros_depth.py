"""Depth as ROS's compressed_depth_image_transport writes it: a short header and a PNG.

The header names the format (4 bytes) and two numbers (float32 each). Whole numbers are stored as
they are; for floats the PNG holds inverse depth in counts, z = A / (count - B).
Source: https://github.com/ros-perception/image_transport_plugins
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HEADER = 12
PNG = b"\x89PNG\r\n\x1a\n"


def is_compressed_depth(head: bytes) -> bool:
    """By the first 20 bytes of a message's data."""
    return head[HEADER : HEADER + len(PNG)] == PNG


def read_compressed_depth(data: bytes, max_pixels: int) -> NDArray[Any]:
    """(H, W) uint16 counts as the sensor gave them, or float32 metres, 0 = missing.

    `data`: of a sensor_msgs/CompressedImage whose format says compressedDepth. Raises ValueError
    where it holds no 16-bit PNG or more than `max_pixels`.
    """
    if not is_compressed_depth(data[: HEADER + len(PNG)]):
        raise ValueError("no PNG after the header")
    _, a, b = struct.unpack_from("<iff", data)
    with Image.open(io.BytesIO(data[HEADER:]), formats=("PNG",)) as image:
        if image.width * image.height > max_pixels:
            raise ValueError("too many pixels")
        counts = np.array(image)
    if counts.ndim != 2 or counts.dtype not in (np.dtype(np.uint16), np.dtype(np.int32)):
        raise ValueError("no 16-bit grey picture")
    if not (a or b):
        return counts.astype(np.uint16)
    return _from_inverse(counts.astype(np.float64), a, b)


def _from_inverse(counts: NDArray[np.float64], a: float, b: float) -> NDArray[np.float32]:
    if not np.isfinite((a, b)).all():
        raise ValueError("numbers that are none")
    metres = np.zeros(counts.shape)
    np.divide(a, counts - b, out=metres, where=(counts > 0) & (counts != b))
    return np.clip(metres, 0, 1e6).astype(np.float32)
