"""The SGNet authors' layout: list files of four paths a line, `image label depth HHA`."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from sgnet_model.types import UserError

from .dataset import SPLIT_NAMES, DataSet, named_apart
from .frames import FramePaths
from .intrinsics import NYUV2_CAMERA
from .palettes import NYU40, SUN37
from .reading import Reading, depth_in, fixed_camera, labels_in, read_apart
from .text_lists import cells_of, lines_of

COLUMNS = 4
SAMPLED = 50  # lines of a list whose pictures are looked for

_NYU = Reading(depth_in("mm"), labels_in(NYU40), fixed_camera(NYUV2_CAMERA))
_SUN = Reading(depth_in("sun"), labels_in(SUN37))


def sgnet_lists(root: Path) -> DataSet | None:
    """`dataset/list/nyud/{train,test}_nyud.txt` below `root`, or `list/` in it.

    Depth is PNG in millimetres, labels 0..40 with 0 = void; a list that is named after SUN, or lies
    in such a folder, is read by its rules. A list whose pictures are in none of the places its
    paths may start from is left out and said. Raises UserError for a line that has not four paths,
    and where no list's pictures are found.
    """
    lists = _lists(root)
    if not lists:
        return None
    bases, notes = _bases(root, lists)
    suns = [file for file in bases if _is_sun(file)]
    is_mixed = 0 < len(suns) < len(bases)
    frames: list[FramePaths] = []
    suns_files: set[Path] = set()
    for file, base in bases.items():
        found = _frames(file, base)
        unique = list(dict.fromkeys(found))
        if is_mixed:  # both count their frames from 1
            unique = [replace(f, name=f"{file.parent.name}/{f.name}") for f in unique]
        if file in suns:
            suns_files.update(path for f in unique for path in f.files)
        frames += unique
        if len(unique) < len(found):
            times = len(found) - len(unique)
            notes.append(f"{times} lines of {file.name} stand twice: each frame is used once.")
    reading = _of_both(suns_files) if is_mixed else _SUN if suns else _NYU
    return DataSet(named_apart(frames), reading, tuple(notes))


def _is_sun(file: Path) -> bool:
    return "sun" in f"{file.parent.name}/{file.name}".lower()


def _of_both(suns: Collection[Path]) -> Reading:
    """For lists of NYUv2 and SUN RGB-D together: the files in `suns` are read by SUN's rules."""

    return read_apart(lambda path: _SUN if path in suns else _NYU)


def _bases(root: Path, lists: list[Path]) -> tuple[dict[Path, Path], list[str]]:
    """Each list with the folder its paths start from, and of those that have none a note.

    Raises UserError where none has.
    """
    found: dict[Path, Path] = {}
    missing: list[tuple[str, UserError]] = []
    for file in lists:
        try:
            found[file] = _base(root, file)
        except UserError as error:
            missing.append((f"{file.parent.name}/{file.name}", error))
    if missing and not found:
        raise missing[0][1]
    said = [f"Left out: the list {name}, whose pictures are not here." for name, _ in missing]
    return found, said


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
    """The folder the paths of a list start from: the first where one of its pictures lies.

    Of a list that has lost some, too. Raises UserError where there is none.
    """
    lines = lines_of(file)
    sample = [cells_of(line) for line in lines[:: max(len(lines) // SAMPLED, 1)][:SAMPLED]]
    images = [cells[0].lstrip("/") for cells in sample if cells]
    dataset = file.parents[2]
    inside = [path for path in sorted(dataset.iterdir()) if path.is_dir()]
    places = [root, dataset, *inside, dataset.parent]
    for image in images:
        for place in places:
            if os.path.isfile(place / image):  # False, too, for what can be no file's name
                return place
    raise UserError(
        f"{file.name} begins with {images[0]}, which lies neither in {root} nor in the folders of "
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
