"""Which files and folders are streams by their names. Imports nothing: the window asks at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sgnet_model.files import expanded

RECORDED_BY_SENSOR = {".db3": "realsense", ".bag": "realsense"}
REALSENSE_TOPIC = b"/device_0/"  # how all topics of its SDK's recordings begin
BAGS = (b"#ROSBAG V2.0", b"SQLite format 3")  # how bags of ROS 1 and 2 begin
EDGE_BYTES = 1 << 20  # of a bag, where the names of its topics stand: its beginning or its end
VIDEOS = {".mkv", ".mp4", ".avi", ".mov", ".m4v", ".webm", ".mpg", ".mpeg", ".wmv"}
STREAM_PATTERNS = " ".join(f"*{suffix}" for suffix in sorted({*VIDEOS, *RECORDED_BY_SENSOR}))
COLOUR_NAMES = ("colour.mkv", "color.mkv", "rgb.mkv")  # of a pair of videos
DEPTH_NAME = "depth.mkv"


def is_recorded_by_sensor(path: Path) -> bool:
    """Whether a .bag or .db3 is a sensor's own, by its topics: others are bags of ROS.

    What is neither counts as the sensor's, whose reader says what is wrong.
    """
    if path.suffix.lower() not in RECORDED_BY_SENSOR or not os.path.isfile(path):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(EDGE_BYTES)
            file.seek(max(0, os.path.getsize(path) - EDGE_BYTES))
            end = file.read(EDGE_BYTES)
    except OSError:
        return True
    return not head.startswith(BAGS) or REALSENSE_TOPIC in head or REALSENSE_TOPIC in end


def streamed(paths: Sequence[str]) -> str:
    """The source that `paths` name where only live mode can read it, else "".

    A sensor's recording, a video, the folder of a pair of videos, or both files of such a pair.
    """
    if len(paths) == 2 and _are_pair(*map(Path, paths)):
        return paths[0]
    if len(paths) != 1:
        return ""
    path = expanded(paths[0])
    if is_recorded_by_sensor(path) or (path.suffix.lower() in VIDEOS and not os.path.isdir(path)):
        return paths[0]
    colours = (os.path.isfile(path / name) for name in COLOUR_NAMES)
    return paths[0] if os.path.isfile(path / DEPTH_NAME) and any(colours) else ""


def _are_pair(one: Path, other: Path) -> bool:
    names = {one.name, other.name}
    return one.parent == other.parent and DEPTH_NAME in names and bool(names & {*COLOUR_NAMES})
