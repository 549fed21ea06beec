"""Rotation tags: pictures that say how they are to be turned, and depth beside them.

Cameras store what the sensor saw and a tag (Exif 274) that says which way is up. Some tools follow
it and some do not, so that the depth beside such a picture lies either as its pixels are stored or
as the picture is shown. Sizes tell which, and where they cannot, edges do.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sgnet_model.types import FloatArray, Intrinsics, UInt8Array

from .camera_check import same_aspect
from .camera_check import turned as quarters_turned

UPRIGHT = 1
TAG = 0x0112
COARSE_SIDE = 200  # pixels in which edges are compared
STRONG = 4.0  # times the mean, where edges are cut: one bright lamp must not decide

# Clockwise quarter turns to upright, after mirroring left and right where the tag says so.
_TURNS = {1: (0, False), 2: (0, True), 3: (2, False), 4: (2, True)} | {
    5: (3, True),
    6: (1, False),
    7: (1, True),
    8: (3, False),
}
Picture = TypeVar("Picture", bound=NDArray[Any])


def orientation_of(path: Path) -> int:
    """1 (upright) to 8, as Exif counts; 1 where the file has no such tag or is no such file."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP", "TIFF")) as image:
            if image.format == "PNG" and "exif" not in image.info:
                return UPRIGHT  # asked for its tags, Pillow would decode all pixels
            tag = image.getexif().get(TAG, UPRIGHT)
    except Exception:  # a damaged picture is reported by whoever reads its pixels
        return UPRIGHT
    return tag if tag in _TURNS else UPRIGHT


def turn(picture: Picture, orientation: int) -> Picture:
    """(H, W) or (H, W, C) as stored -> upright: (W, H, ...) for the tags 5 to 8."""
    quarters, is_mirrored = _TURNS[orientation]
    seen = picture[:, ::-1] if is_mirrored else picture
    return np.ascontiguousarray(np.rot90(seen, -quarters))  # type: ignore[return-value]


def turn_camera(camera: Intrinsics, orientation: int) -> Intrinsics:
    """The camera of the picture as stored -> of the upright one."""
    quarters, is_mirrored = _TURNS[orientation]
    if is_mirrored:
        camera = replace(camera, cx=camera.width - 1 - camera.cx)
    return quarters_turned(camera, quarters)


def swaps_sides(orientation: int) -> bool:
    """Whether the upright picture is as wide as the stored one is high."""
    return _TURNS[orientation][0] % 2 == 1


def undo(orientation: int) -> int:
    """The tag that turns the upright picture back."""
    return {6: 8, 8: 6}.get(orientation, orientation)


def in_words(orientation: int) -> str:
    """ "turned by 90 degrees"."""
    quarters, is_mirrored = _TURNS[orientation]
    words = [f"turned by {90 * quarters} degrees"] if quarters else []
    return " and ".join([*words, *(["mirrored"] if is_mirrored else [])])


def lies_as_stored(depth_m: FloatArray, rgb: UInt8Array, orientation: int) -> bool:
    """Whether depth is aligned with the picture's pixels as stored, not with it upright.

    `depth_m`: (h, w) metres, 0 = missing; `rgb`: (H, W, 3) as stored.
    """
    (height, width), (down, across) = depth_m.shape, rgb.shape[:2]
    fits_stored = fits_upright = same_aspect((width, height), (across, down))
    if swaps_sides(orientation):
        fits_upright = same_aspect((width, height), (down, across))
    if fits_stored != fits_upright:
        return fits_stored
    upright = _edge_agreement(depth_m, turn(rgb, orientation))
    return bool(_edge_agreement(depth_m, rgb) > upright)


def _edge_agreement(depth_m: FloatArray, rgb: UInt8Array) -> float:
    """The correlation of depth's edges with the picture's, coarsely."""
    height, width = depth_m.shape
    step = max(1, round(max(height, width) / COARSE_SIDE))
    depth = depth_m[::step, ::step]
    rows = np.arange(depth.shape[0]) * step * rgb.shape[0] // height
    columns = np.arange(depth.shape[1]) * step * rgb.shape[1] // width
    grey = rgb[rows][:, columns].mean(axis=2)
    valid = depth > 0
    relative = np.log(np.where(valid, depth, 1.0))
    edges, seen = _edges(relative), _edges(grey)
    inside = valid & _shrunk(valid)
    if inside.sum() < 16:
        return 0.0
    edges, seen = (_cut(values[inside]) for values in (edges, seen))
    spread = float(edges.std() * seen.std())
    return float(((edges - edges.mean()) * (seen - seen.mean())).mean()) / spread if spread else 0.0


def _edges(values: NDArray[Any]) -> NDArray[np.float64]:
    down, across = np.gradient(np.asarray(values, np.float64))
    return np.asarray(np.hypot(down, across))


def _cut(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.minimum(edges, STRONG * edges.mean()))


def _shrunk(valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the pixels beside a hole."""
    inside = valid.copy()
    inside[1:] &= valid[:-1]
    inside[:-1] &= valid[1:]
    inside[:, 1:] &= valid[:, :-1]
    inside[:, :-1] &= valid[:, 1:]
    return inside
