"""How much the pixels of a PNG unpack to: OpenCV unpacks all that there is, pixels or not."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

_HEADER = 8  # the signature; then chunks: length, name, content, sum
_STEP = 1 << 20
SPARE_BYTES = 1 << 20  # what a picture may unpack to beyond its pixels


def check_png(path: Path, most: int) -> None:
    """ValueError where a file's pixels unpack to more than `most` bytes: 2 MB may hold 2 GB."""
    stream, total = zlib.decompressobj(), 0
    for part in _pixel_chunks(path.read_bytes()):
        while part and not stream.eof:
            total += len(stream.decompress(part, _STEP))
            part = stream.unconsumed_tail
            if total > most:
                raise ValueError(f"more than {most} bytes of pixels")


def _pixel_chunks(content: bytes) -> Iterator[bytes]:
    at = _HEADER
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == b"IDAT":
            yield content[at + 8 : at + 8 + length]
        at += 12 + length
