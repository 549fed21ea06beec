"""Packed pixels: 0xffRRGGBB in a uint32, as `QImage.Format_RGB32` has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.scene import Rgb

PackedImage = NDArray[np.uint32]  # (height, width)


def pack_colour(colour: Rgb) -> np.uint32:
    """0xffRRGGBB of three values 0..255."""
    red, green, blue = colour
    return np.uint32(0xFF000000 | red << 16 | green << 8 | blue)


def pack_image(colours: FloatArray, out: PackedImage) -> None:
    """Write (H, W, 3) float32 RGB in 0..1 to `out`. `colours` is overwritten."""
    colours *= 255.0
    colours += 0.5  # the conversion below cuts off
    channels = out.view(np.uint8).reshape(*out.shape, 4)
    if np.little_endian:
        channels[..., :3] = colours[..., ::-1]
        channels[..., 3] = 255
    else:
        channels[..., 1:] = colours
        channels[..., 0] = 255


def grow_splats(depth: FloatArray, colours: PackedImage, side: int) -> PackedImage:
    """Let each pixel spread over `side` x `side` pixels; the nearest at a pixel wins.

    `depth`: (H, W) float32, positive, infinite for the background. The bits of positive floats
    sort as integers, so depth and colour travel as one key, and the nearest in a square is the
    least of columns of the least of rows.
    """
    keys = depth.view(np.uint32).astype(np.uint64) << np.uint64(32)
    keys |= colours
    for axis in (0, 1):
        keys = _least_along(keys, side, axis)
    return keys.astype(np.uint32)  # the lower half: the colour


def _least_along(keys: NDArray[np.uint64], side: int, axis: int) -> NDArray[np.uint64]:
    """(H, W): the least of `side` neighbours along `axis`, less at the borders."""
    keys = np.moveaxis(keys, axis, 0)
    least = keys.copy()
    before = (side - 1) // 2
    for shift in range(-before, side - before):
        if shift > 0:
            np.minimum(least[shift:], keys[:-shift], out=least[shift:])
        elif shift < 0:
            np.minimum(least[:shift], keys[-shift:], out=least[:shift])
    return np.moveaxis(least, 0, axis)
