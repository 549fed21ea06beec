"""The SGNet authors' layout: list files of four paths a line, `image label depth HHA`."""

from __future__ import annotations

import os
from pathlib import Path

from sgnet_model.types import UserError

from .dataset import SPLIT_NAMES, DataSet, named_apart
from .frames import FramePaths
from .intrinsics import NYUV2_CAMERA
from .palettes import NYU40, SUN37
from .reading import Reading, depth_in, fixed_camera, labels_in
from .text_lists import cells_of, lines_of

COLUMNS = 4

_NYU = Reading(depth_in("mm"), labels_in(NYU40), fixed_camera(NYUV2_CAMERA))
_SUN = Reading(depth_in("sun"), labels_in(SUN37))


def sgnet_lists(root: Path) -> DataSet | None:
    """`dataset/list/nyud/{train,test}_nyud.txt` below `root`, or `list/` in it.

    Depth is PNG in millimetres, labels 0..40 with 0 = void; a list named after SUN is read by its
    rules. Raises UserError for a line that has not four paths, and where no picture of a list is
    found in any of the places its paths may start from.
    """
    lists = _lists(root)
    if not lists:
        return None
    frames: list[FramePaths] = []
    notes: list[str] = []
    for file in lists:
        found = _frames(file, _base(root, file))
        unique = list(dict.fromkeys(found))
        frames += unique
        if len(unique) < len(found):
            times = len(found) - len(unique)
            notes.append(f"{times} lines of {file.name} stand twice: each frame is used once.")
    is_sun = all("sun" in file.name.lower() for file in lists)
    return DataSet(named_apart(frames), _SUN if is_sun else _NYU, tuple(notes))


def _lists(root: Path) -> list[Path]:
    """Of `train_nyud.txt`, `test_nyud.txt`, ... those that hold four columns, train first."""
    for base in (root / "dataset", root):
        files = [
            file
            for split in SPLIT_NAMES
            for file in sorted((base / "list").glob(f"*/{split}*.txt"))
            if len(cells_of(_first_line(file))) == COLUMNS
        ]
        if files:
            return files
    return []


def _first_line(file: Path) -> str:
    lines = lines_of(file)
    return lines[0] if lines else ""


def _base(root: Path, file: Path) -> Path:
    """The folder the paths of a list start from: the first where one of its pictures lies."""
    image = cells_of(_first_line(file))[0].lstrip("/")
    dataset = file.parents[2]
    inside = [path for path in sorted(dataset.iterdir()) if path.is_dir()]
    places = [root, dataset, *inside, dataset.parent]
    for place in places:
        if os.path.isfile(place / image):  # False, too, for what can be no file's name
            return place
    raise UserError(
        f"{file.name} begins with {image}, which lies neither in {root} nor in the folders of "
        f"{dataset.name}: put the pictures where the list expects them."
    )


def _frames(file: Path, base: Path) -> list[FramePaths]:
    split = next(name for name in SPLIT_NAMES if file.name.startswith(name))
    frames = []
    for number, line in enumerate(lines_of(file), 1):
        columns = cells_of(line)
        if len(columns) != COLUMNS:
            raise UserError(
                f"Line {number} of {file.name} has {len(columns)} paths: image, label, depth and "
                "HHA were expected."
            )
        image, label, depth, hha = (base / column.lstrip("/") for column in columns)
        frames.append(FramePaths(image.stem, image, depth, label, split, hha))
    return frames
