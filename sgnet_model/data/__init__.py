"""RGBD frames and data sets on disk."""

from .depth import UNITS, guess_unit, metric_depth, to_metres
from .frames import FrameSet, PairSet
from .intrinsics import guess_intrinsics, resolve_intrinsics
from .labels import read_labels
from .open import open_frames
from .pair import load_pair
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
