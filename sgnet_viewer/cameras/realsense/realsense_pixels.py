"""A RealSense frame's bytes to RGB, and its stream's camera."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import Intrinsics, Origin, UInt8Array, UserError


def rgb_of(rs: Any, frame: Any) -> UInt8Array:
    """(H, W, 3) uint8 RGB of a colour or infrared frame; may share the frame's memory.

    Raises UserError for a format that holds no such picture.
    """
    pixels: NDArray[Any] = np.asanyarray(frame.get_data())
    pixel_format = frame.get_profile().format()
    if pixel_format == rs.format.rgb8:
        return pixels
    if pixel_format == rs.format.bgr8:
        return pixels[..., ::-1]
    if pixel_format == rs.format.rgba8:
        return pixels[..., :3]
    if pixel_format == rs.format.bgra8:
        return pixels[..., 2::-1]
    if pixel_format == rs.format.y8:
        return np.repeat(pixels[..., None], 3, axis=2)
    return _converted(rs, pixels, pixel_format)


def camera_of(profile: Any) -> Intrinsics:
    """The pinhole camera of a video stream; its lens distortion is left aside."""
    camera = profile.as_video_stream_profile().get_intrinsics()
    return Intrinsics(
        camera.fx, camera.fy, camera.ppx, camera.ppy, camera.width, camera.height, Origin.FILE
    )


def _converted(rs: Any, pixels: NDArray[Any], pixel_format: Any) -> UInt8Array:
    import cv2

    codes = {rs.format.yuyv: cv2.COLOR_YUV2RGB_YUY2, rs.format.uyvy: cv2.COLOR_YUV2RGB_UYVY}
    if pixel_format not in codes:
        raise UserError(
            f"The RealSense picture has the format {pixel_format}: record its colour stream as "
            "rgb8, bgr8 or yuyv."
        )
    pairs = pixels.view(np.uint8).reshape(*pixels.shape[:2], 2)  # (H, W, 2): luma, one chroma
    return np.asarray(cv2.cvtColor(pairs, codes[pixel_format]), np.uint8)
