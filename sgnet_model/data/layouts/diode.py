"""DIODE: `scan_NNNNN/ID.png`, `ID_depth.npy` (metres), `ID_depth_mask.npy` (1 = measured)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.decode import decode
from sgnet_model.data.depth import known_depth
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.reading import Reading, fixed_camera, folder_above, read_metric
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError

from .types import Names

CAMERA = Intrinsics(886.81, 927.06, 512.0, 384.0, 1024, 768, Origin.DATASET)
_DEPTH, _MASK = "_depth.npy", "_depth_mask.npy"


def diode(folder: Path, names: Names) -> DataSet | None:
    """One scan."""
    ids = sorted(name.removesuffix(_MASK) for name in names.files if name.endswith(_MASK))
    frames = tuple(
        FramePaths(name, folder / f"{name}.png", folder / (name + _DEPTH))
        for name in ids
        if f"{name}.png" in names.files and name + _DEPTH in names.files
    )
    reading = Reading(_depth, camera=fixed_camera(CAMERA), scene=folder_above)
    return DataSet(frames, reading) if frames else None


def _depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    metres, info = read_metric(path, unit or "m")
    file = path.with_name(path.name.removesuffix(_DEPTH) + _MASK)
    mask = decode(file, "depth").reshape(-1)
    if mask.size != metres.size:
        raise UserError(
            f"{file.name} has {mask.size} values and {path.name} {metres.size}: both come from one "
            "scan, so unpack them again."
        )
    metres = np.where(mask.reshape(metres.shape) > 0, metres, np.float32(0))
    return known_depth(metres, info.unit, Origin.DATASET, path.name)
