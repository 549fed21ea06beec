"""TUM RGB-D sequences: pictures named by time, colour and depth taken at different moments."""

from __future__ import annotations

import bisect
import re
from pathlib import Path

from .frames import FramePaths
from .listing import Listing, list_folder

MAX_GAP_S = 0.02  # the benchmark's own limit

_TIMESTAMP = re.compile(r"\d{9,}\.\d+")


def tum_frames(listing: Listing) -> list[FramePaths]:
    """The colour pictures of a sequence, each with the depth nearest in time (None: 0.02 s off).

    Read from `rgb.txt` and `depth.txt` ("timestamp filename", # comments), else from the folders
    `rgb` and `depth` where their files are named by timestamps. Empty for other folders. A depth
    picture may serve two colour pictures.
    """
    colours, depths = _stamped(listing, "rgb"), _stamped(listing, "depth")
    if not colours or not depths:
        return []
    times = [time for time, _ in depths]
    return [
        FramePaths(path.stem, path, _nearest(time, times, [path for _, path in depths]))
        for time, path in colours
    ]


def _nearest(time: float, times: list[float], paths: list[Path]) -> Path | None:
    after = bisect.bisect_left(times, time)
    around = [index for index in (after - 1, after) if 0 <= index < len(times)]
    best = min(around, key=lambda index: abs(times[index] - time))
    return paths[best] if abs(times[best] - time) <= MAX_GAP_S else None


def _stamped(listing: Listing, kind: str) -> list[tuple[float, Path]]:
    """(seconds, path), in the order of time."""
    file = listing.path / f"{kind}.txt"
    if file.is_file():
        return sorted(_from_list(file))
    folder = listing.folder(kind)
    pictures = list_folder(folder).pictures if folder else ()
    if not all(_TIMESTAMP.fullmatch(path.stem) for path in pictures):
        return []
    return sorted((float(path.stem), path) for path in pictures)


def _from_list(file: Path) -> list[tuple[float, Path]]:
    """Lines that are not "timestamp filename" are passed over: the lists have headers."""
    entries = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split(maxsplit=1)
        if len(parts) == 2 and re.fullmatch(r"\d+(?:\.\d+)?", parts[0]):
            entries.append((float(parts[0]), file.parent / parts[1].strip()))
    return entries
