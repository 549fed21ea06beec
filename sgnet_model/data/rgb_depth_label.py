"""Folders RGB, Depth or HHA, and Label beside lists: SA-Gate's layout, and DFormer's.

SA-Gate keeps metres (`Depth/N.npy`, float32); its ids count from 0, the official number less one.
Whole numbers are somebody else's: their unit and their classes are guessed, and the camera is not
NYUv2's.
DFormer, CMX and Sigma keep a picture of the depth, from which no metres can be had.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sgnet_model.types import DepthInfo, FloatArray, UserError

from .dataset import (
    SPLIT_NAMES,
    DataSet,
    named_apart,
    pictures_by_stem,
    without_suffix,
)
from .depth import metric_depth
from .frames import FramePaths
from .images import read_depth
from .intrinsics import NYUV2_CAMERA
from .listing import list_folder
from .palettes import NYU40, SUN37
from .reading import ReadDepth, Reading, fixed_camera, labels_in, metres_in_floats
from .text_lists import cells_of, lines_of


@dataclass(frozen=True, slots=True)
class _Folders:
    rgb: Path
    depth: Path
    labels: Path | None


def rgb_depth_label(root: Path) -> DataSet | None:
    """`RGB/`, `Depth/` or `HHA/`, `Label/` or `labels/`, with `train.txt` and `test.txt`.

    A line is `RGB/N.jpg<TAB>Label/N.png`, `RGB/N.jpg`, or a bare name. Labels are SUN's 37 classes
    where the folder is named after it, NYU's 40 beside HHA and float depth, else guessed. Lists
    that name depth files, and those none of whose pictures are there, are another layout's.
    """
    lists = [(name, root / f"{name}.txt") for name in SPLIT_NAMES]
    lists = [(name, file) for name, file in lists if file.is_file()]
    listing = list_folder(root)
    rgb, depth = listing.folder("rgb"), listing.folder("depth", "hha")
    if rgb is None or depth is None or not lists:
        return None
    if any(_names_a_file_of(depth, line) for _, file in lists for line in lines_of(file)[:1]):
        return None
    folders = _Folders(rgb, depth, listing.folder("label", "labels"))
    array = next((path for path in pictures_by_stem(depth).values() if path.suffix == ".npy"), None)
    read = _metric if array is None else metres_in_floats
    published = depth.name.lower() == "hha" or (array is not None and _holds_floats(array))
    frames = _frames(folders, lists)
    if not any(os.path.isfile(frame.rgb) for frame in frames):
        return None
    return DataSet(named_apart(frames), _reading(root, read, published))


def _reading(root: Path, depth: ReadDepth, published: bool) -> Reading:
    if "sun" in root.absolute().name.lower():
        return Reading(depth, labels_in(SUN37))
    if not published:
        return Reading(depth)
    return Reading(depth, labels_in(NYU40), fixed_camera(NYUV2_CAMERA))


def _holds_floats(array: Path) -> bool:
    """By the head of a .npy; False where it is damaged, which whoever reads it says."""
    try:
        return bool(np.load(array, mmap_mode="r", allow_pickle=False).dtype.kind == "f")
    except (OSError, ValueError, EOFError):
        return False


def _metric(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    """Refuses what is only a picture of depth; 16-bit files in this layout are as good as any."""
    if path.parent.name.lower() == "hha":
        raise UserError(
            f"{path.name} is an HHA picture and there is no Depth folder: metres cannot be had "
            "from it, so add the data set's original depth."
        )
    stored = read_depth(path)
    if stored.dtype.itemsize == 1:
        raise UserError(
            f"{path.name} is 8-bit depth stretched from the nearest to the farthest point of its "
            "own frame, as DFormer, CMX and Sigma distribute it: the metric scale is lost, so "
            "neither SGNet nor a point cloud can use it; take the data set's original depth."
        )
    return metric_depth(stored, str(path), unit)


def _frames(folders: _Folders, lists: list[tuple[str, Path]]) -> list[FramePaths]:
    colours, depths = pictures_by_stem(folders.rgb), pictures_by_stem(folders.depth)
    labels = pictures_by_stem(folders.labels)
    frames = []
    for split, file in lists:
        for line in lines_of(file):
            name = _name(line, folders.rgb.name)
            frames.append(
                FramePaths(
                    name,
                    _place(folders.rgb, colours, name),
                    _place(folders.depth, depths, name),
                    folders.labels and _place(folders.labels, labels, name),
                    split,
                )
            )
    return frames


def _name(line: str, rgb_folder: str) -> str:
    """ "RGB/12.jpg<TAB>Label/12.png" -> "12"."""
    first = next(iter(cells_of(line)), line)
    folder, slash, rest = first.partition("/")
    below = rest if slash and folder.lower() == rgb_folder.lower() else first
    return without_suffix(below)


def _names_a_file_of(folder: Path, line: str) -> bool:
    """Whether a line has a second column that lies in `folder`: "rgb/1.png depth/1.png"."""
    return any(cell.lower().startswith(f"{folder.name.lower()}/") for cell in cells_of(line)[1:])


def _place(folder: Path, known: dict[str, Path], name: str) -> Path:
    """Where a file lies, or ought to."""
    suffix = next(iter(known.values())).suffix if known else ".png"
    return known.get(name, folder / f"{name}{suffix}")
