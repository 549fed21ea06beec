"""Depth that simulators pack into the bytes of a colour picture.

TartanAir (and AirSim tools): the four bytes of a pixel, in the order blue, green, red, alpha, are a
little-endian float32 in metres. CARLA: 24 bits in red, green, blue (red lowest) of 1000 m.
A picture is taken for one only where its values could hardly be anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array

CARLA_FARTHEST_M = 1000.0
CARLA_TOP = 256**3 - 1
NEAREST_M, FARTHEST_M = 0.01, 1e5  # TartanAir's sky is far
SHARE_LEAST = 0.98
ROUGH_LEAST = 12.0  # mean step of CARLA's lowest byte between neighbours; colour maps stay below 5
SMOOTH_MOST = 0.02  # median step of its depth between neighbours, as a share of the depth


@dataclass(frozen=True, slots=True, eq=False)
class Unpacked:
    """(H, W) float32 metres, 0 = missing, and what the picture was taken for."""

    metres: FloatArray
    said: str


def unpacked_depth(stored: NDArray[Any]) -> Unpacked | None:
    """Of an (H, W, 3) or (H, W, 4) uint8 RGB(A) picture; None where it packs no depth."""
    if stored.dtype != np.uint8 or stored.ndim != 3 or stored.shape[2] not in (3, 4):
        return None
    if stored.shape[2] == 4:
        metres = _floats(stored)
        if metres is not None:
            return Unpacked(
                metres, "holds a float32 in the four bytes of a pixel, like TartanAir's"
            )
    metres = _carla(stored)
    said = "was taken for CARLA's depth, 24 bits in red, green and blue of 1000 m"
    return None if metres is None else Unpacked(metres, said)


def _floats(stored: UInt8Array) -> FloatArray | None:
    packed = np.ascontiguousarray(stored[..., [2, 1, 0, 3]])  # (H, W, 4)
    values = packed.view("<f4")[..., 0].astype(np.float32)  # (H, W)
    usable = np.isfinite(values) & (values >= NEAREST_M) & (values <= FARTHEST_M)
    blank = (values == 0) | ~np.isfinite(values)
    if float((usable | blank).mean()) < SHARE_LEAST or float(usable.mean()) < 0.05:
        return None
    return np.where(usable, values, 0).astype(np.float32)


def _carla(stored: UInt8Array) -> FloatArray | None:
    """The lowest byte is as good as noise, and the depth smooth: no colour map is both."""
    if min(stored.shape[:2]) < 8:
        return None
    if stored.shape[2] == 4 and bool((stored[..., 3] != 255).any()):
        return None
    red, green, blue = (stored[..., channel].astype(np.int64) for channel in range(3))
    metres = (red + 256 * green + 65536 * blue) * (CARLA_FARTHEST_M / CARLA_TOP)
    roughness = float(np.abs(np.diff(red, axis=1)).mean())
    near = metres < 0.999 * CARLA_FARTHEST_M
    both = near[:, 1:] & near[:, :-1] & (metres[:, :-1] > 0)
    if roughness < ROUGH_LEAST or not both.any():
        return None
    steps = np.abs(np.diff(metres, axis=1))[both] / metres[:, :-1][both]
    if float(np.median(steps)) > SMOOTH_MOST:
        return None
    return np.where(near, metres, 0).astype(np.float32)
