"""PGM and PPM pictures, their samples as stored whatever the maximum that the header names.

Libraries scale samples to the full range of their type: right for colour, and false for depth in
millimetres with a maximum of 4095, or for labels with one of 40.
Format: https://netpbm.sourceforge.net/doc/pgm.html
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGICS = (b"P2", b"P3", b"P5", b"P6")
LARGEST = 65535
MOST_WORDS = 16_000_000  # samples written as text: they take seconds
PART_BYTES = 1 << 20
_GAP = re.compile(rb"\s")

_HEADER = re.compile(
    rb"P([2356])" + 3 * rb"(?:\s|#[^\r\n]*[\r\n])+(\d{1,10})" + rb"(?:#[^\r\n]*)?\s"
)


def read_netpbm(data: bytes, max_pixels: int) -> tuple[NDArray[Any], int]:
    """(H, W) or (H, W, 3) uint8 or uint16 samples as stored, and the largest the header allows.

    16-bit samples are big-endian, as the format says. Raises ValueError for damaged files and for
    more than `max_pixels`.
    """
    header = _HEADER.match(data)
    if header is None:
        raise ValueError("a damaged header")
    kind, width, height, top = (int(field) for field in header.groups())
    if not (width and height and 0 < top <= LARGEST) or width * height > max_pixels:
        raise ValueError(f"{width} x {height} pixels up to {top}")
    planes = 3 if kind in (3, 6) else 1
    count = width * height * planes
    if kind in (5, 6):
        dtype = np.dtype(np.uint8 if top < 256 else ">u2")
        values = np.frombuffer(data, dtype, count, header.end())  # ValueError where it is too short
    else:
        values = _from_words(data[header.end() :], count, top)
    shape = (height, width, 3) if planes == 3 else (height, width)
    return values.astype(values.dtype.newbyteorder("=")).reshape(shape), top


def full_range(values: NDArray[Any], top: int) -> NDArray[Any]:
    """Samples of 0..top -> the whole range of their type, as colour needs it."""
    most = np.iinfo(values.dtype).max
    if top == most:
        return values
    scaled = np.minimum(values.astype(np.float32) * (most / top), most)
    filled: NDArray[Any] = np.rint(scaled).astype(values.dtype)
    return filled


def _from_words(text: bytes, count: int, top: int) -> NDArray[Any]:
    """Samples written in decimal digits, a part of the text at a time."""
    if count > MOST_WORDS:
        raise ValueError(f"{count} samples as text")
    text = re.sub(rb"#[^\r\n]*", b" ", text)
    values = np.empty(count, np.int64)
    at = done = 0
    while done < count and at < len(text):
        gap = _GAP.search(text, at + PART_BYTES)
        end = gap.start() if gap else len(text)
        words = text[at:end].split()[: count - done]
        values[done : done + len(words)] = [int(word) for word in words]
        done, at = done + len(words), end
    if done < count:
        raise ValueError("too few samples")
    if values.min() < 0 or values.max() > LARGEST:
        raise ValueError("a sample out of range")
    return values.astype(np.uint8 if top < 256 and values.max() < 256 else np.uint16)
