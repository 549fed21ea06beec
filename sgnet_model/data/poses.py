"""Where the camera stood for a picture, from the files that sequences bring beside it.

A pose takes points from the camera's frame (x right, y down, z forward) to the sequence's world.
Found for a picture `SEQUENCE/colour/0007.png` are, in this order:

- a file of its own: `SEQUENCE/pose/0007.txt` (ScanNet), `poses/`, or `0007.pose.txt` beside it
  (7-Scenes): 4 x 4 numbers;
- a line of `groundtruth.txt` and its like (TUM): time, position, quaternion x y z w; the one
  nearest in time, by the picture's name or by the list of a recording;
- a block of `trajectory.log` and its like (Redwood): three whole numbers, then 4 x 4; or a line of
  `traj.txt` with 16 or 12 numbers (Replica, KITTI); by the picture's place among the colour
  pictures beside it where there are as many of them as poses, else by the number in its name.
"""

from __future__ import annotations

import bisect
import csv
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UserError
from sgnet_model.untrusted import number, reading

from .listing import Role, list_folder, role_of
from .pairing import MAX_GAP_S, numbers_of
from .recording_format import INDEX
from .text_lists import cells_of, decimal, delimiter_of, lines_of, text_of

Pose = NDArray[np.float64]  # (4, 4), world from camera, metres

POSE_FOLDERS = ("pose", "poses")
TRAJECTORIES = (  # in the order of preference
    *("groundtruth.txt", "trajectory.txt", "trajectory.log", "traj.txt", "traj.log"),
    *("poses.txt", "odometry.log", "CameraTrajectory.txt"),
)
FARTHEST_M = 1e5
SLACK = 0.02  # of a rotation: printed with few digits
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """`poses`: None where the tracking was lost. `times`: seconds, ascending; () by order."""

    poses: tuple[Pose | None, ...]
    times: tuple[float, ...] = ()

    def at_time(self, seconds: float) -> Pose | None:
        """The nearest, where it is not farther than depth may be from colour."""
        place = bisect.bisect(self.times, seconds)
        near = [at for at in (place - 1, place) if 0 <= at < len(self.times)]
        best = min(near, key=lambda at: abs(self.times[at] - seconds), default=None)
        if best is None or abs(self.times[best] - seconds) > MAX_GAP_S:
            return None
        return self.poses[best]

    def at_place(self, place: int) -> Pose | None:
        """That of the picture with this number, 0-based; None where there is none."""
        return self.poses[place] if 0 <= place < len(self.poses) else None


def find_pose(rgb: Path) -> Pose | None:
    """The pose of a picture; None where there is none. UserError for a file that is no poses."""
    own = _own_file(rgb)
    if own is not None:
        return read_matrix(own)
    file = trajectory_file(rgb)
    if file is None:
        return None
    trajectory = _trajectory(file, file.stat().st_mtime_ns)
    if trajectory.times:
        seconds = _seconds(rgb)
        return None if seconds is None else trajectory.at_time(seconds)
    return trajectory.at_place(_place(rgb, len(trajectory.poses)))


def trajectory_file(rgb: Path) -> Path | None:
    """The file with the poses of a picture's sequence, where there is one."""
    folders = (rgb.parent.parent, rgb.parent)
    files = (folder / name for folder in folders for name in TRAJECTORIES)
    return next((file for file in files if os.path.isfile(file)), None)


def read_matrix(path: Path) -> Pose | None:
    """4 x 4 numbers; None where they are no pose, as ScanNet writes for a camera that was lost."""
    with reading(path, f"{path.name} is no pose: 4 x 4 numbers were expected."):
        values = [float(cell) for line in lines_of(path) for cell in cells_of(line)]
        if len(values) != 16:
            raise UserError(f"{path.name} holds {len(values)} numbers: a pose has 4 x 4.")
    return _checked(np.array(values).reshape(4, 4))


def read_trajectory(path: Path) -> Trajectory:
    """Poses in one of the layouts above, recognised by its first line. Raises UserError."""
    rows = [cells_of(line) for line in lines_of(path) if not line.startswith("#")]
    sentence = (
        f"{path.name} is no trajectory: lines of time, position and quaternion were expected, "
        "blocks of 4 x 4 numbers, or lines of 16 or 12."
    )
    with reading(path, sentence):
        found = _parsed(rows)
        if not found.poses:
            raise UserError(sentence)
        return found


def _parsed(rows: Sequence[Sequence[str]]) -> Trajectory:
    """Without poses where the first line is of no layout."""
    kind = len(rows[0]) if rows else 0
    if kind == 8:
        return _timed(rows)
    if kind in (12, 16):
        return Trajectory(tuple(_from_numbers(row) for row in rows))
    return _in_blocks(rows, head=kind == 3) if kind in (3, 4) else Trajectory(())


