"""VOID: `image/TIME.png`, `ground_truth/TIME.png` (1/256 m), `sparse_depth/`, `K.txt`."""

from __future__ import annotations

from pathlib import Path

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.folder_pairs import match_folders
from sgnet_model.data.reading import Reading, counted_in, folder_above
from sgnet_model.types import Origin

from .types import Names


def void(folder: Path, names: Names) -> DataSet | None:
    """A sequence; `sparse_depth`, a few hundred points, only where there is nothing else."""
    if not names.has_folders("image") or not names.folders & {"sparse_depth", "validity_map"}:
        return None
    depth = next((name for name in ("ground_truth", "sparse_depth") if name in names.folders), "")
    if not depth:
        return None
    found = match_folders(folder / "image", folder / depth)
    said = ("Depth is read from sparse_depth: a few hundred points a frame.",)
    reading = Reading(counted_in(1 / 256, Origin.DATASET), scene=folder_above)
    return DataSet(
        found.frames, reading, (*(said if depth == "sparse_depth" else ()), *found.notes)
    )
