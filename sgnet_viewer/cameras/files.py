"""Which files and folders are streams by their names. Imports nothing: the window asks at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

RECORDED_BY_SENSOR = {".db3": "realsense", ".bag": "realsense"}
VIDEOS = {".mkv", ".mp4", ".avi", ".mov", ".m4v", ".webm", ".mpg", ".mpeg", ".wmv"}
STREAM_PATTERNS = " ".join(f"*{suffix}" for suffix in sorted({*VIDEOS, *RECORDED_BY_SENSOR}))
COLOUR_NAMES = ("colour.mkv", "color.mkv", "rgb.mkv")  # of a pair of videos
DEPTH_NAME = "depth.mkv"


def streamed(paths: Sequence[str]) -> str:
    """The source that `paths` name where only live mode can read it, else "".

    A sensor's recording, a video, the folder of a pair of videos, or both files of such a pair.
    """
    if len(paths) == 2 and _are_pair(*map(Path, paths)):
        return paths[0]
    if len(paths) != 1:
        return ""
    path = Path(paths[0]).expanduser()
    if path.suffix.lower() in VIDEOS | RECORDED_BY_SENSOR.keys() and not os.path.isdir(path):
        return paths[0]
    colours = (os.path.isfile(path / name) for name in COLOUR_NAMES)
    return paths[0] if os.path.isfile(path / DEPTH_NAME) and any(colours) else ""


def _are_pair(one: Path, other: Path) -> bool:
    names = {one.name, other.name}
    return one.parent == other.parent and DEPTH_NAME in names and bool(names & {*COLOUR_NAMES})
