"""The one door for whatever the user names: a pair, a picture, a folder, a data set, a .mat."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sgnet_model.files import expanded
from sgnet_model.types import UserError
from sgnet_model.untrusted import reading

from .dataset import DataSet, split_by_folders
from .datasets import recognise
from .depth_units import unit_called, unit_text
from .folder import find_frame_of, find_frames, nothing_pairs
from .folder_pairs import match_folders, with_labels
from .found import Found
from .frames import FramePaths, FrameSet
from .intrinsics import GivenCamera, camera_given
from .listing import frame_name, list_folder
from .nyuv2 import OFFICIAL_NAME, NYUv2Mat, is_mat
from .one_file import frames_in_file
from .pair_set import PairSet

ACCEPTED = (
    "an RGB file with its depth file (png, jpg, ppm, pgm, bmp, webp, tiff, exr or npy), a folder "
    "of such pairs, the root of a data set, or nyu_depth_v2_labeled.mat"
)


def open_frames(
    path: Path | str,
    depth_path: Path | str | None = None,
    *,
    unit: str | float | None = None,
    intrinsics: GivenCamera | None = None,
    labels: Path | str | None = None,
    raw_depth: bool = False,
    label_offset: int | None = None,
) -> FrameSet:
    """The frames that `path` stands for, as a sequence; none is read before it is asked for.

    `path`: an RGB file (with `depth_path`, or alone where its depth is found by name beside it), an
    RGB folder with a depth folder as `depth_path`, the root of a data set that `datasets` knows, a
    folder of frames in any other layout, a file of frames (.r3d, HDF5 with rgb and depth), or the
    official NYUv2 .mat (or the folder it lies in).
    `unit`, `intrinsics`: as in `load_pair`, for every frame. `labels`: a ground truth file for a
    pair, a folder of them for a folder. `raw_depth`: a .mat's unfilled depth. `label_offset`: added
    to stored labels but 255, 1 where classes count from 0; seen in the files where None.
    Raises UserError.

    An RGB file whose depth is not found is a set of one frame that `load(0)` refuses and
    `load(0, strict=False)` shows without depth.
    """
    unit, intrinsics = unit_text(unit), camera_given(intrinsics)
    where = expanded(path)
    depth = None if depth_path is None else expanded(depth_path)
    truth = None if labels is None else expanded(labels)
    with reading(where, f"{where} cannot be opened as frames: give {ACCEPTED}."):
        _check_reachable(where)
        if where.is_dir() and depth is None and (where / OFFICIAL_NAME).is_file():
            where = where / OFFICIAL_NAME
        found = _data_set(where, depth, truth)
        if found is None:
            frames = NYUv2Mat(where, raw_depth=raw_depth, intrinsics=intrinsics)
            _refuse_for_mat(where, unit, truth, label_offset)
            return frames
        name, data = found
        return PairSet(
            name,
            data.frames,
            unit=unit,
            intrinsics=intrinsics,
            notes=data.notes,
            reading=data.reading,
            label_offset=label_offset,
        )


def _data_set(where: Path, depth: Path | None, labels: Path | None) -> tuple[str, DataSet] | None:
    """Its name and its frames; None for NYUv2's .mat, which holds arrays and no files."""
    name = where.absolute().name or str(where)
    if where.is_dir():
        return name, _from_folder(where, depth, labels)
    data = frames_in_file(where) if depth is None else None
    if data is not None:
        return name, data
    if depth is None and is_mat(where):
        return None
    found = _from_file(where, depth)
    frames = found.frames
    if labels is not None:
        frames = tuple(replace(frame, labels=labels) for frame in frames)
    return frames[0].name, DataSet(frames, notes=found.notes)


def _refuse_for_mat(
    where: Path, unit: str | None, labels: Path | None, label_offset: int | None
) -> None:
    """UserError for what NYUv2's .mat says itself: it would be ignored in silence."""
    given = {
        "depth unit": unit is not None and unit_called(unit).name != "m",
        "labels": labels is not None,
        "label offset": bool(label_offset),
    }
    wrong = [what for what, is_given in given.items() if is_given]
    if wrong:
        raise UserError(
            f"{where.name} holds metres and labels whose numbers are known: leave the "
            f"{' and the '.join(wrong)} out."
        )


def _check_reachable(path: Path) -> None:
    """UserError where there is nothing, or where it may not be read."""
    try:
        path.stat()
        allowed = not path.is_dir() or os.access(path, os.R_OK | os.X_OK)
    except PermissionError:
        allowed = False
    except OSError as error:
        raise UserError(f"{path} does not exist: give {ACCEPTED}.") from error
    if not allowed:
        raise UserError(f"{path} may not be read by this user: check its permissions.")


def _from_folder(folder: Path, depth: Path | None, labels: Path | None) -> DataSet:
    """A known data set, unless folders were chosen by hand; else whatever pairs lie there."""
    known = recognise(folder) if depth is None and labels is None else None
    return split_by_folders(folder, known or _paired(folder, depth, labels))


def _paired(folder: Path, depth: Path | None, labels: Path | None) -> DataSet:
    found = _pairs(folder, depth)
    if labels is not None:
        if not labels.is_dir():
            raise UserError(
                f"The labels of a folder of frames are a folder too, and {labels} is not."
            )
        found = replace(found, frames=with_labels(found.frames, list_folder(labels).pictures))
    return DataSet(found.frames, notes=found.notes)


def _pairs(folder: Path, depth: Path | None) -> Found:
    """Of a folder, or of two."""
    if depth is not None and not depth.is_dir():
        raise UserError(
            f"{folder.name} is a folder and {depth.name} is not: give two files or two folders."
        )
    found = find_frames(folder) if depth is None else match_folders(folder, depth)
    if not found.frames:
        raise UserError(nothing_pairs(folder, depth))
    return found


def _from_file(path: Path, depth: Path | None) -> Found:
    """A picture with its depth, which is a file, lies in a folder, or is found by name."""
    if depth is not None and depth.is_dir():
        return _from_depth_folder(path, depth)
    found = find_frame_of(path) if depth is None else Found()
    return found if found.frames else Found((FramePaths(frame_name(path), path, depth),))


def _from_depth_folder(path: Path, depth: Path) -> Found:
    """A picture, and the folder in which its depth lies."""
    found = match_folders(path.absolute().parent, depth)
    frames = tuple(frame for frame in found.frames if frame.rgb == path.absolute())
    if not frames:
        raise UserError(
            f"No depth in the folder {depth} pairs with {path.name} by name, number or time: name "
            "the depth file itself."
        )
    return replace(found, frames=frames)
