"""Lists of two files a line, as BTS ("rgb.jpg depth.png focal") and DenseDepth ("rgb,depth") have.

DenseDepth's training depth is 8-bit, 255 for 10 m: coarse, but metric.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sgnet_model.data.dataset import SPLIT_NAMES, DataSet, named_apart
from sgnet_model.data.depth import known_depth, metric_depth
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.images import read_depth
from sgnet_model.data.listing import Role, role_of, role_of_folder
from sgnet_model.data.reading import Reading, counted_in
from sgnet_model.data.suffixes import LOSSY_SUFFIXES, PICTURE_SUFFIXES
from sgnet_model.data.text_lists import cells_of, decoded, lines_of
from sgnet_model.types import DepthInfo, FloatArray, Origin
from sgnet_model.untrusted import read_head

from .places import bases_of, place_of
from .types import Names

DENSEDEPTH_M = 10 / 255
MAX_LISTS = 40  # text files of a folder that are looked into
SAMPLED = 20  # lines of a list whose files are looked for
HEAD_BYTES, FIRST_LINES = 4096, 5  # of a list: it may begin with a header
_KITTI = "proj_depth"  # 16-bit PNG, 1/256 m
_Columns = tuple[str, str, str | None]  # the picture's path, its depth's, its labels'


def pair_lists(folder: Path, names: Names) -> DataSet | None:
    """All lists in the folder of pictures and their depth, some of which are there.

    A third column may be a number, labels or the depth itself; lists without depth are none.
    """
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
    pairs = [columns for cells in lines if _names_two(cells) and (columns := _columns(cells))]
    if not pairs or len(pairs) < len(lines) // 2:
        return [], 0  # a text that mentions files, not a list of them
    bases = bases_of(folder)
    sample = pairs[:: max(len(pairs) // SAMPLED, 1)][:SAMPLED]
    if all(place_of(name, bases) is None for columns in sample for name in columns[:2] if name):
        return [], 0
    split = next((name for name in SPLIT_NAMES if name in file.stem.lower()), "")
    frames = []
    for colour, metric, truth in pairs:
        rgb, depth = place_of(colour, bases), place_of(metric, bases)
        labels = place_of(truth, bases) if truth is not None else None
        if rgb is not None and depth is not None:
            frames.append(FramePaths(rgb.stem, rgb, depth, labels, split))
    return frames, len(pairs) - len(frames)


def _begins_like_a_list(file: Path) -> bool:
    """By the first bytes: beside pictures lie trajectories and sensors' readings of any length."""
    try:
        text = decoded(read_head(file, HEAD_BYTES))
    except (OSError, ValueError):
        return False
    lines = text.replace("\\", "/").splitlines()[:FIRST_LINES]
    return any(_names_two(cells_of(line)) for line in lines)


def _names_two(cells: list[str]) -> bool:
    return len(cells) in (2, 3) and all(_is_picture(cell) for cell in cells[:2])


def _columns(cells: list[str]) -> _Columns | None:
    """What the files of a line are, by their names and folders; None where none of them is depth.

    Where nothing says it, colour comes first and depth second.
    """
    names = [cell for cell in cells if _is_picture(cell)]
    roles = _roles(names)
    labels = next((n for n, role in zip(names, roles, strict=True) if role is Role.LABELS), None)
    unclear = [n for n, role in zip(names, roles, strict=True) if role in (Role.RGB, Role.UNSAID)]
    depths = [n for n, role in zip(names, roles, strict=True) if role is Role.DEPTH]
    if depths and unclear:
        return unclear[0], depths[0], labels
    if len(depths) >= 2:  # a word of all their folders
        return depths[0], depths[1], labels
    if len(unclear) >= 2 and unclear[:2] == names[:2]:
        return unclear[0], unclear[1], labels
    return None


def _roles(names: list[str]) -> list[Role]:
    """By the word of the file, else of its folder; a folder that all share tells nothing apart.

    "image" in the name of a file says less than its folder: "labels/image_1.png". No depth survives
    in a JPEG, whatever its folder is called ("nyu_depth_v2/1.jpg").
    """
    paths = [Path(name) for name in names]
    own = [role_of(path) for path in paths]
    if len({path.parent for path in paths}) == 1:
        return own
    roles = []
    for path, said in zip(paths, own, strict=True):
        there = role_of_folder(path.parent)
        is_lossy = there is Role.DEPTH and path.suffix.lower() in LOSSY_SUFFIXES
        yields = said in (Role.RGB, Role.UNSAID) and there is not Role.UNSAID and not is_lossy
        roles.append(there if yields else said)
    return roles


def _is_picture(cell: str) -> bool:
    return "/" in cell and Path(cell).suffix.lower() in PICTURE_SUFFIXES


def _depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    if unit is None and _KITTI in path.parts:
        return counted_in(1 / 256, Origin.DATASET)(path, None)
    stored = read_depth(path)
    if unit is None and stored.dtype == np.uint8 and any("nyu2_" in part for part in path.parts):
        metres = stored.astype(np.float32) * np.float32(DENSEDEPTH_M)
        return known_depth(metres, "10/255m", Origin.DATASET, path.name)
    return metric_depth(stored, str(path), unit)
