"""Recordings of live sources, as `recording_format` lays them out, read again.

What an editor or a spreadsheet does to the list (a byte order mark, semicolons, decimal commas, no
last line end) does not matter; without it the folders are paired, and camera.json says the unit.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError
from sgnet_model.untrusted import number, read_head, read_json, reading

from .dataset import DataSet
from .folder_pairs import match_folders
from .frames import FramePaths
from .listing import natural
from .reading import Reading, counted_in, folder_above
from .recording_format import CAMERA, COLUMNS, INDEX, NOTE_END
from .text_lists import decimal, decoded, delimiter_of, text_of

MAX_NOTES = 5  # of a data set: a replay that was recorded may have a note for every frame
_NEEDED = COLUMNS[: COLUMNS.index("cy") + 1]  # the others may be missing, and there may be more


@dataclass(frozen=True, slots=True)
class RecordedFrame:
    """One line of the index, its paths made absolute."""

    number: int
    time_s: float
    device_s: float | None
    rgb: Path
    depth: Path | None
    depth_unit_m: float
    camera: Intrinsics
    notes: tuple[str, ...] = ()  # "Stand-in depth, not measured: ...", say


def recording(root: Path) -> DataSet | None:
    """A folder with `frames.csv` as described above, or a folder of such folders."""
    folders = recordings_in(root)
    if not folders:
        return _without_index(root)
    frames: list[FramePaths] = []
    lines: list[RecordedFrame] = []
    for folder in folders:
        place = f"{folder.name}/" if folder != root else ""
        found = read_index(folder)
        frames += [FramePaths(f"{place}{_name(line)}", line.rgb, line.depth) for line in found]
        lines += found
    if not lines:
        raise UserError(f"{root.name} is a recording without a single frame: record it again.")
    notes = dict.fromkeys(note for line in lines for note in line.notes)
    return DataSet(tuple(frames), _reading(lines), tuple(notes)[:MAX_NOTES])


def recordings_in(root: Path) -> list[Path]:
    """`root` itself, else the recordings directly in it; empty where `root` cannot be listed."""
    if is_recording(root):
        return [root]
    try:
        with os.scandir(root) as entries:  # of the pictures there may be a hundred thousand
            folders = [Path(entry.path) for entry in entries if entry.is_dir()]
    except OSError:
        return []
    return [folder for folder in sorted(folders, key=natural) if is_recording(folder)]


def is_recording(root: Path) -> bool:
    """By the columns that the first line of its index names."""
    try:
        header = decoded(read_head(root / INDEX, 2000)).splitlines()[0]
    except (OSError, ValueError, IndexError):
        return False
    return set(_NEEDED) <= {name.strip().strip('"') for name in header.split(delimiter_of(header))}


def read_index(root: Path) -> tuple[RecordedFrame, ...]:
    """The recorded frames in order. Raises UserError.

    A last line that was torn, where recording was cut short, is left out.
    """
    lines = text_of(root / INDEX).splitlines(keepends=True)
    delimiter = delimiter_of(lines[0]) if lines else ","
    columns = len(lines[0].split(delimiter)) if lines else 0
    if lines and not lines[-1].endswith("\n") and len(lines[-1].split(delimiter)) < columns:
        lines.pop()
    rows = csv.DictReader(lines, delimiter=delimiter, skipinitialspace=True)
    with reading(root / INDEX, f"{root / INDEX} is not a list of frames: restore it."):
        return tuple(
            _parsed(root, row, number) for number, row in enumerate(rows, 2) if any(row.values())
        )


def _parsed(root: Path, row: Mapping[str, str | None], line: int) -> RecordedFrame:
    try:
        cells = {name: row.get(name) or "" for name in COLUMNS}
        size = int(decimal(cells["width"])), int(decimal(cells["height"]))
        fx, fy, cx, cy = (decimal(cells[name]) for name in ("fx", "fy", "cx", "cy"))
        unit_m = decimal(cells["depth_unit_m"])
        if not all(0 < value < math.inf for value in (*size, fx, fy, unit_m)):
            raise ValueError("size, focal lengths and depth unit must be positive")
        return RecordedFrame(
            number=int(decimal(cells["number"])),
            time_s=decimal(cells["time_s"]),
            device_s=decimal(cells["device_s"]) if cells["device_s"] else None,
            rgb=root / _slashes(cells["rgb"]),
            depth=root / _slashes(cells["depth"]) if cells["depth"] else None,
            depth_unit_m=unit_m,
            camera=Intrinsics(fx, fy, cx, cy, *size, _origin(cells["camera_from"])),
            notes=tuple(note for note in cells["notes"].split(NOTE_END) if note),
        )
    except (ValueError, OverflowError) as error:
        raise UserError(
            f"Line {line} of {root.name}/{INDEX} is not a recorded frame ({error}): "
            f"{','.join(_NEEDED)} were expected, so restore the file or take the line out."
        ) from error


def _slashes(path: str) -> str:
    return path.replace("\\", "/")


def _without_index(root: Path) -> DataSet | None:
    """A recording that lost its list: what camera.json says of the unit holds for all its depth."""
    rgb, depth, camera = root / "rgb", root / "depth", root / CAMERA
    if not (rgb.is_dir() and depth.is_dir() and camera.is_file()):
        return None
    try:
        values = read_json(camera, "")
        unit_m = number(values["depth_unit_m"], 1e-9, 1e3)
    except (UserError, KeyError, TypeError, ValueError):
        return None  # a camera file of somebody else's
    found = match_folders(rgb, depth)
    if not found.frames:
        return None
    said = f"{INDEX} is missing or damaged: pictures pair by name, and {CAMERA} says the unit."
    return DataSet(
        found.frames, Reading(counted_in(unit_m), scene=folder_above), (said, *found.notes)
    )


def _origin(recorded: str) -> Origin:
    """What the source knew is now read from a file; a guess is still one."""
    return Origin.GUESS if recorded == Origin.GUESS else Origin.FILE


def _name(line: RecordedFrame) -> str:
    return f"{line.rgb.stem}_{line.time_s:.3f}s"


def _reading(lines: Sequence[RecordedFrame]) -> Reading:
    """Units and cameras by file, as recorded."""
    depths = {line.depth: counted_in(line.depth_unit_m) for line in lines if line.depth}
    cameras = {line.rgb: line.camera for line in lines}

    def depth(path: Path, chosen: str | None) -> tuple[FloatArray, DepthInfo]:
        return depths[path](path, chosen)

    def camera(rgb: Path, _width: int, _height: int) -> Intrinsics | None:
        return cameras[rgb]

    return Reading(depth=depth, camera=camera, scene=folder_above)
