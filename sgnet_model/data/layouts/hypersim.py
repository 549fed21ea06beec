"""Hypersim: `images/scene_cam_NN_final_preview/frame.NNNN.tonemap.jpg`, geometry in HDF5.

`scene_cam_NN_geometry_hdf5/frame.NNNN.depth_meters.hdf5` holds the distance along each pixel's ray,
which is not the depth; `frame.NNNN.semantic.hdf5` NYU's 40 classes with -1 for none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.decode import decode
from sgnet_model.data.depth import describe_depth
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.intrinsics import HYPERSIM_CAMERA
from sgnet_model.data.labels import checked_labels
from sgnet_model.data.pair_depth import DISTANCE_SUFFIX, planar_depth
from sgnet_model.data.palettes import NYU40
from sgnet_model.data.reading import Reading, fixed_camera, read_metric
from sgnet_model.types import (
    DepthInfo,
    FloatArray,
    LabelScheme,
    Origin,
    UInt8Array,
    UserError,
)

from .types import Names

_PREVIEWS = ("tonemap", "color", "gamma")  # the first that a frame has
_GEOMETRY = re.compile(r"scene_(cam_\d+)_geometry_hdf5")
_LABELS = ".semantic.hdf5"


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
    reading = Reading(_depth, _labels, fixed_camera(HYPERSIM_CAMERA), lambda _: scene)
    return DataSet(tuple(frames), reading) if frames else None


def _frames(folder: Path, camera: str) -> list[FramePaths]:
    geometry = folder / f"scene_{camera}_geometry_hdf5"
    preview = folder / f"scene_{camera}_final_preview"
    frames = []
    for depth in sorted(geometry.glob(f"frame.*{DISTANCE_SUFFIX}")):
        stem = depth.name.removesuffix(DISTANCE_SUFFIX)
        pictures = [preview / f"{stem}.{kind}.jpg" for kind in _PREVIEWS]
        picture = next((path for path in pictures if path.is_file()), None)
        labels = geometry / f"{stem}{_LABELS}"
        if picture is not None:
            truth = labels if labels.is_file() else None
            frames.append(FramePaths(f"{camera}_{stem}", picture, depth, truth))
    return frames


def _depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    distance, info = read_metric(path, unit or "m")
    metres = planar_depth(distance, HYPERSIM_CAMERA)
    return metres, describe_depth(metres, replace(info, origin=Origin.DATASET), path.name)


def _labels(path: Path, _rgb: Path) -> tuple[UInt8Array, LabelScheme]:
    stored = decode(path, "labels")
    return checked_labels(np.maximum(stored, 0), NYU40, path.name), NYU40
