"""A RealSense frame's bytes to RGB, its stream's camera, and pictures without lens distortion."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, Intrinsics, Origin, UInt8Array, UserError

GRID = 8  # pixels between those whose place the SDK is asked for


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
    """The pinhole camera of a video stream, that of its pictures without lens distortion."""
    camera = intrinsics_of(profile)
    return Intrinsics(
        camera.fx, camera.fy, camera.ppx, camera.ppy, camera.width, camera.height, Origin.FILE
    )


def intrinsics_of(profile: Any) -> Any:
    """Of a video stream, as the SDK has them."""
    return profile.as_video_stream_profile().get_intrinsics()


class Lens:
    """Undoes the distortion of a lens, as the SDK describes it; most have none.

    `of`: the SDK's intrinsics.
    """

    def __init__(self, rs: Any, of: Any) -> None:
        self.values = values_of(of)
        is_bent = of.model != rs.distortion.none and any(of.coeffs)
        self._maps = _maps(rs, of) if is_bent else None

    def picture(self, rgb: UInt8Array) -> UInt8Array:
        """(H, W, 3) as a pinhole camera would have seen it; black beyond the lens."""
        import cv2

        if self._maps is None:
            return rgb
        return np.asarray(cv2.remap(np.array(rgb), *self._maps, cv2.INTER_LINEAR), np.uint8)

    def depth(self, counts: NDArray[Any]) -> NDArray[Any]:
        """(H, W) counts, each of them one that was measured; 0 beyond the lens."""
        import cv2

        if self._maps is None:
            return counts
        return np.asarray(cv2.remap(np.array(counts), *self._maps, cv2.INTER_NEAREST))


def values_of(of: Any) -> tuple[object, ...]:
    """All that the SDK's intrinsics say, to be compared."""
    numbers = (of.fx, of.fy, of.ppx, of.ppy, of.width, of.height)
    return *numbers, str(of.model), *of.coeffs


def _maps(rs: Any, of: Any) -> tuple[FloatArray, FloatArray]:
    """(H, W) columns and rows: where in the picture that was taken each pixel is found.

    They are smooth: the SDK is asked for a grid of them only.
    """
    import cv2

    columns = np.linspace(0, of.width - 1, of.width // GRID + 2)
    rows = np.linspace(0, of.height - 1, of.height // GRID + 2)
    found = [
        rs.rs2_project_point_to_pixel(of, [(u - of.ppx) / of.fx, (v - of.ppy) / of.fy, 1.0])
        for v in rows
        for u in columns
    ]
    grid = np.array(found, np.float32).reshape(len(rows), len(columns), 2)
    u, v = np.meshgrid(
        np.linspace(0, len(columns) - 1, of.width, dtype=np.float32),
        np.linspace(0, len(rows) - 1, of.height, dtype=np.float32),
    )
    maps = [
        cv2.remap(np.ascontiguousarray(part), u, v, cv2.INTER_LINEAR)
        for part in np.moveaxis(grid, 2, 0)
    ]
    return np.asarray(maps[0], np.float32), np.asarray(maps[1], np.float32)


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
