"""OpenEXR pictures: a depth channel, or red, green and blue, through the OpenEXR library.

The library was held against 10,500 damaged files (headers and data changed, cut, of every
compression, tiled and of several parts), each in a process of its own: none crashed it. One that
claimed tiles of 16 x 12,451,856 pixels took gigabytes and minutes, and many were printed about. So
it reads in this process, silenced, once the header alone has said that picture, channels and tiles
are of a size that pictures have.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.types import FloatArray, UserError
from sgnet_model.untrusted import reading

COLOUR = ("R", "G", "B")
MOST_CHANNELS = 64
STDERR = 2
_SILENCE = threading.Lock()
LARGEST_TILE = 1 << 22  # pixels: tools write 16 x 16 to 512 x 512
FLAT = ("scanlineimage", "tiledimage")  # not deep: a list of samples for each pixel


def read_exr(path: Path, max_pixels: int, *, depth: bool) -> FloatArray:
    """(H, W) float32 of the only channel or of Z, or (H, W, 3) float32 of R, G and B.

    `depth`: prefer a depth channel ("Z", "depth.Z", ...) where there is colour too. Of a file of
    several parts the first that has such channels counts. Raises UserError for a damaged file, more
    than `max_pixels`, and no channel to choose.
    """
    import OpenEXR  # late: few files need it

    damaged = f"{path.name} is truncated or damaged and cannot be decoded: copy or export it again."
    with reading(path, damaged), _silenced():
        with OpenEXR.File(str(path), header_only=True, num_threads=0) as file:
            part, chosen = _chosen(path, [part.header for part in file.parts], depth)
            for header in (part.header for part in file.parts):
                _check_size(path, header, max_pixels)
        with OpenEXR.File(str(path), separate_channels=True, num_threads=0) as file:
            channels = file.parts[part].channels
            planes = [_plane(channels[name]) for name in chosen]
            return planes[0] if len(planes) == 1 else np.stack(planes, axis=-1)


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Of what the library prints about damage, from Python and past it, beside what it raises.

    The process has one standard error: other threads lose what they write to it meanwhile. A
    program without a console has none.
    """
    with _SILENCE:
        try:
            kept = os.dup(STDERR)
        except OSError:
            yield
            return
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), STDERR)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)


def _check_size(path: Path, header: dict[str, Any], max_pixels: int) -> None:
    """Before pixels are read, for whatever the library allocates first."""
    (left, top), (right, bottom) = ([int(v) for v in corner] for corner in header["dataWindow"])
    width, height = right - left + 1, bottom - top + 1
    if width < 1 or height < 1 or len(header["channels"]) > MOST_CHANNELS:
        raise ValueError("an empty picture, or one of very many channels")
    tiles = header.get("tiles")
    if tiles is not None and not 0 < tiles.xSize * tiles.ySize <= LARGEST_TILE:
        raise ValueError(f"tiles of {tiles.xSize} x {tiles.ySize} pixels")
    if width * height > max_pixels or width * height * len(header["channels"]) > 8 * max_pixels:
        raise UserError(
            f"{path.name} has {width} x {height} pixels, and up to {max_pixels // 10**6} million "
            "pixels are read: scale it down."
        )


def _chosen(path: Path, headers: list[dict[str, Any]], depth: bool) -> tuple[int, tuple[str, ...]]:
    """The part of the file, and the channels in it."""
    flat = [header["type"].name in FLAT if "type" in header else True for header in headers]
    if not any(flat):
        raise UserError(
            f"{path.name} is a deep EXR, with many samples for each pixel: flatten it to one."
        )
    named = [[channel.name for channel in header["channels"]] for header in headers]
    choices = [
        (index, choice)
        for index, names in enumerate(named)
        if flat[index] and (choice := _of(names, depth)) is not None
    ]
    wanted = [(index, choice) for index, choice in choices if _is_depth(choice) == depth]
    found = wanted or choices
    if not found:
        present = sorted({name for names in named for name in names})
        raise UserError(
            f"{path.name} has the channels {', '.join(present) or 'none'}: a single channel, Z, or "
            "R, G and B was expected."
        )
    return found[0]


def _of(present: list[str], depth: bool) -> tuple[str, ...] | None:
    """One name, or those of R, G and B, a layer's too ("colour.R")."""
    if len(present) == 1:
        return (present[0],)
    depths = [name for name in present if name.rsplit(".", 1)[-1].lower() in ("z", "depth")]
    coloured = set(COLOUR) <= set(present)
    if len(depths) == 1 and (depth or not coloured):
        return (depths[0],)
    if coloured:
        return COLOUR
    layers = {name.rpartition(".")[0] for name in present}
    whole = [layer for layer in sorted(layers) if {f"{layer}.{c}" for c in COLOUR} <= set(present)]
    return tuple(f"{whole[0]}.{channel}" for channel in COLOUR) if len(whole) == 1 else None


def _is_depth(choice: tuple[str, ...]) -> bool:
    return len(choice) == 1


def _plane(channel: Any) -> FloatArray:
    pixels = np.asarray(channel.pixels)
    if pixels.ndim != 2 or (channel.xSampling, channel.ySampling) != (1, 1):
        raise ValueError("a channel of lower resolution")
    return pixels.astype(np.float32)
