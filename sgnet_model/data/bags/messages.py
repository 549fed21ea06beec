"""Messages of ROS to arrays. `Any`: what a bag's own definitions make of them.

Depth (REP 118): 16UC1 is millimetres, 32FC1 metres, with 0, NaN and infinity where nothing was
measured.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.decode import MAX_PIXELS
from sgnet_model.data.ros_depth import (
    HEADER,
    NO_16_BITS,
    PNG,
    is_compressed_depth,
    read_compressed_depth,
)
from sgnet_model.types import Intrinsics, Origin, UInt8Array, UserError
from sgnet_model.untrusted import number, whole

MAX_SIDE = 16_384
# In lower case: drivers write them in either.
_CHANNELS = {"rgb8": 3, "bgr8": 3, "rgba8": 4, "bgra8": 4, "mono8": 1, "8uc1": 1, "8uc3": 3}
_BAYER = {  # OpenCV names a pattern by its second row
    "bayer_rggb8": "COLOR_BayerBG2RGB",
    "bayer_bggr8": "COLOR_BayerRG2RGB",
    "bayer_gbrg8": "COLOR_BayerGR2RGB",
    "bayer_grbg8": "COLOR_BayerGB2RGB",
}
_YUV = {"yuv422": "COLOR_YUV2RGB_UYVY", "uyvy": "COLOR_YUV2RGB_UYVY"}
_YUV |= {"yuv422_yuy2": "COLOR_YUV2RGB_YUY2", "yuyv": "COLOR_YUV2RGB_YUY2"}
_DEPTHS = {"16uc1": "u2", "mono16": "u2", "32fc1": "f4"}
_FORMATS = {"PNG": PNG, "JPEG": b"\xff\xd8"}  # and how their files begin


def colour_of(message: Any) -> UInt8Array:
    """(H, W, 3) uint8 RGB of an Image or CompressedImage. UserError for other encodings."""
    if hasattr(message, "format"):
        return _opened(bytes(message.data), message.format, "RGB")
    encoding = _plain(message.encoding)
    if encoding in _CHANNELS:
        pixels = _rows(message, np.dtype("u1"), _CHANNELS[encoding])  # (H, W, C)
        if pixels.shape[2] == 1:
            return np.repeat(pixels, 3, axis=2)
        order = [2, 1, 0] if encoding.startswith("bgr") or encoding == "8uc3" else [0, 1, 2]
        return np.ascontiguousarray(pixels[..., order])
    import cv2

    if encoding in _BAYER:
        mosaic = _rows(message, np.dtype("u1"), 1)[..., 0]
        return np.asarray(cv2.cvtColor(mosaic, getattr(cv2, _BAYER[encoding])))
    if encoding in _YUV:
        return np.asarray(
            cv2.cvtColor(_rows(message, np.dtype("u1"), 2), getattr(cv2, _YUV[encoding]))
        )
    raise UserError(
        f"Colour in the encoding {message.encoding!r} is not read: rgb8, bgr8, mono8, a Bayer "
        "pattern or YUV 4:2:2 was expected."
    )


def depth_of(message: Any) -> NDArray[Any]:
    """(H, W) uint16 millimetres or float32 metres, bit exact where it was not compressed lossily.

    UserError for other encodings.
    """
    if hasattr(message, "format"):
        return _compressed_depth(message.format, bytes(message.data))
    kind = _DEPTHS.get(_plain(message.encoding))
    if kind is None:
        raise UserError(
            f"Depth in the encoding {message.encoding!r} is not read: 16UC1 (millimetres) or 32FC1 "
            "(metres) was expected."
        )
    return _rows(message, np.dtype(kind), 1)[..., 0].copy()


def can_be_depth(encoding: str) -> bool:
    """Whether an Image's encoding, or a CompressedImage's format, can hold distances.

    8 bits and JPEG are for looking at. "" is not known.
    """
    eight_bits = (*_CHANNELS, *_BAYER, *_YUV)
    return _plain(encoding.split(";")[0]) not in eight_bits and "jpeg" not in encoding.lower()


def camera_of(message: Any, rectified: bool) -> Intrinsics | None:
    """Of a CameraInfo; None where it was never calibrated (all zero).

    Its numbers are of the whole sensor: pictures may be a region of it, and binned. `rectified`:
    for pictures without lens distortion, whose camera the projection matrix is.
    """
    places, numbers = (0, 4, 2, 5), _of(message, "k", 9)
    projection = _of(message, "p", 12)
    if rectified and projection[0] > 0:
        places, numbers = (0, 5, 2, 6), projection
    if not numbers[0]:
        return None
    fx, fy, cx, cy = (number(numbers[place]) for place in places)
    region = message.roi
    width = whole(region.width or message.width, 1, MAX_SIDE)
    height = whole(region.height or message.height, 1, MAX_SIDE)
    right, down = whole(region.x_offset, 0, MAX_SIDE), whole(region.y_offset, 0, MAX_SIDE)
    part = Intrinsics(fx, fy, cx - right, cy - down, width, height, Origin.FILE)
    return part.scaled_to(
        max(width // _bin(message, "binning_x"), 1), max(height // _bin(message, "binning_y"), 1)
    )


def _plain(encoding: str) -> str:
    return encoding.strip().lower()


def is_distorted(message: Any) -> bool:
    """Whether a CameraInfo tells of a lens that bends straight lines."""
    return bool(np.any(np.asarray(message.d if hasattr(message, "d") else message.D)))


def _bin(message: Any, name: str) -> int:
    """How many pixels of the sensor became one; the oldest messages do not say."""
    return whole(getattr(message, name, 0) or 1, 1, MAX_SIDE)


def _of(message: Any, name: str, size: int) -> NDArray[np.float64]:
    """A matrix of a CameraInfo, which ROS 1 calls by capital letters."""
    held = getattr(message, name if hasattr(message, name) else name.upper())
    matrix = np.asarray(held, np.float64).ravel()
    return matrix if matrix.size == size else np.zeros(size)


def _rows(message: Any, dtype: np.dtype[Any], channels: int) -> NDArray[Any]:
    """(H, W, channels) in the machine's byte order; rows may be padded."""
    height, width = whole(message.height, 1, MAX_SIDE), whole(message.width, 1, MAX_SIDE)
    used = width * channels * dtype.itemsize
    step = int(message.step) or used
    data = np.frombuffer(memoryview(message.data), np.uint8)
    if step < used or data.size < step * (height - 1) + used:
        raise ValueError(f"{data.size} bytes for {width} x {height} pixels of {message.encoding}")
    padded = np.zeros(step * height, np.uint8)
    padded[: min(data.size, padded.size)] = data[: padded.size]
    packed = np.ascontiguousarray(padded.reshape(height, step)[:, :used])
    stored = dtype.newbyteorder(">" if message.is_bigendian else "<")
    return packed.view(stored).reshape(height, width, channels).astype(dtype, copy=False)


