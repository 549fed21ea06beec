"""TartanAir: `image_left/NNNNNN_left.png`, `depth_left/NNNNNN_left_depth.npy` (metres).

Version 2 has `image_lcam_front` and `depth_lcam_front`, whose PNGs hold a float32 in the four
bytes of a pixel. Cameras see 90 degrees.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.decode import decode
from sgnet_model.data.depth import describe_depth
from sgnet_model.data.folder import match_folders
from sgnet_model.data.reading import Reading, read_metric
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError

from .types import Names

FARTHEST_M = 1000.0  # the sky is at 10 km
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
    reading = Reading(_depth, camera=_camera, scene=lambda _: scene)
    return DataSet(found.frames, reading, found.notes)


def _depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    if path.suffix.lower() != ".png" or unit is not None:
        return read_metric(path, unit or "m")
    stored = decode(path)  # (H, W, 4) uint8 in the order RGBA; the file was written as BGRA
    if stored.dtype != np.uint8 or stored.ndim != 3 or stored.shape[2] != 4:
        raise UserError(
            f"{path.name} holds {stored.dtype} of shape {stored.shape}: TartanAir's depth has four "
            "bytes a pixel, which are one float32."
        )
    packed = np.ascontiguousarray(stored[..., [2, 1, 0, 3]])  # (H, W, 4) uint8
    metres = packed.view("<f4")[..., 0].astype(np.float32)  # (H, W)
    metres[~((metres > 0) & (metres < FARTHEST_M))] = 0
    info = DepthInfo("m", Origin.DATASET, 0.0, 0.0)
    return metres, describe_depth(metres, info, path.name)


def _camera(_rgb: Path, width: int, height: int) -> Intrinsics:
    """Published for 640 x 480 and 640 x 640: f = 320, the axis through the middle."""
    focal = width / 2
    return Intrinsics(focal, focal, width / 2, height / 2, width, height, Origin.DATASET)
