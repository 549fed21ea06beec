"""The layout that ESANet and the nicr tools write: a folder for each split, lists of bare ids.

NYUv2, SUN RGB-D, Hypersim, ScanNet and others come in it. Ids may have folders of their own
("kv1/NYUdata/NYU0001", "ai_001_001/cam_00/0000").
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sgnet_model.types import Intrinsics, Origin
from sgnet_model.untrusted import number, read_json, reading

from .dataset import SPLIT_NAMES, DataSet, named_apart, pictures_by_stem, without_suffix
from .frames import FramePaths
from .intrinsics import HYPERSIM_CAMERA, NYUV2_CAMERA, parse_intrinsics
from .palettes import NYU13, NYU40, SUN37
from .reading import (
    Reading,
    ReadLabels,
    depth_in,
    fixed_camera,
    labels_in,
    no_camera,
    read_any_labels,
    read_metric,
)
from .suffixes import PICTURE_SUFFIXES
from .sunrgbd import SENSORS
from .text_lists import lines_of

_LABELS: dict[str, ReadLabels] = {
    "40": labels_in(NYU40),
    "894": read_any_labels,
    "13": labels_in(NYU13),
}
_LABELS |= {"37": labels_in(SUN37)}
_KINDS = ("labels", "semantic", "semantic_refined", "semantic_raw")  # the last two: ScanNet's
_HYPERSIM_FRAME = re.compile(r"ai_\d{3}_\d{3}/cam_\d{2}/\d+")
_NYUV2_FRAME = re.compile(r"\d{1,4}")  # 1 to 1449; the frames of other sets have folders
_NYUV2_FRAMES = 1449


@dataclass(frozen=True, slots=True)
class _Split:
    name: str
    folder: Path
    labels: Path | None
    frames: tuple[str, ...]


def nicr(root: Path) -> DataSet | None:
    """`{train,test}/{rgb,depth,depth_raw,labels_40,semantic,...}/ID.png` with `train.txt`, ...

    Filled depth is preferred to raw, 40 classes to 894, 13 and 37, a folder `semantic` without a
    number comes last: SUN's classes where the ids begin with its sensors. NYUv2's depth is in
    millimetres; SUN's is stored as SUN stores it. Cameras are those of `intrinsics/ID.json`, or of
    `rgb_intrinsics/SCENE.json` for the frames of a scene (pixels, or parts of the picture's size),
    else the published ones of NYUv2 and Hypersim. What nothing says is guessed. Without a list a
    split is what lies in its folder. Lists none of whose pictures are there are another layout's.
    """
    names = [name for name in SPLIT_NAMES if (root / name / "rgb").is_dir()]
    count = next(
        (count for count in ("40", "894", "13", "37", "") if _holds(root, names, count)), None
    )
    has_lists = any((root / f"{name}.txt").is_file() for name in names)
    if not names or not (has_lists or count is not None):
        return None
    splits = [_split(root, name, count) for name in names]
    frames = [frame for split in splits for frame in _frames(split)]
    if not frames or all(frame.depth is None for frame in frames):
        return None
    if not any(os.path.isfile(frame.rgb) for frame in frames):
        return None
    ids = [frame for split in splits for frame in split.frames]
    return DataSet(named_apart(frames), _reading(ids, count))


def _holds(root: Path, splits: list[str], count: str) -> bool:
    return any(_label_folder(root / split, count) for split in splits)


def _label_folder(folder: Path, count: str | None) -> Path | None:
    if count is None:
        return None
    places = [folder / (f"{kind}_{count}" if count else kind) for kind in _KINDS]
    return next((place for place in places if place.is_dir()), None)


def _split(root: Path, name: str, count: str | None) -> _Split:
    folder, listed = root / name, root / f"{name}.txt"
    frames = lines_of(listed) if listed.is_file() else _ids_in(folder / "rgb")
    ids = map(without_suffix, frames)  # some tools list file names
    return _Split(name, folder, _label_folder(folder, count), tuple(ids))


def _ids_in(folder: Path) -> list[str]:
    flat = list(pictures_by_stem(folder))
    if flat:
        return flat
    found = (path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES)
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in found)


def _frames(split: _Split) -> list[FramePaths]:
    """A file that a list names and that is missing stays in: its frame says so when loaded."""
    known = cache(pictures_by_stem)
    depths = (split.folder / name for name in ("depth", "depth_raw"))
    depth = next((folder for folder in depths if folder.is_dir()), None)

    def place(folder: Path, name: str) -> Path:
        path = folder / f"{name}.png"
        return known(path.parent).get(path.stem, path)

    return [
        FramePaths(
            name,
            place(split.folder / "rgb", name),
            None if depth is None else place(depth, name),
            None if split.labels is None else place(split.labels, name),
            split.name,
        )
        for name in split.frames
    ]


def _reading(ids: list[str], count: str | None) -> Reading:
    is_sun = all(name.split("/")[0] in SENSORS for name in ids)
    is_nyu = not is_sun and all(map(_is_nyuv2, ids)) and count in ("40", "894", "13")
    unnumbered: ReadLabels = labels_in(SUN37) if is_sun else read_any_labels
    labels = _LABELS.get(count or "", unnumbered)
    beside = fixed_camera(NYUV2_CAMERA) if is_nyu else no_camera
    if all(map(_HYPERSIM_FRAME.fullmatch, ids)):
        beside = fixed_camera(HYPERSIM_CAMERA)
    depth = depth_in("mm") if is_nyu else depth_in("sun") if is_sun else read_metric
    return Reading(depth, labels, _camera_in_folder(beside))


def _is_nyuv2(name: str) -> bool:
    return bool(_NYUV2_FRAME.fullmatch(name)) and 1 <= int(name) <= _NYUV2_FRAMES


def _camera_in_folder(
    otherwise: Callable[[Path, int, int], Intrinsics | None],
) -> Callable[[Path, int, int], Intrinsics | None]:
    """`intrinsics/ID.json`, or `rgb_intrinsics/SCENE.json`, of the picture `rgb/SCENE/NAME.jpg`."""

    def find(rgb: Path, width: int, height: int) -> Intrinsics | None:
        folder = next((folder for folder in rgb.parents if folder.name == "rgb"), None)
        if folder is not None:
            own = rgb.relative_to(folder).with_suffix(".json")
            files = (
                folder.parent / "intrinsics" / own,
                folder.parent / "rgb_intrinsics" / f"{own.parent}.json",
            )
            file = next((file for file in files if file.is_file()), None)
            if file is not None:
                return _read_camera(file, width, height)
        return otherwise(rgb, width, height)

    return find


def _read_camera(file: Path, width: int, height: int) -> Intrinsics:
    """In pixels, or in parts of the picture's width and height: those are 1 at most."""
    values = read_json(
        file, f"{file.name} is no camera file: JSON of fx, fy, cx and cy is expected."
    )
    with reading(file, f"{file.name} is no camera file: fx, fy, cx and cy are expected."):
        fx, fy, cx, cy = (number(values[name]) for name in ("fx", "fy", "cx", "cy"))
    if 0 < cx <= 1 and 0 < cy <= 1:
        fx, cx, fy, cy = fx * width, cx * width, fy * height, cy * height
    return replace(parse_intrinsics(f"{fx},{fy},{cx},{cy}", width, height), origin=Origin.FILE)
