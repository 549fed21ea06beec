"""What the virtual camera and the process that draws it say to each other."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_model.types import Intrinsics, UInt8Array
from sgnet_viewer.cameras.protocol import UInt16Array


@dataclass(frozen=True, slots=True)
class RoomRequest:
    """What is to be drawn. `size`: (height, width)."""

    seed: int
    size: tuple[int, int]
    fps: int


@dataclass(frozen=True, slots=True, eq=False)
class RoomFrame:
    """One frame. `rgb`: (H, W, 3) uint8; `depth_mm`: (H, W) uint16, 0 = missing."""

    rgb: UInt8Array
    depth_mm: UInt16Array
    camera: Intrinsics
    number: int
    device_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The room cannot be drawn. `reason`: part of a sentence; `details`: a traceback."""

    reason: str
    details: str
