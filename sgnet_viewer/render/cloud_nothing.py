"""Why there is nothing to see in the place of a cloud."""

from __future__ import annotations

import numpy as np

from sgnet_model.types import FloatArray, Frame
from sgnet_viewer.render.parts import CloudPart

NO_DEPTH = "No point cloud: this frame has no usable depth."
FARTHEST_M = 300.0  # half of the points beyond it: no sensor of depth sees that far
NEAREST_M = 0.01


def why_nothing(part: CloudPart, points: FloatArray) -> str:
    """A sentence, or "" where the (N, 3) points (metres) can be looked at."""
    frame = part.frame
    if frame.depth_m is None or not (frame.depth_m > 0).any():
        return NO_DEPTH
    doubtful = _doubtful_unit(frame)
    if doubtful or len(points):
        return doubtful
    if not part.settings.cloud_box.is_open:
        return "All points are cut off: press C and widen the box, or show all."
    return "All classes are hidden: tick one to see its points."


def _doubtful_unit(frame: Frame) -> str:
    assert frame.depth_m is not None
    median = float(np.median(frame.depth_m[frame.depth_m > 0]))
    if NEAREST_M <= median <= FARTHEST_M:
        return ""
    unit = "" if frame.depth_info is None else f" read in {frame.depth_info.unit}"
    return (
        f"Depth{unit} has a median of {median:.3g} m, which no depth camera sees: choose another "
        "unit by a click on the depth in the status line."
    )
