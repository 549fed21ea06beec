"""OpenEXR pictures: a depth channel, or red, green and blue.

Read here, not by a library: OpenCV's wheels come without OpenEXR, and the OpenEXR bindings crash on
damaged headers, which would take the window with them. Scanline files without compression or with
RLE, ZIPS or ZIP (what nearly every tool writes by default) are supported; the rest is told.
Layout: https://openexr.com/en/latest/OpenEXRFileLayout.html
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array, UserError

COLOUR = ("R", "G", "B")

_UNSUPPORTED_FLAGS = 0x200 | 0x800 | 0x1000  # tiles, deep pixels, several parts
_LINES_PER_BLOCK = {0: 1, 1: 1, 2: 1, 3: 16}  # none, RLE, ZIPS, ZIP
_PIXELS = (np.dtype("<u4"), np.dtype("<f2"), np.dtype("<f4"))


@dataclass(frozen=True, slots=True)
class _Header:
    channels: tuple[tuple[str, np.dtype[np.generic]], ...]  # in the order of a line's data
    compression: int
    first_line: int
    width: int
    height: int
    end: int  # where the table of block offsets begins

    @property
    def line_bytes(self) -> int:
        return self.width * sum(dtype.itemsize for _, dtype in self.channels)


def read_exr(path: Path, max_pixels: int, *, depth: bool) -> FloatArray:
    """(H, W) float32 of the only channel or of Z, or (H, W, 3) float32 of R, G and B.

    `depth`: prefer a depth channel ("Z", "depth.Z", ...) where there is colour too. Raises
    UserError for a damaged file, an unsupported compression, more than `max_pixels`, or no channel
    to choose.
    """
    data = path.read_bytes()
    try:
        header = _read_header(data, path)
        if header.width * header.height > max_pixels:
            raise UserError(
                f"{path.name} has {header.width} x {header.height} pixels, and up to "
                f"{max_pixels // 10**6} million pixels are read: scale it down."
            )
        chosen = _chosen(path, [name for name, _ in header.channels], depth)
        planes = _read_planes(data, header, chosen)
    except (ValueError, IndexError, KeyError, struct.error, zlib.error) as error:
        raise UserError(
            f"{path.name} is truncated or damaged and cannot be decoded: copy or export it again."
        ) from error
    return planes[0] if len(planes) == 1 else np.stack(planes, axis=-1)


def _read_header(data: bytes, path: Path) -> _Header:
    (version,) = struct.unpack_from("<I", data, 4)
    attributes, end = _attributes(data)
    compression = attributes["compression"][0]
    if version & _UNSUPPORTED_FLAGS or compression not in _LINES_PER_BLOCK:
        raise UserError(
            f"{path.name} is an EXR file with tiles, several parts or a compression that is not "
            "read: save it as scanlines with ZIP compression."
        )
    left, top, right, bottom = struct.unpack("<4i", attributes["dataWindow"])
    if right < left or bottom < top:
        raise ValueError("an empty picture")
    channels = _channels(attributes["channels"])
    return _Header(channels, compression, top, right - left + 1, bottom - top + 1, end)


def _attributes(data: bytes) -> tuple[dict[str, bytes], int]:
    """Name to value, and the position after the header: (name 0 type 0 size value)*, 0."""
    attributes: dict[str, bytes] = {}
    at = 8
    while data[at] != 0:
        name, at = _text(data, at)
        _, at = _text(data, at)
        (size,) = struct.unpack_from("<I", data, at)
        attributes[name] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return attributes, at + 1


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(0, at)
    return data[at:end].decode("utf-8", "replace"), end + 1


def _channels(value: bytes) -> tuple[tuple[str, np.dtype[np.generic]], ...]:
    """(name 0, pixel type, 4 bytes, x and y sampling)*, 0."""
    channels = []
    at = 0
    while value[at] != 0:
        name, at = _text(value, at)
        kind, _, x_sampling, y_sampling = struct.unpack_from("<4i", value, at)
        if (x_sampling, y_sampling) != (1, 1):
            raise ValueError("a channel of lower resolution")
        channels.append((name, _PIXELS[kind]))
        at += 16
    return tuple(channels)


def _chosen(path: Path, present: list[str], depth: bool) -> tuple[str, ...]:
    if len(present) == 1:
        return (present[0],)
    depths = [name for name in present if name.rsplit(".", 1)[-1].lower() in ("z", "depth")]
    coloured = set(COLOUR) <= set(present)
    if len(depths) == 1 and (depth or not coloured):
        return (depths[0],)
    if coloured:
        return COLOUR
    raise UserError(
        f"{path.name} has the channels {', '.join(sorted(present)) or 'none'}: a single channel, "
        "Z, or R, G and B was expected."
    )


def _read_planes(data: bytes, header: _Header, chosen: tuple[str, ...]) -> list[FloatArray]:
    lines = _LINES_PER_BLOCK[header.compression]
    blocks = -(-header.height // lines)
    if header.end + 8 * blocks > len(data):  # before anything is allocated for it
        raise ValueError("more lines than the file can hold")
    offsets = struct.unpack_from(f"<{blocks}Q", data, header.end)
    planes = {name: np.empty((header.height, header.width), np.float32) for name in chosen}
    seen = set()
    for offset in offsets:
        line, size = struct.unpack_from("<iI", data, offset)
        row = line - header.first_line
        if row % lines or not 0 <= row < header.height or offset + 8 + size > len(data):
            raise ValueError("a block out of place")
        count = min(lines, header.height - row)
        raw = _unpacked(data[offset + 8 : offset + 8 + size], header, count)
        _place(raw.reshape(count, header.line_bytes), header, row, planes)
        seen.add(row)
    if len(seen) != blocks:
        raise ValueError("missing lines")
    return [planes[name] for name in chosen]


def _place(lines: UInt8Array, header: _Header, row: int, planes: dict[str, FloatArray]) -> None:
    """A line holds each channel's pixels in turn."""
    at = 0
    for name, dtype in header.channels:
        size = header.width * dtype.itemsize
        if name in planes:
            values = np.ascontiguousarray(lines[:, at : at + size]).view(dtype)
            planes[name][row : row + len(lines)] = values
        at += size


