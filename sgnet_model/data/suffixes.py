"""Which files may hold a picture, by their names; what they do hold, their first bytes tell."""

from __future__ import annotations

from collections.abc import Iterable

PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".ppm", ".pgm", ".pnm", ".pfm"}
    | {".tif", ".tiff", ".exr", ".npy", ".npz", ".h5", ".hdf5", ".mat"}
)
LOSSY_SUFFIXES = frozenset({".jpg", ".jpeg", ".webp"})  # no depth survives in these
# Beside a colour picture of the same name these hold its depth.
DEPTH_ONLY_SUFFIXES = frozenset(
    {".npy", ".exr", ".tif", ".tiff", ".pgm", ".pfm", ".npz", ".h5", ".hdf5", ".mat"}
)
DEPTH_SUFFIXES = frozenset({".png", *DEPTH_ONLY_SUFFIXES})


def patterns(suffixes: Iterable[str]) -> str:
    """As a file dialog writes them: "*.bmp *.png"."""
    return " ".join(f"*{suffix}" for suffix in sorted(suffixes))
