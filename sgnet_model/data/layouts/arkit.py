"""ARKitScenes: `lowres_wide`, `vga_wide` or `wide`, `lowres_depth` or `highres_depth` (mm).

Files are named VIDEO_SECONDS.png; cameras are `*_intrinsics/VIDEO_SECONDS.pincam` ("width height
fx fy cx cy"), whose times differ by a few milliseconds from the pictures'.
"""

from __future__ import annotations

import re
from pathlib import Path

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.folder_pairs import match_folders
from sgnet_model.data.listing import natural
from sgnet_model.data.pairing import by_time, nearest
from sgnet_model.data.reading import Reading, depth_in, folder_above
from sgnet_model.types import Intrinsics, Origin
from sgnet_model.untrusted import number, read_text, whole

from .confidence import SAID, with_confidence
from .types import Names

# The pictures that each depth is aligned with, the larger first.
_PAIRS = (
    ("wide", "highres_depth"),
    ("vga_wide", "lowres_depth"),
    ("lowres_wide", "lowres_depth"),
    ("wide", "lowres_depth"),
)
# The seconds have too few digits to be known as a time in any name: "40753679_6790.123".
_SECONDS = re.compile(r".+_(\d+\.\d+)")


def arkit_scenes(folder: Path, names: Names) -> DataSet | None:
    """The first pair of folders that is there."""
    pair = next((pair for pair in _PAIRS if names.has_folders(*pair)), None)
    if pair is None:
        return None
    colour, depth = pair
    found = match_folders(folder / colour, folder / depth)
    read = depth_in("mm")
    said: tuple[str, ...] = ()
    if depth == "lowres_depth" and "confidence" in names.folders:
        read = with_confidence(read, lambda path: folder / "confidence" / path.name)
        said = (SAID,)
    cameras = sorted((folder / f"{colour}_intrinsics").glob("*.pincam"), key=natural)
    timed = [(_seconds(path), path) for path in cameras]
    at_times = [(seconds, path) for seconds, path in timed if seconds is not None]

    def camera(rgb: Path, _width: int, _height: int) -> Intrinsics | None:
        if not cameras:
            return None
        own = _seconds(rgb)
        pairing = nearest([(own, rgb)], at_times) if own is not None else by_time([rgb], cameras)
        partner = pairing.partners[0]
        return None if partner is None else _pincam(partner)

    reading = Reading(read, camera=camera, scene=folder_above)
    return DataSet(found.frames, reading, (*said, *found.notes))


def _seconds(path: Path) -> float | None:
    """Of VIDEO_SECONDS, None for other names."""
    found = _SECONDS.fullmatch(path.stem)
    return float(found[1]) if found else None


def _pincam(path: Path) -> Intrinsics | None:
    try:
        width, height, *rest = read_text(path, 10_000).split()[:6]
        fx, fy, cx, cy = map(number, rest)
        return Intrinsics(fx, fy, cx, cy, whole(width, 1), whole(height, 1), Origin.FILE)
    except ValueError:
        return None
