"""Data sets recognised by the layout of their root folder.

A new one is a file with a function from the root to a `DataSet` (None: not its layout) and a line
in `RECOGNISERS`; one that may lie in many folders below the root is a layout in `layouts/`. What
none of them knows, in the root or in its folders `train`, `test`, ..., is searched for pairs by
`folder`.
"""

from __future__ import annotations

from pathlib import Path

from sgnet_model.types import UserError

from .bags import bag_frames, is_bag
from .cityscapes import cityscapes
from .dataset import SPLIT_NAMES, DataSet, Recogniser, merged_sets
from .esanet_sun import esanet_sun
from .folder import find_frames
from .layouts import known_layout
from .listing import list_folder
from .nicr import nicr
from .recording import recording
from .rgb_depth_label import rgb_depth_label
from .sequences import icl_nuim, scannet
from .sgnet_lists import sgnet_lists
from .sunrgbd import sunrgbd


def _bag(root: Path) -> DataSet | None:
    return bag_frames(root) if is_bag(root) else None


RECOGNISERS: tuple[Recogniser, ...] = (
    recording,
    _bag,
    sgnet_lists,
    esanet_sun,
    sunrgbd,
    cityscapes,
    nicr,
    rgb_depth_label,
    icl_nuim,
    scannet,
    known_layout,
)


def recognise(root: Path) -> DataSet | None:
    """The data set whose layout `root` has; None where it is none of ours. Raises UserError."""
    root = root.absolute()
    return _by_layout(root) or _in_split_folders(root)


def _by_layout(root: Path) -> DataSet | None:
    for recogniser in RECOGNISERS:
        found = recogniser(root)
        if found is not None:
            return found
    return None


def _in_split_folders(root: Path) -> DataSet | None:
    """The data sets in the folders `train`, `test`, ... of `root`, each by a layout of ours or as
    plain pairs, which other folders may hold too; None where none has such a layout."""
    folders = list_folder(root).folders
    known = {one: _by_layout(one) for one in folders if one.name.lower() in SPLIT_NAMES}
    if not any(known.values()):
        return None
    return merged_sets(root, [(one, known.get(one) or _pairs_in(one)) for one in folders])


def _pairs_in(folder: Path) -> DataSet:
    """Nothing but a note where the folder cannot be listed."""
    try:
        found = find_frames(folder)
    except UserError as error:
        return DataSet((), notes=(str(error),))
    return DataSet(found.frames, notes=found.notes)
