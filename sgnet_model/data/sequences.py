"""Indoor sequences exported to files: ICL-NUIM's rendered rooms, and ScanNet's scans."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from sgnet_model.types import Intrinsics, LabelScheme, Origin, UInt8Array, UserError
from sgnet_model.untrusted import read_text, reading, whole

from .dataset import SPLIT_NAMES, DataSet
from .decode import decode
from .folder_pairs import match_folders
from .frames import FramePaths
from .intrinsics import CameraFiles
from .labels import checked_labels
from .listing import list_folder
from .palettes import NYU40
from .reading import Reading, depth_in, fixed_camera, folder_above, labels_in
from .text_lists import lines_of

# As published with the data set; its fy is negative because its y axis points up.
ICL_CAMERA = Intrinsics(481.20, 480.00, 319.5, 239.5, 640, 480, Origin.DATASET)
LARGEST_ID = 65_535  # of a label in a 16-bit picture
SCANNET_TABLE = "scannetv2-labels.combined.tsv"

ICL_UNIT_M = 1 / 5000

_ICL_LINE = re.compile(r"\d+ \S+ \d+ \S+")
_ICL_NAME = re.compile(r"(?:.*[^a-z0-9])?(?:icl|nuim|traj\d)(?:[^a-z0-9].*)?")  # "lr_traj0"


def icl_nuim(root: Path) -> DataSet | None:
    """`rgb/`, `depth/` (5000 a metre) and `associations.txt`: "N depth/N.png N rgb/N.png".

    `root` is such a sequence or a folder of them. TUM's association files have times with decimals,
    and others' with whole numbers name colour first: those are ICL-NUIM's only where their folder
    is named after it. A camera file that names another depth scale makes it another's sequence.
    """
    folders = _those(root, lambda folder: _is_icl(folder / "associations.txt"))
    frames = [frame for folder in folders for frame in _icl_frames(folder, folder != root)]
    return DataSet(tuple(frames), _ICL) if frames else None


def scannet(root: Path) -> DataSet | None:
    """`color/N.jpg`, `depth/N.png` (mm), a camera and poses for each scene, labels where exported.

    `root` is a scene or a folder of them (`scans/` too). `label/` holds NYU's 40 classes;
    `label-filt/` ScanNet's own ids, which its table (scannetv2-labels.combined.tsv) maps to them.
    Splits are those of `scannetv2_train.txt`, ... in `root`.
    """
    base = root / "scans" if (root / "scans").is_dir() else root
    folders = _those(base, _is_scannet)
    if not folders:
        return None
    split_of = {
        scene: split
        for split in SPLIT_NAMES
        if (root / f"scannetv2_{split}.txt").is_file()
        for scene in lines_of(root / f"scannetv2_{split}.txt")
    }
    frames: list[FramePaths] = []
    notes: list[str] = []
    for folder in folders:
        found = match_folders(folder / "color", folder / "depth", _scannet_labels(folder))
        split, place = split_of.get(folder.name, ""), f"{folder.name}/" if folder != root else ""
        frames += [replace(f, name=f"{place}{f.name}", split=split) for f in found.frames]
        notes += [f"{folder.name}: {note}" for note in found.left_out]
    return DataSet(tuple(frames), _SCANNET, tuple(notes)) if frames else None


def _those(root: Path, fits: Callable[[Path], bool]) -> list[Path]:
    """`root` itself, else the folders in it that fit."""
    if fits(root):
        return [root]
    return [folder for folder in list_folder(root).folders if fits(folder)]


def _is_icl(file: Path) -> bool:
    if not file.is_file():
        return False
    lines = lines_of(file)
    if not lines or _ICL_LINE.fullmatch(lines[0]) is None:
        return False
    _, first, _, second = lines[0].split()
    named = any(_ICL_NAME.fullmatch(part.lower()) for part in file.parts[-3:-1])
    if not named and (Path(first).parent.name, Path(second).parent.name) != ("depth", "rgb"):
        return False
    scale = CameraFiles(file.parent / (first if Path(first).parent.name == "rgb" else second)).scale
    return scale is None or abs(scale[0].unit_m / ICL_UNIT_M - 1) < 1e-3


def _icl_frames(folder: Path, placed: bool) -> list[FramePaths]:
    frames = []
    for number, line in enumerate(lines_of(folder / "associations.txt"), 1):
        if _ICL_LINE.fullmatch(line) is None:
            raise UserError(
                f"Line {number} of {folder.name}/associations.txt is {line[:40]!r}: "
                "'N depth/N.png N rgb/N.png' was expected."
            )
        first, second = (folder / path for path in line.split()[1::2])
        rgb, depth = (first, second) if first.parent.name == "rgb" else (second, first)
        name = f"{folder.name}/{rgb.stem}" if placed else rgb.stem
        frames.append(FramePaths(name, rgb, depth))
    return frames


def _is_scannet(folder: Path) -> bool:
    has_both = (folder / "color").is_dir() and (folder / "depth").is_dir()
    cameras = (
        folder / "intrinsic",
        folder / "intrinsics_color.txt",
        folder / "intrinsic_color.txt",
    )
    return has_both and any(camera.exists() for camera in cameras)


def _scannet_labels(folder: Path) -> Path | None:
    names = ("label", "label-filt")
    return next((folder / name for name in names if (folder / name).is_dir()), None)


def _read_scannet_labels(path: Path, rgb: Path) -> tuple[UInt8Array, LabelScheme]:
    if path.parent.name != "label-filt":
        return labels_in(NYU40)(path, rgb)
    tables = [folder / SCANNET_TABLE for folder in path.parents[2:5]]
    table = next((file for file in tables if file.is_file()), None)
    if table is None:
        raise UserError(
            f"{path.parent.name} holds ScanNet's own ids: put {SCANNET_TABLE}, which maps them to "
            "the 40 classes, beside the scenes."
        )
    lookup = _nyu40_of(table)
    stored = decode(path, "labels").astype(np.intp)
    if stored.max(initial=0) >= lookup.size:
        raise UserError(f"{path.name} holds the label {stored.max()}: {table.name} has no such id.")
    return checked_labels(lookup[stored], NYU40, path.name), NYU40


@lru_cache(maxsize=4)
def _nyu40_of(table: Path) -> UInt8Array:
    """(largest id + 1,) uint8: 0..40 by ScanNet's id."""
    lines = read_text(table).splitlines()
    with reading(table, f"{table.name} cannot be read: columns id and nyu40id were expected."):
        rows = [
            (whole(row["id"], 0, LARGEST_ID), whole(row["nyu40id"], 0, len(NYU40.classes)))
            for row in csv.DictReader(lines, delimiter="\t")
        ]
    lookup = np.zeros(max((number for number, _ in rows), default=0) + 1, np.uint8)
    for number, label in rows:
        lookup[number] = label
    return lookup


_ICL = Reading(depth_in("1/5000m"), camera=fixed_camera(ICL_CAMERA), scene=folder_above)
_SCANNET = Reading(depth_in("mm"), _read_scannet_labels, scene=folder_above)
