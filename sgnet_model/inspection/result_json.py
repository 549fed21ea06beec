"""The keys that every JSON begins with: how the frame was read, and what answered."""

from __future__ import annotations

from typing import Any

from sgnet_model.types import Frame


def frame_json(frame: Frame) -> dict[str, Any]:
    """How the frame was read: what was guessed can be corrected by a flag."""
    camera, depth = frame.intrinsics, frame.depth_info
    return {
        "name": frame.name,
        "height": frame.size[0],
        "width": frame.size[1],
        "depth_unit": depth and depth.unit,
        "depth_unit_origin": depth and str(depth.origin),
        "depth_median_m": depth and depth.median_m,
        "depth_valid": depth and depth.valid_fraction,
        "depth_doubt": (depth and depth.doubt) or None,
        "depth_alternatives": dict(depth.alternatives) if depth and depth.doubt else {},
        "intrinsics": [camera.fx, camera.fy, camera.cx, camera.cy],
        "intrinsics_origin": str(camera.origin),
    }


def network_json(
    variant: str, device: str, precision: str, size: tuple[int, int] | None
) -> dict[str, Any]:
    """The network that answered. `size`: height and width that it was fed; None: of each frame."""
    fed = None if size is None else list(size)
    return {"variant": variant, "device": device, "precision": precision, "size": fed}
