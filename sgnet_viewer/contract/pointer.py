"""The linked cursor: one pixel of the frame, marked in picture, cloud and maps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PointedIn(StrEnum):
    """Where the cursor itself is: no mark is needed there."""

    PICTURE = "picture"
    CLOUD = "cloud"
    MAPS = "maps"


@dataclass(frozen=True, slots=True)
class Pointer:
    """`pixel`: (u, v). `place`: its centre in shares of the frame's width and height, 0..1.

    `xyz_m`: metres, the sensor's camera frame; None where the depth is missing.
    """

    pixel: tuple[int, int]
    place: tuple[float, float]
    xyz_m: tuple[float, float, float] | None
    where: PointedIn
