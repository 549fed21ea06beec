"""Matterport3D: `undistorted_color_images/UUID_iC_Y.jpg` with `..._depth_images/UUID_dC_Y.png`.

Depth is in 1/4000 m. The camera of a picture is in `undistorted_camera_parameters/SCAN.conf`, or
`matterport_camera_intrinsics/UUID_intrinsics_C.txt` ("width height fx fy cx cy ...").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sgnet_model.data.dataset import DataSet, pictures_by_stem
from sgnet_model.data.found import with_depth
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.listing import list_folder
from sgnet_model.data.reading import Reading, counted_in, folder_above
from sgnet_model.types import Intrinsics, Origin
from sgnet_model.untrusted import number, read_text

from .types import Names

COUNT_M = 1 / 4000
SIZE = (1280, 1024)
_KINDS = ("undistorted", "matterport")
_COLOUR = re.compile(r"(.+)_[ij](\d_\d)")


def matterport(folder: Path, names: Names) -> DataSet | None:
    """One scan; undistorted pictures are preferred."""
    pairs = {kind: (f"{kind}_color_images", f"{kind}_depth_images") for kind in _KINDS}
    kind = next((kind for kind, pair in pairs.items() if names.has_folders(*pair)), None)
    if kind is None:
        return None
    colour, depth = (folder / name for name in pairs[kind])
    depths = pictures_by_stem(depth)
    named = [(path, _COLOUR.fullmatch(path.stem)) for path in list_folder(colour).pictures]
    found = with_depth(
        [FramePaths(p.stem, p, depths.get(f"{name[1]}_d{name[2]}")) for p, name in named if name]
    )
    cameras = _undistorted(folder) if kind == "undistorted" else {}

    def camera(rgb: Path, _width: int, _height: int) -> Intrinsics | None:
        return cameras.get(rgb.name) if kind == "undistorted" else _own(folder, rgb)

    reading = Reading(counted_in(COUNT_M, Origin.DATASET), camera=camera, scene=folder_above)
    return DataSet(found.frames, reading, found.notes)


def _undistorted(folder: Path) -> Mapping[str, Intrinsics]:
    """Camera by picture: a line `intrinsics_matrix` holds for the `scan` lines that follow it."""
    cameras: dict[str, Intrinsics] = {}
    for file in sorted((folder / "undistorted_camera_parameters").glob("*.conf")):
        camera: Intrinsics | None = None
        for line in read_text(file).splitlines():
            words = line.split()
            if words[:1] == ["intrinsics_matrix"] and len(words) == 10:
                camera = _of_numbers(words[1], words[5], words[3], words[6])
            elif words[:1] == ["scan"] and len(words) > 2 and camera is not None:
                cameras[words[2]] = camera
    return cameras


def _own(folder: Path, rgb: Path) -> Intrinsics | None:
    named = _COLOUR.fullmatch(rgb.stem)
    if named is None:
        return None
    file = folder / "matterport_camera_intrinsics" / f"{named[1]}_intrinsics_{named[2][0]}.txt"
    words = read_text(file, 10_000).split() if file.is_file() else []
    return _of_numbers(*words[2:6]) if len(words) >= 6 else None


def _of_numbers(fx: str, fy: str, cx: str, cy: str) -> Intrinsics | None:
    try:
        return Intrinsics(number(fx), number(fy), number(cx), number(cy), *SIZE, Origin.FILE)
    except ValueError:
        return None
