"""Polycam's raw export: `keyframes/{images,depth,confidence,cameras}/TIME.*`, depth in mm."""

from __future__ import annotations

from pathlib import Path

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.folder_pairs import match_folders
from sgnet_model.data.reading import Reading, depth_in

from .confidence import SAID, with_confidence
from .types import Names


def polycam(folder: Path, names: Names) -> DataSet | None:
    """`corrected_images` (with `corrected_cameras`) where the scan was optimised, else `images`.

    The camera of each frame lies in `cameras/`, or `corrected_cameras/`, under the frame's name.
    """
    if not names.has_folders("depth") or not names.folders & {"cameras", "corrected_cameras"}:
        return None
    colour = "corrected_images" if "corrected_images" in names.folders else "images"
    if colour not in names.folders:
        return None
    found = match_folders(folder / colour, folder / "depth")
    sure = with_confidence(depth_in("mm"), lambda path: folder / "confidence" / f"{path.stem}.png")
    said = (SAID,) if "confidence" in names.folders else ()
    reading = Reading(sure, scene=lambda rgb: rgb.parents[2].name)
    return DataSet(found.frames, reading, (*said, *found.notes))
