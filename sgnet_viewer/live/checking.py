"""What a source sent, held against what the rest of the program relies on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sgnet_model.types import FloatArray, Frame
from sgnet_viewer.cameras.frames import clean_depth
from sgnet_viewer.cameras.protocol import LiveFrame

NO_DEPTH = "Segmentation is off: this source sends no depth."
EMPTY_DEPTH = (
    "Segmentation is off: the depth of this frame is empty. Is the sensor covered, or too close?"
)
OTHER_SHAPE = (
    "Segmentation is off: the depth arrived as {}x{} pixels, the picture as {}x{}; this source "
    "does not align them."
)


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A frame that can be shown. `refusal`: why the network is not asked, "" where it is."""

    frame: Frame
    refusal: str = ""


def check(live: LiveFrame) -> Checked:
    """Depth without NaN, infinities and negative values (they become 0, missing), or a reason.

    Sources are to hand out clean depth, and the ones of this program do; a plug-in's
    may not, and the network would turn a single NaN into a picture of them.
    """
    frame = live.frame
    if frame.depth_m is None:
        return Checked(frame, NO_DEPTH)
    if frame.depth_m.shape != frame.size:
        refusal = OTHER_SHAPE.format(*frame.depth_m.shape[::-1], *frame.size[::-1])
        return Checked(replace(frame, depth_m=None, depth_info=None), refusal)
    if not _is_clean(frame.depth_m):
        frame = replace(frame, depth_m=clean_depth(frame.depth_m))
    assert frame.depth_m is not None
    if not frame.depth_m.any():
        return Checked(frame, EMPTY_DEPTH)
    return Checked(frame)


def valid_fraction(frame: Frame) -> float | None:
    """Share of the pixels that have depth, 0..1; None without depth."""
    if frame.depth_m is None:
        return None
    return float(np.count_nonzero(frame.depth_m)) / max(frame.depth_m.size, 1)


def _is_clean(depth_m: FloatArray) -> bool:
    """A NaN makes both comparisons false."""
    low, high = float(depth_m.min(initial=0)), float(depth_m.max(initial=0))
    return depth_m.dtype == np.float32 and low >= 0 and high < np.inf
