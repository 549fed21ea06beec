"""A picture or array file to the values it stores; what cannot be read is said in one sentence.

The first bytes say which format it is, not the name. PNG, JPEG, BMP, WebP and PFM go through
Pillow, which notices truncated files and writes nothing to stderr; PGM and PPM through `netpbm`,
which leaves their samples alone; TIFF through OpenCV, which also reads 64-bit floats; EXR through
`exr`; files of several arrays through `arrays`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL import WebPImagePlugin as _webp  # noqa: F401  Pillow registers it late otherwise

from sgnet_model.types import UserError

from .arrays import HDF5_SIGNATURE, MATLAB5, MATLAB73, NPZ, read_hdf5, read_matlab5, read_npz
from .exr import read_exr
from .netpbm import MAGICS as NETPBM
from .netpbm import full_range, read_netpbm
from .png_data import SPARE_BYTES, check_png
from .ros_depth import is_compressed_depth, read_compressed_depth
from .tiff import MAGICS as TIFF
from .tiff import checked_bytes, read_tiff_plainly

MAX_PIXELS = 64_000_000
MAX_BYTES = 1 << 30
KINECT_NO_RETURN = 2047

Wanted = Literal["colour", "depth", "labels"]
Reader = Callable[[Path, Wanted], NDArray[Any]]

Image.preinit()  # PNG, JPEG and a few: asked for one it does not know, Pillow imports all it has
_PILLOW_FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "PPM")
_CONVERSIONS = {"1": "L", "CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB", "HSV": "RGB", "PA": "RGBA"}

# A picture too large for us must be an error, not a warning that ends on the user's terminal.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def decode(path: Path, wanted: Wanted = "colour") -> NDArray[Any]:
    """The array a file holds: (H, W) or (H, W, C), channels in RGB(A) order, in the stored dtype.

    `wanted` decides where a file holds more than one thing: of a palette picture, labels are its
    indices; of an EXR with colour and a Z channel, depth is Z; of arrays the one of that name.
    Samples of a PGM or PPM are as stored for depth and labels, and fill their type for colour.
    Rotation tags are left alone: see `orientation`. Raises UserError for what is missing, not a
    regular file, empty, truncated, no picture, or beyond 64 million pixels.
    """
    path = Path(path)
    reader = _reader_for(path)
    try:
        values = reader(path, wanted)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except UserError:
        raise
    except Exception as error:  # decoders raise whatever they like on a damaged file
        raise _damaged(path) from error
    while values.ndim > 3 and values.shape[0] == 1:
        values = values[0]  # (1, C, H, W): a batch of one
    if values.ndim not in (2, 3) or not values.size:
        raise UserError(
            f"{path.name} holds an array of shape {values.shape}: a picture is (height, width) or "
            "(height, width, channels)."
        )
    if values.dtype == np.float16:
        return values.astype(np.float32)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _reader_for(path: Path) -> Reader:
    head = _first_bytes(path)
    for magic, reader in _READERS.items():
        if head.startswith(magic):
            return reader
    return _read_compressed_depth if is_compressed_depth(head) else _read_with_pillow


def _first_bytes(path: Path) -> bytes:
    """Up to 32 bytes; refuses what is not a readable, non-empty, regular file."""
    try:
        if path.is_dir():
            raise UserError(f"{path.name} is a folder: a picture file was expected here.")
        if not path.exists():
            raise UserError(f"{path} does not exist: check the path.")
        if not path.is_file():
            raise UserError(f"{path.name} is not a regular file: give a picture file.")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(32)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"{path.name} cannot be opened ({reason}): check the path.") from error
    if size == 0:
        raise UserError(f"{path.name} is empty (0 bytes): copy or download it again.")
    if size > MAX_BYTES:
        raise UserError(f"{path.name} has {size / 1e9:.1f} GB: pictures up to 1 GB are read.")
    return head


def _read_with_pillow(path: Path, wanted: Wanted) -> NDArray[Any]:
    try:
        image = Image.open(path, formats=_PILLOW_FORMATS)
    except UnidentifiedImageError as error:
        raise _not_a_picture(path) from error
    with image:
        if image.width * image.height > MAX_PIXELS:
            raise _too_large(path, f"{image.width} x {image.height} pixels")
        image.load()
        if _has_16_bit_colour(path):
            check_png(path, 8 * (image.width + 1) * image.height + SPARE_BYTES)
            return _read_with_opencv(path, np.fromfile(path, np.uint8))
        if image.mode == "P":
            colours = "RGBA" if "transparency" in image.info else "RGB"
            picture = image if wanted == "labels" else image.convert(colours)
        else:
            mode = _CONVERSIONS.get(image.mode)
            picture = image.convert(mode) if mode else image
        return np.array(picture)


def _read_netpbm(path: Path, wanted: Wanted) -> NDArray[Any]:
    values, top = read_netpbm(path.read_bytes(), MAX_PIXELS)
    if values.dtype == np.uint16 and values.ndim == 2 and wanted != "labels":
        values = _unswapped(values)
    return full_range(values, top) if wanted == "colour" else values


def _read_compressed_depth(path: Path, _wanted: Wanted) -> NDArray[Any]:
    return read_compressed_depth(path.read_bytes(), MAX_PIXELS)


def _unswapped(values: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """16-bit PGM is big-endian, but Kinect recorders wrote 11-bit disparity little-endian.

    Read by the rule, such a file has values far above 2047 that all fit once the bytes are swapped.
    """
    if values.max(initial=0) <= KINECT_NO_RETURN:
        return values
    swapped = values.byteswap()
    return swapped if swapped.max() <= KINECT_NO_RETURN else values


def _has_16_bit_colour(path: Path) -> bool:
    """A PNG of 16-bit colour or grey with alpha, which Pillow would cut down to 8 bits."""
    head = _first_bytes(path)
    return head.startswith(b"\x89PNG") and head[24] == 16 and head[25] in (2, 4, 6)


def _read_with_opencv(path: Path, content: NDArray[np.uint8]) -> NDArray[Any]:
    """`content`: (N,) the bytes of the file, so that it may have any name."""
    import cv2  # late: a tenth of a second, and only these formats need it

    _silence(cv2)
    values = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    if values is None:
        raise _damaged(path)
    if values.shape[0] * values.shape[1] > MAX_PIXELS:
        raise _too_large(path, f"{values.shape[1]} x {values.shape[0]} pixels")
    if values.ndim == 3 and values.shape[2] in (3, 4):
        order = [2, 1, 0, 3][: values.shape[2]]
        return np.ascontiguousarray(values[..., order])
    return np.asarray(values)


def _read_tiff(path: Path, _wanted: Wanted) -> NDArray[Any]:
    content = checked_bytes(path, MAX_PIXELS)
    try:
        return _read_with_opencv(path, content)
    except UserError:
        return read_tiff_plainly(path, MAX_PIXELS)
    except Exception:  # OpenCV's own: of a type of samples that it does not know
        return read_tiff_plainly(path, MAX_PIXELS)


def _silence(cv2: Any) -> None:
    """The caller gets one sentence; OpenCV's own log lines would stand beside it."""
    logging = getattr(getattr(cv2, "utils", None), "logging", None)
    if logging is not None:
        logging.setLogLevel(logging.LOG_LEVEL_SILENT)


