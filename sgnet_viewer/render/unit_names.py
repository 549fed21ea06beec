"""What depth units are called in the window; files and flags have the short names."""

from __future__ import annotations

import re

_NAMES = {"sun": "SUN RGB-D", "kinect-disparity": "Kinect disparity"}
_SCALE = re.compile(r"([\d./e+-]+)([a-zµ]+)")


def unit_name(unit: str) -> str:
    """As SUN RGB-D for "sun", 1/5000 m for "1/5000m"."""
    scale = _SCALE.fullmatch(unit)
    return _NAMES.get(unit, f"{scale[1]} {scale[2]}" if scale else unit)
