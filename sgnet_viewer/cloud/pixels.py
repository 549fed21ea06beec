"""Packed pixels: 0xffRRGGBB in a uint32, as `QImage.Format_RGB32` has them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.scene import Rgb

PackedImage = NDArray[np.uint32]  # (height, width)

OPAQUE = np.uint32(0xFF000000)
FARTHEST = np.array(0x7F800000 << 32, np.uint64).view(np.float64)  # an infinite depth's key
GAP_SIDE = 7  # pixels: the neighbourhood that a gap is judged by
GAP_SHARE = 0.52  # of it must be drawn


def pack_colour(colour: Rgb) -> np.uint32:
    """0xffRRGGBB of three values 0..255."""
    red, green, blue = colour
    return OPAQUE | np.uint32(red << 16 | green << 8 | blue)


def fitted(drawn: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """(H, W, ...) of what was asked for, from what a window system gave.

    Where a screen has another number of pixels than units (Windows, macOS), a window of an odd size
    comes back a pixel off, or in the screen's own pixels. Each pixel is the nearest one's; what has
    the right shape is returned as it is.
    """
    if drawn.shape[:2] == shape:
        return drawn
    rows, columns = (
        (np.arange(wanted) + 0.5) * given / wanted
        for wanted, given in zip(shape, drawn.shape, strict=False)
    )
    return drawn[np.ix_(rows.astype(int), columns.astype(int))]


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


def grow_splats(
    depth: FloatArray,
    colours: PackedImage,
    side: int,
    *,
    closed: bool = False,
    scale: float = 1.0,
) -> tuple[PackedImage, FloatArray]:
    """Let each pixel spread over `side` x `side` pixels; the nearest at a pixel wins.

    `depth`: (H, W) float32, positive, infinite for the background. Returns colours and depth.
    `closed`: fill small gaps between the splats, see `_close_gaps`; `scale`: how many pixels one of
    a usual picture is.
    """
    keys = _keys(depth, colours)
    if side > 1:
        keys = _nearest(keys, side)
    if closed:
        keys = _close_gaps(keys, 2 * round((GAP_SIDE * scale - 1) / 2) + 1)
    packed = keys.view(np.uint64)
    grown = (packed >> np.uint64(32)).astype(np.uint32).view(np.float32)
    return packed.astype(np.uint32), grown  # the lower half: the colour


def _keys(depth: FloatArray, colours: PackedImage) -> NDArray[np.float64]:
    """Depth and colour as one number that sorts by depth.

    The bits of positive floats sort as integers do, and those of a float32 in the upper half are
    the bits of a float64 that is finite also for an infinite depth: OpenCV can compare it.
    """
    keys = depth.view(np.uint32).astype(np.uint64) << np.uint64(32)
    keys |= colours
    return keys.view(np.float64)


def _nearest(keys: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    square = np.ones((side, side), np.uint8)
    return np.asarray(cv2.erode(keys, square, borderType=cv2.BORDER_REPLICATE))


def _close_gaps(keys: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Give a pixel of the background the nearest of its neighbours where most of them are drawn.

    `side`: of the square of neighbours, odd.
    A surface seen from the side shows the rows and columns it was sampled in; outlines stay, since
    beside them less than half of the neighbours are drawn.
    """
    drawn = (keys < FARTHEST).astype(np.float32)
    share = cv2.blur(drawn, (side, side), borderType=cv2.BORDER_REPLICATE)
    gaps = (drawn == 0) & (share >= GAP_SHARE)
    return np.where(gaps, _nearest(keys, side), keys)
