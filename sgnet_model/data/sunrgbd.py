"""SUN RGB-D as published: a folder for each frame, split and labels in the toolbox's .mat files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sgnet_model.types import UserError
from sgnet_model.untrusted import read_text

from .dataset import SPLIT_NAMES, DataSet, named_apart
from .frames import FramePaths
from .labels import NO_TRUTH
from .listing import list_folder
from .matlab5 import read_strings
from .reading import Reading, depth_in
from .sunrgbd_labels import LABELS_FILE, ORDER_FILE, SunLabels, key_of_frame, key_of_listed

SENSORS = ("kv1", "kv2", "realsense", "xtion")
SPLIT_FILE = "allsplit.mat"
SCENE_BYTES = 1000
MAX_NESTING = 7  # xtion/sun3ddata/brown_bm_1/brown_bm_1/FRAME

_PLACES = ("", "Metadata", "traintestSUNRGBD")
_SPLITS = {"train": "alltrain", "test": "alltest"}


def sunrgbd(root: Path) -> DataSet | None:
    """`SUNRGBD/SENSOR/SET/.../FRAME/{image,depth,depth_bfx,intrinsics.txt,scene.txt}`.

    `root` is the folder that holds `SUNRGBD`, or `SUNRGBD` itself. Filled depth (`depth_bfx`) is
    preferred. The toolbox's `allsplit.mat`, `SUNRGBD2Dseg.mat` and `SUNRGBDMeta.mat` are looked for
    in `root`, the folder above, and a folder `SUNRGBDtoolbox`; without them there is no split, or
    no ground truth, which the notes say.
    """
    tree = root / "SUNRGBD" if (root / "SUNRGBD").is_dir() else root
    sensors = [tree / name for name in SENSORS if (tree / name).is_dir()]
    frames = [paths for sensor in sensors for paths in _walk(sensor, MAX_NESTING)]
    if not frames:
        return None
    split_file = _find(tree, SPLIT_FILE)
    labels, notes = _labels(tree)
    splits = _splits(split_file) if split_file else {}
    if not split_file and root.name.lower() not in SPLIT_NAMES:
        notes += (f"There is no {SPLIT_FILE}: the frames are not divided into train and test.",)
    found = tuple(_frame(paths, tree, splits, labels) for paths in frames)
    reading = Reading(depth_in("sun"), scene=scene_of)
    if labels is not None:
        reading = Reading(depth_in("sun"), labels.read, scene=scene_of)
    return DataSet(named_apart(found, lambda frame: key_of_frame(frame.rgb, tree)), reading, notes)


def _walk(folder: Path, nesting: int) -> Iterator[tuple[Path, Path | None]]:
    """(RGB, depth) of every frame below, in order; a frame's folder is the one with `image`."""
    listing = list_folder(folder)
    image = listing.folder("image")
    if image is not None:
        pictures = list_folder(image).pictures
        if pictures:
            yield pictures[0], _depth(folder)
    elif nesting:
        for child in listing.folders:
            yield from _walk(child, nesting - 1)


def _depth(folder: Path) -> Path | None:
    for name in ("depth_bfx", "depth"):
        if (folder / name).is_dir():
            pictures = list_folder(folder / name).pictures
            if pictures:
                return pictures[0]
    return None


def _frame(
    paths: tuple[Path, Path | None], tree: Path, splits: dict[str, str], labels: SunLabels | None
) -> FramePaths:
    rgb, depth = paths
    split = splits.get(key_of_frame(rgb, tree), "")
    return FramePaths(
        rgb.parents[1].name, rgb, depth, None if labels is None else labels.path, split
    )


def _splits(file: Path) -> dict[str, str]:
    """The split of each frame by its key."""
    return {
        key_of_listed(path): split
        for split, variable in _SPLITS.items()
        for path in read_strings(file, variable)
    }


def _labels(tree: Path) -> tuple[SunLabels | None, tuple[str, ...]]:
    file, order = _find(tree, LABELS_FILE), _find(tree, ORDER_FILE)
    if file is None or order is None:
        missing = [name for name, at in ((LABELS_FILE, file), (ORDER_FILE, order)) if at is None]
        return None, (f"{NO_TRUTH} without the toolbox's {' and '.join(missing)}.",)
    return SunLabels(file, order, tree), ()


def _find(tree: Path, name: str) -> Path | None:
    """A file of the toolbox, wherever people unpack it."""
    for base in (tree, tree.parent):
        for toolbox in (base, base / "SUNRGBDtoolbox", base / "SUNRGBDToolbox"):
            for place in _PLACES:
                if os.path.isfile(toolbox / place / name):
                    return toolbox / place / name
    return None


def scene_of(rgb: Path) -> str:
    """The one word of scene.txt."""
    try:
        return read_text(rgb.parents[1] / "scene.txt", SCENE_BYTES).strip()
    except UserError:
        return ""
