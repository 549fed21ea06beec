"""Replica as NICE-SLAM renders it: `SCENE/results/{frame,depth}NNNNNN.*`, `cam_params.json` above.

Depth is in 1/6553.5 m, which cam_params.json calls `scale`; without that file the published values
hold for pictures of the published size.
"""

from __future__ import annotations

import re
from pathlib import Path

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.found import with_depth
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.listing import list_folder
from sgnet_model.data.reading import Reading, counted_in, folder_above
from sgnet_model.types import Intrinsics, Origin
from sgnet_model.untrusted import number, read_json, reading, whole

from .types import Names

CAMERA_FILE = "cam_params.json"
PUBLISHED = Intrinsics(600.0, 600.0, 599.5, 339.5, 1200, 680, Origin.DATASET)
PUBLISHED_SCALE = 6553.5  # units a metre
_NAME = re.compile(r"(frame|depth)(\d+)")


def replica(folder: Path, names: Names) -> DataSet | None:
    """One scene: the folder in which `results` lies."""
    if "results" not in names.folders:
        return None
    pictures: dict[str, dict[str, Path]] = {"frame": {}, "depth": {}}
    for path in list_folder(folder / "results").pictures:
        if named := _NAME.fullmatch(path.stem):
            pictures[named[1]][named[2]] = path
    depths = pictures["depth"]
    colours = pictures["frame"].items()
    found = with_depth([FramePaths(p.stem, p, depths.get(number)) for number, p in colours])
    camera, scale = _camera(folder)
    if not found.frames or camera is None:
        return None  # the search for pairs says what it guesses
    known = camera

    def find(_rgb: Path, width: int, height: int) -> Intrinsics | None:
        fits = (width, height) == (known.width, known.height)
        return known if fits or known.origin is Origin.FILE else None

    as_rendered = Reading(counted_in(1 / scale, known.origin), camera=find, scene=folder_above)
    return DataSet(found.frames, as_rendered, found.notes)


def _camera(folder: Path) -> tuple[Intrinsics | None, float]:
    """Of the file in this folder or the one above; published where the path names the data set."""
    for place in (folder, folder.parent):
        file = place / CAMERA_FILE
        if file.is_file():
            return _read(file)
    named = any(part.lower() == "replica" for part in folder.parts[-4:])
    return (PUBLISHED, PUBLISHED_SCALE) if named else (None, 0.0)


def _read(file: Path) -> tuple[Intrinsics, float]:
    sentence = f"{file} is no camera of Replica: w, h, fx, fy, cx, cy and scale were expected."
    with reading(file, sentence):
        values = read_json(file, sentence)
        values = values.get("camera", values)
        fx, fy, cx, cy = (number(values[key]) for key in ("fx", "fy", "cx", "cy"))
        size = whole(values["w"], 1, 100_000), whole(values["h"], 1, 100_000)
        return Intrinsics(fx, fy, cx, cy, *size, Origin.FILE), number(values["scale"], 1e-3, 1e9)
