"""Pictures small enough for a report."""

from __future__ import annotations

import re

import cv2
import numpy as np

from sgnet_model.types import UInt8Array, UserError

from .blocks import Image

WIDTH = 420  # pixels: sharp at the third of a page, a few kilobytes
_JPEG_QUALITY = 88


def photo(name: str, rgb: UInt8Array, alt: str) -> Image:
    """(H, W, 3) RGB as JPEG, `WIDTH` wide at most. `name`: without suffix."""
    height, width = reduced(rgb.shape[0], rgb.shape[1])
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    flags = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    return Image(f"{name}.jpg", _encoded(".jpg", np.asarray(small, np.uint8), flags), alt)


def drawing(name: str, rgb: UInt8Array, alt: str) -> Image:
    """(H, W, 3) RGB of flat colours as PNG, `WIDTH` wide at most: no colour is mixed."""
    height, width = reduced(rgb.shape[0], rgb.shape[1])
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_NEAREST)
    return Image(f"{name}.png", _encoded(".png", np.asarray(small, np.uint8), []), alt)


def reduced(height: int, width: int) -> tuple[int, int]:
    """(height, width) of a picture in a report."""
    scale = min(1.0, WIDTH / width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def file_name(*parts: str) -> str:
    """Letters, digits and dashes of the parts, not too many; the caller keeps names apart."""
    return "-".join(re.sub(r"[^0-9A-Za-z]+", "-", part).strip("-")[:60] for part in parts if part)


def _encoded(suffix: str, rgb: UInt8Array, flags: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, np.ascontiguousarray(rgb[..., ::-1]), flags)
    if not done:
        raise UserError(f"A picture of {rgb.shape} could not be encoded for the report.")
    return bytes(data.tobytes())
