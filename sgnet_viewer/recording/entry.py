"""What a recording keeps of a frame, and the bytes it becomes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, Intrinsics, UInt8Array
from sgnet_viewer.cameras.frames import counting_unit, counts_of
from sgnet_viewer.cameras.protocol import LiveFrame, UInt16Array

JPEG_QUALITY = 95
# Level 1 with run lengths: the quickest, and smaller than level 1 by itself. Higher levels cannot
# keep up with a camera.
PNG = [
    cv2.IMWRITE_PNG_COMPRESSION,
    1,
    cv2.IMWRITE_PNG_STRATEGY,
    cv2.IMWRITE_PNG_STRATEGY_RLE,
]


class Colour(StrEnum):
    """How colour is stored, by the file's suffix. Depth is always stored as it came."""

    JPEG = "jpg"  # quality 95: a quarter of the bytes, and the quicker one
    PNG = "png"  # without loss


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """`rgb`: (H, W, 3) uint8. `depth`: (H, W) uint16 counts of `unit_m`, or float32 metres."""

    rgb: UInt8Array
    depth: UInt16Array | FloatArray | None
    unit_m: float
    camera: Intrinsics
    number: int
    captured_s: float
    device_s: float | None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, live: LiveFrame) -> Entry:
        """The counts where there are any: metres can be had from them. Metres are counted in the
        source's unit where that reaches as far as the frame, else in a coarser one."""
        depth: UInt16Array | FloatArray | None = live.raw_depth
        unit_m = live.depth_unit_m
        if depth is None and live.frame.depth_m is not None:
            depth, unit_m = live.frame.depth_m, counting_unit(live.frame.depth_m, unit_m)
        return cls(
            rgb=live.frame.rgb,
            depth=depth,
            unit_m=unit_m,
            camera=live.frame.intrinsics,
            number=live.number,
            captured_s=live.captured_s,
            device_s=live.device_s,
            notes=live.frame.notes,
        )

    @property
    def nbytes(self) -> int:
        """Of its arrays."""
        return self.rgb.nbytes + (0 if self.depth is None else self.depth.nbytes)


def encoded_colour(rgb: UInt8Array, colour: Colour) -> bytes:
    """(H, W, 3) uint8 as the bytes of a file."""
    options = {
        Colour.JPEG: [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY],
        Colour.PNG: PNG,
    }[colour]
    return _encoded(f".{colour.value}", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)


def encoded_depth(depth: UInt16Array | FloatArray, unit_m: float) -> bytes:
    """(H, W) counts as they are, or metres in steps of `unit_m`, as a 16-bit PNG."""
    counts = depth if depth.dtype == np.uint16 else counts_of(depth, unit_m)
    return _encoded(".png", counts, PNG)


def camera_json(camera: Intrinsics, unit_m: float) -> str:
    """Open3D's camera file (the matrix column by column), and the depth unit."""
    c = camera
    matrix = [c.fx, 0.0, 0.0, 0.0, c.fy, 0.0, c.cx, c.cy, 1.0]
    layout: dict[str, Any] = {
        "width": c.width,
        "height": c.height,
        "intrinsic_matrix": matrix,
        "depth_unit_m": unit_m,
    }
    return json.dumps(layout, indent=1) + "\n"


def _encoded(suffix: str, image: NDArray[Any], options: list[int]) -> bytes:
    _, data = cv2.imencode(suffix, image, options)
    return data.tobytes()
