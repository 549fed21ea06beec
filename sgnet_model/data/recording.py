"""Recordings of live sources: what `sgnet_viewer.recording` writes, and how it is read again.

    frames.csv      a line a frame, `COLUMNS`; appended only after the frame's pictures are whole
    rgb/NNNNNN.jpg  colour (.png where it was recorded without loss)
    depth/NNNNNN.png  16-bit counts as the sensor gave them, aligned to colour; 0 is missing
    camera.json     the first frame's camera (Open3D's layout) and `depth_unit_m`
    recording.json  title of the source, when it began, how colour is stored

Size, camera and depth unit stand in every line of frames.csv: a source may change them midway.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError

from .dataset import DataSet
from .depth import SATURATED, describe_depth
from .frames import FramePaths
from .images import read_depth
from .listing import natural
from .reading import Reading, read_metric

INDEX = "frames.csv"
COLUMNS = (
    "number",  # of the source: gaps are frames that were not recorded
    "time_s",  # seconds since the first recorded frame
    "device_s",  # the device's own clock, empty where it has none
    "rgb",  # path inside the recording
    "depth",  # empty where the frame has none
    "depth_unit_m",  # metres per count
    "width",
    "height",
    "fx",
    "fy",
    "cx",
    "cy",
    "camera_from",  # an `Origin`: a guessed camera stays one
    "notes",  # what the source said of the frame, joined by NOTE_END
)
NOTE_END = " | "
MAX_NOTES = 5  # of a data set: a replay that was recorded may have a note for every frame
_NEEDED = COLUMNS[: COLUMNS.index("cy") + 1]  # the others may be missing, and there may be more
_UNIT_NAMES = {0.001: "mm", 0.0001: "0.1mm", 0.0002: "1/5000m", 0.01: "cm"}


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
        return None
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
    """Told by the columns that the first line of its index names."""
    try:
        with (root / INDEX).open(encoding="utf-8") as file:
            return set(_NEEDED) <= set(file.readline(1000).rstrip("\r\n").split(","))
    except (OSError, ValueError):
        return False


def unit_name(unit_m: float) -> str:
    """Of counts of `unit_m` metres: a key of `depth.UNITS` where there is one, else "0.25mm"."""
    return _UNIT_NAMES.get(round(unit_m, 7), f"{1000 * unit_m:g}mm")


def read_index(root: Path) -> tuple[RecordedFrame, ...]:
    """The recorded frames in order. Raises UserError.

    The last line may be torn where recording was cut short; it is left out.
    """
    try:
        with (root / INDEX).open(encoding="utf-8", newline="") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UserError(f"The index {root / INDEX} cannot be read ({reason}).") from error
    whole = text[: text.rfind("\n") + 1]
    rows = csv.DictReader(whole.splitlines())
    return tuple(_parsed(root, row, number) for number, row in enumerate(rows, 2))


def _parsed(root: Path, row: Mapping[str, str | None], line: int) -> RecordedFrame:
    try:
        cells = {name: row.get(name) or "" for name in COLUMNS}
        size = int(cells["width"]), int(cells["height"])
        fx, fy, cx, cy = (float(cells[name]) for name in ("fx", "fy", "cx", "cy"))
        unit_m = float(cells["depth_unit_m"])
        if not all(0 < value < math.inf for value in (*size, fx, fy, unit_m)):
            raise ValueError("size, focal lengths and depth unit must be positive")
        return RecordedFrame(
            number=int(cells["number"]),
            time_s=float(cells["time_s"]),
            device_s=float(cells["device_s"]) if cells["device_s"] else None,
            rgb=root / cells["rgb"],
            depth=root / cells["depth"] if cells["depth"] else None,
            depth_unit_m=unit_m,
            camera=Intrinsics(fx, fy, cx, cy, *size, _origin(cells["camera_from"])),
            notes=tuple(note for note in cells["notes"].split(NOTE_END) if note),
        )
    except ValueError as error:
        raise UserError(
            f"Line {line} of {root.name}/{INDEX} is not a recorded frame ({error}): "
            f"{','.join(_NEEDED)} were expected, so restore the file or take the line out."
        ) from error


def _origin(recorded: str) -> Origin:
    """What the source knew is now read from a file; a guess is still one."""
    return Origin.GUESS if recorded == Origin.GUESS else Origin.FILE


def _name(line: RecordedFrame) -> str:
    return f"{line.rgb.stem}_{line.time_s:.3f}s"


def _scene(rgb: Path) -> str:
    return rgb.parent.parent.name


def _reading(lines: Sequence[RecordedFrame]) -> Reading:
    """Units and cameras by file, as recorded."""
    units = {line.depth: line.depth_unit_m for line in lines if line.depth}
    cameras = {line.rgb: line.camera for line in lines}

    def depth(path: Path, chosen: str | None) -> tuple[FloatArray, DepthInfo]:
        return read_metric(path, chosen) if chosen else _counted(path, units[path])

    def camera(rgb: Path, width: int, height: int) -> Intrinsics | None:
        return cameras[rgb].scaled_to(width, height)

    return Reading(depth=depth, camera=camera, scene=_scene)


def _counted(path: Path, unit_m: float) -> tuple[FloatArray, DepthInfo]:
    """(H, W) float32 metres, 0 = missing (stored as 0 or 65535). Raises UserError."""
    stored = read_depth(path)
    metres = stored.astype(np.float32) * np.float32(unit_m)
    metres[stored == SATURATED] = 0.0
    info = DepthInfo(unit_name(unit_m), Origin.FILE, 0.0, 0.0)
    return metres, describe_depth(metres, info, path.name)
