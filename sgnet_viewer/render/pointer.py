"""The pixel under the cursor, as the other views mark it."""

from __future__ import annotations

import numpy as np

from sgnet_model.geometry import point_at
from sgnet_model.types import Frame
from sgnet_viewer.contract.pointer import PointedIn, Pointer


def pointer_at(frame: Frame, u: int, v: int, where: PointedIn) -> Pointer | None:
    """None beyond the frame, as where the cursor is nowhere."""
    if not frame.holds(u, v):
        return None
    height, width = frame.size
    point = point_at(frame.depth_m, frame.intrinsics, u, v)
    x, y, z = (float(value) for value in point)
    xyz = (x, y, z) if np.isfinite(point).all() else None
    return Pointer((u, v), ((u + 0.5) / width, (v + 0.5) / height), xyz, where)
