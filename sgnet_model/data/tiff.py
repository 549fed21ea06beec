"""TIFF pictures: through OpenCV, and what it does not know through tifffile.

OpenCV's libtiff reads every compression; tifffile half floats, which OpenCV refuses. Neither is
to follow a rotation tag: that is for `orientation`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UserError

ORIENTATION = 274
DNG_VERSION = 50706
_RAW_COLOURS = (32803, 34892)  # of a colour filter array; linear raw
_RAW_SUFFIXES = (".dng", ".cr2", ".nef", ".arw", ".pef", ".srw")
_WHOLE_TYPES = (1, 3, 4, 6, 8, 9, 16, 17)  # of 1 to 8 bytes, signed or not
MAGICS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")  # the latter two: BigTIFF


def read_tiff_plainly(path: Path, max_pixels: int) -> NDArray[Any]:
    """(H, W) or (H, W, C) of the first page, in the stored dtype.

    Raises UserError for more than `max_pixels` and for a compression that needs a library of its
    own, and whatever tifffile raises over a damaged file.
    """
    import tifffile  # late: few files need it

    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        _check_size(page, path, max_pixels)
        _refuse_unknown(page, path)
        values = np.asarray(page.asarray(maxworkers=1))
    if values.ndim == 3 and page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
        values = np.moveaxis(values, 0, -1)  # (C, H, W) -> (H, W, C)
    return values


def checked_bytes(path: Path, max_pixels: int) -> NDArray[np.uint8]:
    """(N,) the bytes of the file, where a rotation tag of the first page says upright.

    OpenCV 5 follows that tag and others need not: so none is shown another than upright.
    UserError for a camera's raw file, and where the first page claims more than `max_pixels`,
    before anything is unpacked: a few bytes, unpacked again and again, can fill any size. Raises
    whatever tifffile raises.
    """
    import tifffile

    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        _check_size(page, path, max_pixels)
        _refuse_raw(page, path)
        tag = page.tags.get(ORIENTATION)
        order: Literal["little", "big"] = "little" if file.byteorder == "<" else "big"
    content = np.fromfile(path, np.uint8)
    if tag is not None and tag.count == 1 and tag.dtype in _WHOLE_TYPES:
        upright = (1).to_bytes(tag.valuebytecount, order)
        content[tag.valueoffset :][: len(upright)] = np.frombuffer(upright, np.uint8)
    return content


def _check_size(page: Any, path: Path, max_pixels: int) -> None:
    if page.imagelength * page.imagewidth > max_pixels or page.size > 4 * max_pixels:
        raise UserError(
            f"{path.name} has {page.imagewidth} x {page.imagelength} pixels, and pictures up "
            f"to {max_pixels // 10**6} million pixels are read: scale it down."
        )


def _refuse_raw(page: Any, path: Path) -> None:
    """Its first page is a thumbnail, or what the sensor counted behind its colour filters."""
    is_raw = DNG_VERSION in page.tags or page.photometric in _RAW_COLOURS
    if is_raw or path.suffix.lower() in _RAW_SUFFIXES:
        raise UserError(
            f"{path.name} is a camera's raw file, which is not read: export it as PNG or TIFF."
        )


def _refuse_unknown(page: Any, path: Path) -> None:
    """tifffile itself unpacks deflate; for others it needs imagecodecs."""
    try:
        _ = page.decode
    except ValueError as error:
        raise UserError(
            f"{path.name} is a TIFF of {page.dtype} packed in a way that is not read here: save it "
            "without compression or with deflate, or pip install imagecodecs."
        ) from error
