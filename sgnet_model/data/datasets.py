"""Data sets recognised by the layout of their root folder.

A new one is a file with a function from the root to a `DataSet` (None: not its layout) and a line
in `RECOGNISERS`; one that may lie in many folders below the root is a layout in `layouts/`. What
none of them knows is searched for pairs by `folder`.
"""

from __future__ import annotations

from pathlib import Path

from .bags import bag_frames, is_bag
from .cityscapes import cityscapes
from .dataset import DataSet, Recogniser
from .esanet_sun import esanet_sun
from .layouts import known_layout
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
    for recogniser in RECOGNISERS:
        found = recogniser(root)
        if found is not None:
            return found
    return None
