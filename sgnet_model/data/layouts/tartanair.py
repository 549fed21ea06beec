"""TartanAir: `image_left/NNNNNN_left.png`, `depth_left/NNNNNN_left_depth.npy` (metres).

Version 2 has `image_lcam_front` and `depth_lcam_front`, whose PNGs hold a float32 in the four
bytes of a pixel. Cameras see 90 degrees.
"""

from __future__ import annotations

import re
from pathlib import Path

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.folder_pairs import match_folders
from sgnet_model.data.reading import Reading, depth_in
from sgnet_model.types import Intrinsics, Origin

from .types import Names

_SIDE = re.compile(r"image_(left|lcam_\w+|right|rcam_\w+)")


def tartanair(folder: Path, names: Names) -> DataSet | None:
    """One trajectory, its first camera that has depth: left before right, front before the rest."""
    sides = [match[1] for name in names.folders if (match := _SIDE.fullmatch(name))]
    sides = [side for side in sides if f"depth_{side}" in names.folders]
    if not sides:
        return None
    side = min(sides, key=lambda name: ("right" in name or "rcam" in name, "front" not in name))
    found = match_folders(folder / f"image_{side}", folder / f"depth_{side}")
    scene = "/".join(folder.parts[-3:-1])
    reading = Reading(depth_in("m"), camera=_camera, scene=lambda _: scene)
    return DataSet(found.frames, reading, found.notes)


def _camera(_rgb: Path, width: int, height: int) -> Intrinsics:
    """Published for 640 x 480 and 640 x 640: f = 320, the axis through the middle."""
    focal = width / 2
    return Intrinsics(focal, focal, width / 2, height / 2, width, height, Origin.DATASET)
