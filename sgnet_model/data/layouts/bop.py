"""BOP (LineMOD, YCB-V, T-LESS, ...): `SCENE/{rgb,gray}/NNNNNN.png`, `depth/`, `scene_camera.json`.

`scene_camera.json` has for each frame `cam_K` and `depth_scale`: millimetres a count.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.folder_pairs import match_folders
from sgnet_model.data.reading import Reading, counted_in, folder_above
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError
from sgnet_model.untrusted import number, read_json, reading

from .types import Names

CAMERAS = "scene_camera.json"


def bop(folder: Path, names: Names) -> DataSet | None:
    """One scene; `gray` where it has no `rgb`."""
    if CAMERAS not in names.files or "depth" not in names.folders:
        return None
    colour = next((name for name in ("rgb", "gray") if name in names.folders), None)
    if colour is None:
        return None
    found = match_folders(folder / colour, folder / "depth")
    cameras = _by_number(folder / CAMERAS)
    return DataSet(found.frames, _reading(cameras), found.notes)


def _by_number(path: Path) -> dict[int, dict[str, Any]]:
    sentence = f"{path} is no list of cameras: cam_K and depth_scale by frame were expected."
    with reading(path, sentence):
        return {int(key): dict(value) for key, value in read_json(path, sentence).items()}


def _reading(cameras: dict[int, dict[str, Any]]) -> Reading:
    def entry(path: Path) -> dict[str, Any]:
        found = cameras.get(int(path.stem)) if path.stem.isdecimal() else None
        if found is None:
            raise UserError(f"{CAMERAS} has no entry for {path.name}: take the scene's own file.")
        return found

    def depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
        with reading(path, f"{CAMERAS} has no usable depth_scale for {path.name}."):
            scale_m = number(entry(path)["depth_scale"], 1e-6, 1e4) / 1000
        return counted_in(scale_m)(path, unit)

    def camera(rgb: Path, width: int, height: int) -> Intrinsics:
        with reading(rgb, f"{CAMERAS} has no usable cam_K for {rgb.name}: nine numbers by rows."):
            matrix = [number(value) for value in entry(rgb)["cam_K"]]
            fx, fy, cx, cy = matrix[0], matrix[4], matrix[2], matrix[5]
        return Intrinsics(fx, fy, cx, cy, width, height, Origin.FILE)

    return Reading(depth, camera=camera, scene=folder_above)