@lru_cache(maxsize=16)
def _trajectory(path: Path, _changed_ns: int) -> Trajectory:
    return read_trajectory(path)


def _timed(rows: Sequence[Sequence[str]]) -> Trajectory:
    stamped = []
    for row in rows:
        time_s, *values = (float(cell) for cell in row[:8])
        stamped.append((number(time_s), _checked(_from_quaternion(np.array(values)))))
    stamped.sort(key=lambda pair: pair[0])
    return Trajectory(tuple(pose for _, pose in stamped), tuple(time_s for time_s, _ in stamped))


def _in_blocks(rows: Sequence[Sequence[str]], *, head: bool) -> Trajectory:
    size = 5 if head else 4
    blocks = (rows[at + size - 4 : at + size] for at in range(0, len(rows) - size + 1, size))
    numbers = ([cell for row in block for cell in row] for block in blocks)
    return Trajectory(tuple(_from_numbers(cells) for cells in numbers))


def _from_numbers(cells: Sequence[str]) -> Pose | None:
    """16 numbers by row, or the first 12 of them."""
    matrix = np.eye(4)
    values = np.array([float(cell) for cell in cells])
    matrix.reshape(-1)[: values.size] = values
    return _checked(matrix)


def _from_quaternion(values: Pose) -> Pose:
    """tx ty tz qx qy qz qw."""
    matrix = np.eye(4)
    length = float(np.linalg.norm(values[3:]))
    x, y, z, w = values[3:] / (length or 1.0)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    matrix[:3, 3] = values[:3]
    return matrix


def _checked(matrix: Pose) -> Pose | None:
    """A rigid motion, else None."""
    rotation = matrix[:3, :3]
    if not np.isfinite(matrix).all() or np.abs(matrix[:3, 3]).max() > FARTHEST_M:
        return None
    rigid = np.abs(rotation @ rotation.T - np.eye(3)).max() < SLACK
    return matrix if rigid and np.linalg.det(rotation) > 0 else None


def _own_file(rgb: Path) -> Path | None:
    stem = rgb.stem.removesuffix(".color")
    files = (
        *(rgb.parent.parent / folder / f"{stem}.txt" for folder in POSE_FOLDERS),
        rgb.with_name(f"{stem}.pose.txt"),
    )
    return next((file for file in files if os.path.isfile(file)), None)


def _place(rgb: Path, poses: int) -> int:
    """Of a picture's pose among so many, 0-based; -1 where nothing tells it."""
    try:
        changed = rgb.parent.stat().st_mtime_ns
    except OSError:
        return -1
    return _places(rgb.parent, role_of(rgb), poses, changed).get(rgb.name, -1)


@lru_cache(maxsize=16)
def _places(folder: Path, role: Role, poses: int, _changed_ns: int) -> dict[str, int]:
    """The places of the pictures of one role by name: depth may lie in the same folder.

    Where pictures were left out of the folder, or poses of the file, the one number that differs
    from name to name is the place. It counts from 0, but from 1 where it ends at `poses`.
    """
    pictures = [path for path in list_folder(folder).pictures if role_of(path) is role]
    if len(pictures) == poses:
        return {path.name: place for place, path in enumerate(pictures)}
    numbers = [found[0] for found in numbers_of(pictures) if len(found) == 1]
    if not numbers or len(set(numbers)) < len(pictures):
        return {}
    first = 1 if min(numbers) > 0 and max(numbers) == poses else 0
    return {path.name: at - first for path, at in zip(pictures, numbers, strict=True)}


def _seconds(rgb: Path) -> float | None:
    """When a picture was taken: as a recording's list says, else by its name."""
    index = rgb.parent.parent / INDEX
    if os.path.isfile(index):
        return _recorded(index, index.stat().st_mtime_ns).get(rgb.name)
    return float(rgb.stem) if _DECIMAL.fullmatch(rgb.stem) else None


@lru_cache(maxsize=16)
def _recorded(index: Path, _changed_ns: int) -> dict[str, float]:
    """Seconds since the recording began by a picture's name."""
    lines = text_of(index).splitlines()
    with reading(index, f"{index} is not a list of frames: restore it."):
        rows = csv.DictReader(lines, delimiter=delimiter_of(lines[0]) if lines else ",")
        return {
            row["rgb"].replace("\\", "/").rpartition("/")[2]: number(decimal(row["time_s"]))
            for row in rows
            if row.get("rgb") and row.get("time_s")
        }
