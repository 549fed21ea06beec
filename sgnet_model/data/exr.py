"""OpenEXR pictures: a depth channel, or red, green and blue."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.types import FloatArray, UserError

COLOUR = ("R", "G", "B")


def read_exr(path: Path, max_pixels: int) -> FloatArray:
    """(H, W, 3) float32 where the file has R, G and B, else its one channel as (H, W) float32.

    Among several channels a depth channel ("Z", "depth.Z", ...) is taken. Raises UserError where
    none can be chosen, where the file is incomplete, and beyond `max_pixels`.
    """
    exr = _library()
    file = exr.InputFile(str(path))
    try:
        header = file.header()
        window = header["dataWindow"]
        width, height = window.max.x - window.min.x + 1, window.max.y - window.min.y + 1
        if width * height > max_pixels:
            raise UserError(f"{path.name} has {width} x {height} pixels: scale it down.")
        if not file.isComplete():
            raise UserError(f"{path.name} is truncated: copy or export it again.")
        names = _channels(path, list(header["channels"]))
        planes = [_plane(file, name).reshape(height, width) for name in names]
    finally:
        file.close()
    return planes[0] if len(planes) == 1 else np.stack(planes, axis=-1)


def _channels(path: Path, present: list[str]) -> tuple[str, ...]:
    if len(present) == 1:
        return (present[0],)
    depth = [name for name in present if name.rsplit(".", 1)[-1].lower() in ("z", "depth")]
    if len(depth) == 1:
        return (depth[0],)
    if set(COLOUR) <= set(present):
        return COLOUR
    raise UserError(
        f"{path.name} has the channels {', '.join(sorted(present))}: a single channel, Z, or R, G "
        "and B was expected."
    )


def _plane(file: Any, name: str) -> FloatArray:
    pixel_type = import_module("Imath").PixelType
    raw = file.channel(name, pixel_type(pixel_type.FLOAT))  # half precision is widened
    return np.frombuffer(raw, np.float32).copy()


def _library() -> Any:
    try:
        return import_module("OpenEXR")
    except ImportError as error:
        raise UserError(
            "Reading EXR files needs the Python package OpenEXR: install it, or convert the file "
            "to TIFF or .npy."
        ) from error
