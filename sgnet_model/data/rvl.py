"""RVL, the lossless packing of depth that ROS offers beside PNG.

Pixels are runs: how many are missing, how many are not, and of those the difference to the one
before. Every number is written in groups of three bits, lowest first, each in a nibble whose
highest bit says that more follow; eight nibbles make a 32-bit word, the first one highest.
Source: A. D. Wilson, "Fast Lossless Depth Image Compression", ISS 2017.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MORE = 8  # the bit of a nibble
LONGEST = 7  # groups of a number: 21 bits, more than any pixel or run here


def read_rvl(data: bytes, width: int, height: int) -> NDArray[np.uint16]:
    """(H, W) uint16 counts, 0 = missing. Raises ValueError where the data is cut or damaged."""
    numbers = _numbers(data)
    pixels = np.zeros(width * height, np.int64)
    at, place, last = 0, 0, 0
    while place < pixels.size:
        missing, present = int(numbers[at]), int(numbers[at + 1])  # IndexError where it is cut
        place += missing
        at += 2
        end = place + present
        if end > pixels.size or at + present > numbers.size or missing + present == 0:
            raise ValueError("a run beyond the picture")
        steps = numbers[at : at + present]
        values = last + np.cumsum((steps >> 1) ^ -(steps & 1))
        pixels[place:end] = values
        last = int(values[-1]) if present else last
        at, place = at + present, end
    if pixels.min() < 0 or pixels.max() > 65535:
        raise ValueError("a count beyond 16 bits")
    return pixels.astype(np.uint16).reshape(height, width)


def _numbers(data: bytes) -> NDArray[np.int64]:
    """All numbers of the stream, in order."""
    words = np.frombuffer(data, "<u4", len(data) // 4)
    nibbles = ((words[:, None] >> np.arange(28, -1, -4, dtype=np.uint32)) & 15).astype(np.int64)
    nibbles = nibbles.ravel()
    ends = np.flatnonzero(nibbles < MORE)
    if not ends.size:
        raise ValueError("no number ends")
    nibbles = nibbles[: ends[-1] + 1]
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > LONGEST:
        raise ValueError("a number of too many bits")
    groups = np.arange(nibbles.size) - np.repeat(starts, lengths)
    return np.add.reduceat((nibbles & (MORE - 1)) << (3 * groups), starts)
