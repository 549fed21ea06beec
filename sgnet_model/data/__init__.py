"""RGBD frames and data sets on disk."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .depth import metric_depth, to_metres
    from .depth_guess import guess_unit
    from .depth_units import UNITS
    from .frames import FrameSet
    from .intrinsics import guess_intrinsics, resolve_intrinsics
    from .labels import read_labels
    from .open import open_frames
    from .pair import load_pair
    from .pair_set import PairSet
    from .palettes import CITYSCAPES19, NYU13, NYU40, SCHEMES, SUN37, scheme_for

__all__ = [
    "CITYSCAPES19",
    "NYU13",
    "NYU40",
    "SCHEMES",
    "SUN37",
    "UNITS",
    "FrameSet",
    "PairSet",
    "guess_intrinsics",
    "guess_unit",
    "load_pair",
    "metric_depth",
    "open_frames",
    "read_labels",
    "resolve_intrinsics",
    "scheme_for",
    "to_metres",
]

# Read when it is first used: a palette is wanted before the window's first paint, readers are not.
_PLACES = {
    ".depth": ("metric_depth", "to_metres"),
    ".depth_guess": ("guess_unit",),
    ".depth_units": ("UNITS",),
    ".frames": ("FrameSet",),
    ".intrinsics": ("guess_intrinsics", "resolve_intrinsics"),
    ".labels": ("read_labels",),
    ".open": ("open_frames",),
    ".pair": ("load_pair",),
    ".pair_set": ("PairSet",),
    ".palettes": ("CITYSCAPES19", "NYU13", "NYU40", "SCHEMES", "SUN37", "scheme_for"),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _PLACE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACE_OF[name], __name__), name)
