"""A JSON file that lists frames with their cameras: `{"files": [{"rgb", "depth", "cam_in", ...}]}`.

Depth in metres is the stored value divided by `depth_scale`; `cam_in` is fx, fy, cx, cy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sgnet_model.data.dataset import DataSet, named_apart
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.reading import Reading, counted_in, read_metric
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError
from sgnet_model.untrusted import number, read_json

from .places import bases_of, place_of
from .types import Names


def annotated(folder: Path, names: Names) -> DataSet | None:
    """The first `*annotations*.json` in the folder whose frames lie there."""
    for name in sorted(names.files):
        if "annotation" in name.lower() and name.lower().endswith(".json"):
            found = _read(folder / name)
            if found is not None:
                return found
    return None


def _read(file: Path) -> DataSet | None:
    try:
        values = read_json(file, "")
    except UserError:
        return None  # there are annotations of every other kind
    entries = values.get("files") if isinstance(values, dict) else None
    if not isinstance(entries, list):
        return None
    frames: list[FramePaths] = []
    scales: dict[Path, float] = {}
    cameras: dict[Path, tuple[float, ...]] = {}
    listed = [entry for entry in entries if _names_both(entry)]
    for entry in listed:
        rgb, depth = (place_of(entry[key], bases_of(file.parent)) for key in ("rgb", "depth"))
        if rgb is None or depth is None:
            continue
        frames.append(FramePaths(rgb.stem, rgb, depth))
        if (scale := _number(entry.get("depth_scale"))) is not None:
            scales[depth] = scale
        if (camera := _camera(entry.get("cam_in"))) is not None:
            cameras[rgb] = camera
    missing = len(listed) - len(frames)
    note = f"Left out: {missing} of {len(listed)} frames of {file.name} that are not here."
    named = named_apart(frames, lambda frame: f"{frame.rgb.parent.name}/{frame.name}")
    return DataSet(named, _reading(scales, cameras), (note,) if missing else ())


def _names_both(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(k), str) for k in ("rgb", "depth"))


def _number(value: Any) -> float | None:
    try:
        return number(value, 1e-3, 1e9)
    except ValueError:
        return None


def _camera(values: Any) -> tuple[float, ...] | None:
    try:
        found = tuple(number(value) for value in values)
    except (TypeError, ValueError):
        return None
    return found if len(found) == 4 else None


def _reading(scales: Mapping[Path, float], cameras: Mapping[Path, tuple[float, ...]]) -> Reading:
    def depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
        if path in scales:
            return counted_in(1 / scales[path])(path, unit)
        return read_metric(path, unit)

    def camera(rgb: Path, width: int, height: int) -> Intrinsics | None:
        if rgb not in cameras:
            return None
        fx, fy, cx, cy = cameras[rgb]
        return Intrinsics(fx, fy, cx, cy, width, height, Origin.FILE)

    return Reading(depth, camera=camera)