def _read_npy(path: Path, _wanted: Wanted) -> NDArray[Any]:
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)  # a false shape allocates nothing
    except ValueError as error:
        raise UserError(
            f"{path.name} is not a plain numeric .npy array (it is truncated or holds Python "
            "objects, which are never loaded): save it again with numpy.save as numbers."
        ) from error
    if mapped.size > 4 * MAX_PIXELS:
        raise _too_large(path, f"the shape {mapped.shape}")
    return np.array(mapped)


def _read_exr(path: Path, wanted: Wanted) -> NDArray[Any]:
    return read_exr(path, MAX_PIXELS, depth=wanted == "depth")


def _damaged(path: Path) -> UserError:
    return UserError(
        f"{path.name} is truncated or damaged and cannot be decoded: copy or export it again."
    )


def _not_a_picture(path: Path) -> UserError:
    return UserError(
        f"{path.name} is not a picture this program reads: give a PNG, JPEG, PPM, PGM, BMP, WebP, "
        "TIFF, EXR, .npy, .npz, HDF5 or MATLAB file."
    )


def _too_large(path: Path, what: str = "far too many pixels") -> UserError:
    return UserError(
        f"{path.name} has {what}, and pictures up to {MAX_PIXELS // 10**6} million pixels are "
        "read: scale it down."
    )


_READERS: dict[bytes, Reader] = {
    b"\x93NUMPY": _read_npy,
    b"v/1\x01": _read_exr,
    NPZ: read_npz,
    HDF5_SIGNATURE: read_hdf5,
    MATLAB73: read_hdf5,
    MATLAB5: read_matlab5,
    **dict.fromkeys(TIFF, _read_tiff),
    **dict.fromkeys(NETPBM, _read_netpbm),
}
