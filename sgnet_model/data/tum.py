"""TUM RGB-D sequences: pictures named by time, colour and depth taken at different moments."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .frames import FramePaths
from .listing import Listing, list_folder
from .pairing import TIMESTAMP, nearest, seconds_of
from .text_lists import cells_of, lines_of

COLOUR_LISTS = ("rgb", "color", "colour", "image")
DEPTH_LISTS = ("aligned_depth", "depth_registered", "depth")  # OpenLORIS has both
ASSOCIATIONS = "*assoc*.txt"  # associations.txt, associate.txt, rgbd_assoc.txt

_TIME = re.compile(r"\d{1,25}(?:\.\d{1,12})?")


def tum_frames(listing: Listing) -> tuple[list[FramePaths], str]:
    """The colour pictures of a sequence, each with the depth nearest in time (None: too far off).

    And a sentence on how they were paired, or "". Read from an association file ("time rgb time
    depth"), from `rgb.txt` and `depth.txt` ("timestamp filename", # comments), also called
    `color.txt` and `aligned_depth.txt`, else from the folders `rgb` and `depth` where their files
    are named by timestamps. Empty for other folders. A depth picture may serve two colour pictures.
    """
    associated = _associated(listing.path)
    if associated:
        return associated, ""
    colours, depths = _stamped(listing, COLOUR_LISTS), _stamped(listing, DEPTH_LISTS)
    if not colours or not depths:
        return [], ""
    pairing = nearest(colours, depths)
    pairs = zip(colours, pairing.partners, strict=True)
    return [FramePaths(path.stem, path, depth) for (_, path), depth in pairs], pairing.note


def _stamped(listing: Listing, kinds: tuple[str, ...]) -> list[tuple[float, Path]]:
    """(seconds, path), in the order of time; of several lists the first whose files are there."""
    files = [listing.path / f"{kind}.txt" for kind in kinds]
    lists = [entries for file in files if file.is_file() and (entries := _from_list(file))]
    for entries in lists:
        if os.path.isfile(entries[0][1]) or entries is lists[-1]:
            return sorted(entries)
    folder = listing.folder(*kinds)
    pictures = list_folder(folder).pictures if folder else ()
    if not all(TIMESTAMP.fullmatch(path.stem) for path in pictures):
        return []
    return sorted((float(path.stem), path) for path in pictures)


def _from_list(file: Path) -> list[tuple[float, Path]]:
    """Lines that are not "timestamp filename" are passed over: the lists have headers."""
    entries = []
    for line in lines_of(file):
        cells = cells_of(line)
        if len(cells) > 1 and _TIME.fullmatch(cells[0]):
            entries.append((seconds_of(cells[0]), file.parent / cells[1]))
    return entries


def _associated(root: Path) -> list[FramePaths]:
    """Of lines "time file time file", in either order; empty where a file of them is missing."""
    file = next((path for path in sorted(root.glob(ASSOCIATIONS)) if path.is_file()), None)
    frames = []
    for line in lines_of(file) if file else ():
        cells = cells_of(line)
        if len(cells) != 4 or not (_TIME.fullmatch(cells[0]) and _TIME.fullmatch(cells[2])):
            continue
        first, second = root / cells[1], root / cells[3]
        rgb, depth = (second, first) if "depth" in cells[1].lower() else (first, second)
        frames.append(FramePaths(rgb.stem, rgb, depth))
    first_pair = (frames[0].rgb, frames[0].depth) if frames else ()
    return frames if all(path is not None and os.path.isfile(path) for path in first_pair) else []
