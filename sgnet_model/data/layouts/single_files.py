"""HDF5 files with `rgb` and `depth` in each: the NYU subset that FastDepth's authors made.

`rgb`: (3, H, W) or (H, W, 3) uint8; `depth`: (H, W) float metres. Others write such files too:
where the depth is in whole numbers its unit is guessed, and the camera is not NYUv2's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.dataset import SPLIT_NAMES, DataSet
from sgnet_model.data.decode import MAX_PIXELS
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.intrinsics import NYUV2_CAMERA
from sgnet_model.data.listing import natural
from sgnet_model.data.reading import Reading, as_published
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, UInt8Array, UserError
from sgnet_model.untrusted import reading

from .types import Names

SUFFIXES = (".h5", ".hdf5")
RGB, DEPTH = "rgb", "depth"
MAX_VALUES = 3 * MAX_PIXELS


def single_files(folder: Path, names: Names) -> DataSet | None:
    """All files of a folder, where the first is such a file."""
    files = [folder / name for name in names.files if name.lower().endswith(SUFFIXES)]
    files.sort(key=natural)
    return of_files(files) if files and is_frame(files[0]) else None


def is_frame(path: Path) -> bool:
    """Whether a file is HDF5 with colour and depth."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return {RGB, DEPTH} <= set(file)
    except Exception:  # what HDF5 raises over a damaged file is anyone's guess
        return False


def of_files(files: list[Path]) -> DataSet:
    """A frame a file: its colour is the file itself, and so is its depth."""
    frames = tuple(FramePaths(path.stem, path, path, split=_split(path)) for path in files)
    return DataSet(frames, Reading(_depth, camera=_camera, scene=lambda p: p.parent.name, rgb=_rgb))


def _split(path: Path) -> str:
    folder = path.parents[1].name.lower()
    return folder if folder in SPLIT_NAMES else ""


def _rgb(path: Path) -> tuple[UInt8Array, tuple[str, ...]]:
    stored = _stored(path, RGB)
    if stored.ndim == 3 and stored.shape[0] == 3 and stored.shape[2] != 3:
        stored = np.moveaxis(stored, 0, -1)  # (3, H, W) -> (H, W, 3)
    if stored.ndim != 3 or stored.shape[2] != 3 or stored.dtype != np.uint8:
        raise UserError(
            f"rgb of {path.name} holds {stored.dtype} of shape {stored.shape}: (3, height, width) "
            "uint8 was expected."
        )
    return np.ascontiguousarray(stored), ()


def _depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    stored = _stored(path, DEPTH)
    if stored.ndim != 2 or stored.dtype.kind not in "uif":
        raise UserError(
            f"depth of {path.name} holds {stored.dtype} of shape {stored.shape}: (height, width) "
            "was expected."
        )
    return as_published(stored, path, unit)


def _camera(path: Path, _width: int, _height: int) -> Intrinsics | None:
    """NYUv2's, where the depth is in floats as published."""
    import h5py

    with reading(path, _sentence(path)), h5py.File(path, "r") as file:
        return NYUV2_CAMERA if file[DEPTH].dtype.kind == "f" else None


def _sentence(path: Path) -> str:
    return f"{path.name} is not HDF5 with {RGB} and {DEPTH}: download it again."


def _stored(path: Path, name: str) -> NDArray[Any]:
    import h5py

    with reading(path, _sentence(path)), h5py.File(path, "r") as file:
        stored = file[name]
        if not isinstance(stored, h5py.Dataset) or stored.size > MAX_VALUES:
            raise UserError(f"{name} of {path.name} is no array of up to 64 million pixels.")
        return np.asarray(stored[()])