def _compressed_depth(kind: str, data: bytes) -> NDArray[Any]:
    """What `compressed_depth_image_transport` writes (PNG, RVL), and plain 16-bit PNG.

    The data tell them apart; the format, which some tools forget to change, tells RVL alone.
    """
    says_depth = "compresseddepth" in kind.lower() and not data.startswith(PNG)
    if says_depth or is_compressed_depth(data[: HEADER + len(PNG)]):
        return read_compressed_depth(data, MAX_PIXELS)
    return _opened(data, kind, None)


def _opened(data: bytes, kind: str, mode: str | None) -> NDArray[Any]:
    """A PNG or JPEG in memory, in `mode` or (None) as 16-bit grey. `kind`: the message's format."""
    from PIL import Image

    named = any(name in kind.lower() for name in ("png", "jpeg", "jpg"))
    if not named and not data.startswith(tuple(_FORMATS.values())):
        raise UserError(
            f"A picture compressed as {kind!r} is not read: {' or '.join(_FORMATS)} was expected."
        )
    with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise ValueError(f"{picture.width} x {picture.height} pixels")
        is_deep = picture.mode.startswith("I")  # 16 bits, of grey
        if mode is not None and is_deep:
            raise UserError("Compressed colour holds grey of 16 bits: 8 bits were expected.")
        if mode is not None:
            return np.array(picture.convert(mode))
        if not is_deep:
            raise UserError(NO_16_BITS.format(picture.mode))
        return np.array(picture).astype(np.uint16)
