"""Lists of two files a line, as BTS ("rgb.jpg depth.png focal") and DenseDepth ("rgb,depth") have.

DenseDepth's training depth is 8-bit, 255 for 10 m: coarse, but metric.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sgnet_model.data.dataset import SPLIT_NAMES, DataSet, named_apart
from sgnet_model.data.depth import describe_depth, metric_depth
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.images import read_depth
from sgnet_model.data.listing import Role, role_of
from sgnet_model.data.reading import Reading, counted_in
from sgnet_model.data.suffixes import PICTURE_SUFFIXES
from sgnet_model.data.text_lists import cells_of, decoded, lines_of
from sgnet_model.types import DepthInfo, FloatArray, Origin

from .places import bases_of, place_of
from .types import Names

DENSEDEPTH_M = 10 / 255
MAX_LISTS = 40  # text files of a folder that are looked into
HEAD_BYTES, FIRST_LINES = 4096, 5  # of a list: it may begin with a header
_KITTI = "proj_depth"  # 16-bit PNG, 1/256 m


def pair_lists(folder: Path, names: Names) -> DataSet | None:
    """All lists in the folder whose first line names a picture and its depth that are there."""
    lists = sorted(name for name in names.files if name.lower().endswith((".txt", ".csv")))
    frames: list[FramePaths] = []
    notes: list[str] = []
    for name in lists[:MAX_LISTS]:
        found, missing = _frames(folder, folder / name)
        frames += found
        if found and missing:
            notes.append(f"Left out: {missing} lines of {name} whose files are not here.")
    if not frames:
        return None
    reading = Reading(_depth, scene=lambda rgb: rgb.parent.name)
    unique = tuple(dict.fromkeys(frames))
    named = named_apart(unique, lambda frame: f"{frame.rgb.parent.name}/{frame.name}")
    return DataSet(named, reading, tuple(notes))


def _frames(folder: Path, file: Path) -> tuple[list[FramePaths], int]:
    """The frames of one list, and the number of lines whose files are not there."""
    if not _begins_like_a_list(file):
        return [], 0
    lines = [cells_of(line) for line in lines_of(file)]
    pairs = [cells for cells in lines if _names_two(cells)]
    if not pairs or len(pairs) < len(lines) // 2:
        return [], 0  # a text that mentions files, not a list of them
    bases = bases_of(folder)
    if all(place_of(name, bases) is None for name in pairs[0][:2]):
        return [], 0
    split = next((name for name in SPLIT_NAMES if name in file.stem.lower()), "")
    frames = []
    for first, second, *_ in pairs:
        rgb, depth = place_of(first, bases), place_of(second, bases)
        if role_of(Path(first)) is Role.DEPTH and role_of(Path(second)) is not Role.DEPTH:
            rgb, depth = depth, rgb
        if rgb is not None and depth is not None:
            frames.append(FramePaths(rgb.stem, rgb, depth, split=split))
    return frames, len(pairs) - len(frames)


def _begins_like_a_list(file: Path) -> bool:
    """By the first bytes: beside pictures lie trajectories and sensors' readings of any length."""
    try:
        with file.open("rb") as stream:
            text = decoded(stream.read(HEAD_BYTES))
    except (OSError, ValueError):
        return False
    lines = text.replace("\\", "/").splitlines()[:FIRST_LINES]
    return any(_names_two(cells_of(line)) for line in lines)


def _names_two(cells: list[str]) -> bool:
    return len(cells) in (2, 3) and all(_is_picture(cell) for cell in cells[:2])


def _is_picture(cell: str) -> bool:
    return "/" in cell and Path(cell).suffix.lower() in PICTURE_SUFFIXES


def _depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    if unit is None and _KITTI in path.parts:
        return counted_in(1 / 256, Origin.DATASET)(path, None)
    stored = read_depth(path)
    if unit is None and stored.dtype == np.uint8 and any("nyu2_" in part for part in path.parts):
        metres = stored.astype(np.float32) * np.float32(DENSEDEPTH_M)
        info = DepthInfo("10/255m", Origin.DATASET, 0.0, 0.0)
        return metres, describe_depth(metres, info, path.name)
    return metric_depth(stored, str(path), unit)
