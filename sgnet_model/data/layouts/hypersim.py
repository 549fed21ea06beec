"""Hypersim: `images/scene_cam_NN_final_preview/frame.NNNN.tonemap.jpg`, geometry in HDF5.

`scene_cam_NN_geometry_hdf5/frame.NNNN.depth_meters.hdf5` holds the distance along each pixel's ray,
which is not the depth; `frame.NNNN.semantic.hdf5` NYU's 40 classes with -1 for none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.depth import describe_depth
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.labels import checked_labels
from sgnet_model.data.palettes import NYU40
from sgnet_model.data.reading import Reading, fixed_camera
from sgnet_model.types import (
    DepthInfo,
    FloatArray,
    Intrinsics,
    LabelScheme,
    Origin,
    UInt8Array,
    UserError,
)
from sgnet_model.untrusted import reading

from .types import Names

FOCAL = 886.81  # of 1024 x 768: 60 degrees across
CAMERA = Intrinsics(FOCAL, FOCAL, 511.5, 383.5, 1024, 768, Origin.DATASET)
MAX_PIXELS = 64_000_000
_PREVIEWS = ("tonemap", "color", "gamma")  # the first that a frame has
_GEOMETRY = re.compile(r"scene_(cam_\d+)_geometry_hdf5")
_DEPTH, _LABELS = ".depth_meters.hdf5", ".semantic.hdf5"


def hypersim(folder: Path, names: Names) -> DataSet | None:
    """All cameras of one scene: the folder `images`."""
    cameras = sorted(match[1] for name in names.folders if (match := _GEOMETRY.fullmatch(name)))
    frames = [frame for camera in cameras for frame in _frames(folder, camera)]
    if cameras and not frames:
        raise UserError(
            f"{folder} holds Hypersim's geometry without pictures: unpack "
            "scene_cam_NN_final_preview beside it."
        )
    scene = folder.parent.name
    reading = Reading(_depth, _labels, fixed_camera(CAMERA), lambda _: scene)
    return DataSet(tuple(frames), reading) if frames else None


def planar(distance: NDArray[Any]) -> FloatArray:
    """(H, W) metres along each ray of `CAMERA` -> (H, W) float32 metres along the axis."""
    height, width = distance.shape
    focal = FOCAL * width / CAMERA.width
    x = (np.arange(width) - (width - 1) / 2) / focal  # (W,)
    y = (np.arange(height) - (height - 1) / 2) / focal  # (H,)
    metres = distance / np.sqrt(1 + x**2 + y[:, None] ** 2)
    return np.asarray(np.nan_to_num(metres, nan=0.0, posinf=0.0, neginf=0.0), np.float32)


def _frames(folder: Path, camera: str) -> list[FramePaths]:
    geometry = folder / f"scene_{camera}_geometry_hdf5"
    preview = folder / f"scene_{camera}_final_preview"
    frames = []
    for depth in sorted(geometry.glob(f"frame.*{_DEPTH}")):
        stem = depth.name.removesuffix(_DEPTH)
        pictures = [preview / f"{stem}.{kind}.jpg" for kind in _PREVIEWS]
        picture = next((path for path in pictures if path.is_file()), None)
        labels = geometry / f"{stem}{_LABELS}"
        if picture is not None:
            truth = labels if labels.is_file() else None
            frames.append(FramePaths(f"{camera}_{stem}", picture, depth, truth))
    return frames


def _dataset(path: Path) -> NDArray[Any]:
    import h5py

    sentence = f"{path.name} is not Hypersim's HDF5: download it again."
    with reading(path, sentence), h5py.File(path, "r") as file:
        stored = file["dataset"]
        if stored.ndim != 2 or stored.size > MAX_PIXELS:
            raise UserError(
                f"{path.name} holds an array of shape {stored.shape}: (height, width) was expected."
            )
        return np.asarray(stored[()])


def _depth(path: Path, _unit: str | None) -> tuple[FloatArray, DepthInfo]:
    metres = planar(_dataset(path).astype(np.float64))
    return metres, describe_depth(metres, DepthInfo("m", Origin.DATASET, 0.0, 0.0), path.name)


def _labels(path: Path, _rgb: Path) -> tuple[UInt8Array, LabelScheme]:
    return checked_labels(np.maximum(_dataset(path), 0), NYU40, path.name), NYU40