def _unpacked(block: bytes, header: _Header, lines: int) -> UInt8Array:
    size = lines * header.line_bytes
    if len(block) == size:  # what does not shrink is stored as it is
        return np.frombuffer(block, np.uint8)
    if header.compression == 0:
        raise ValueError("a block of the wrong size")
    if header.compression == 1:
        packed = _run_lengths(block, size)
    else:
        packed = zlib.decompressobj().decompress(block, size)
    if len(packed) != size:
        raise ValueError("a block of the wrong size")
    return _unfiltered(np.frombuffer(packed, np.uint8))


def _run_lengths(block: bytes, size: int) -> bytes:
    """n < 0: -n bytes as they are; n >= 0: the next byte n + 1 times."""
    out = bytearray()
    at = 0
    while at < len(block) and len(out) <= size:
        count = block[at] - 256 if block[at] > 127 else block[at]
        if count < 0:
            out += block[at + 1 : at + 1 - count]
            at += 1 - count
        else:
            out += block[at + 1 : at + 2] * (count + 1)
            at += 2
    return bytes(out)


def _unfiltered(packed: NDArray[np.uint8]) -> UInt8Array:
    """Undoes the differences (each offset by 128), then puts the two halves back in turn."""
    differences = packed.astype(np.uint8)
    differences[1:] -= 128  # wraps, as the format does
    values = np.cumsum(differences, dtype=np.uint8)
    result = np.empty_like(values)
    half = (len(values) + 1) // 2
    result[0::2], result[1::2] = values[:half], values[half:]
    return result
