"""Packed pixels: 0xffRRGGBB in a uint32, as `QImage.Format_RGB32` has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.scene import Rgb

PackedImage = NDArray[np.uint32]  # (height, width)

OPAQUE = np.uint32(0xFF000000)
FARTHEST = np.uint64(2**64 - 1)


def pack_colour(colour: Rgb) -> np.uint32:
    """0xffRRGGBB of three values 0..255."""
    red, green, blue = colour
    return OPAQUE | np.uint32(red << 16 | green << 8 | blue)


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
    if side == 1:
        return colours
    keys = depth.view(np.uint32).astype(np.uint64) << np.uint64(32)
    keys |= colours
    for axis in (0, 1):
        keys = _least_along(keys, side, axis)
    return keys.astype(np.uint32)  # the lower half: the colour


def _least_along(keys: NDArray[np.uint64], side: int, axis: int) -> NDArray[np.uint64]:
    """(H, W): the least of `side` neighbours along `axis`, of fewer at the borders.

    The least of n neighbours and of the n beside them is that of 2 n.
    """
    keys = np.moveaxis(keys, axis, 0)
    before = side // 2
    least = np.full((len(keys) + side - 1, *keys.shape[1:]), FARTHEST)
    least[before : before + len(keys)] = keys
    width = 1
    while width < side:
        step = min(width, side - width)
        least = np.minimum(least[:-step], least[step:])
        width += step
    return np.moveaxis(least, 0, axis)
