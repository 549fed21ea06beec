"""A data set recognised by its layout, and what the recognisers share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from .frames import FramePaths
from .listing import list_folder
from .reading import PLAIN, Reading
from .suffixes import PICTURE_SUFFIXES

SPLIT_NAMES = ("train", "val", "valid", "test")


@dataclass(frozen=True, slots=True)
class DataSet:
    """Frames in the data set's order, and how their files are read. No picture was opened."""

    frames: tuple[FramePaths, ...]
    reading: Reading = PLAIN
    notes: tuple[str, ...] = ()


Recogniser = Callable[[Path], DataSet | None]  # None: not this layout


def pictures_by_stem(folder: Path | None) -> dict[str, Path]:
    """Of one folder, listed once: data sets put ten thousand files in it."""
    if folder is None or not folder.is_dir():
        return {}
    return {path.stem: path for path in list_folder(folder).pictures}


def without_suffix(name: str) -> str:
    """ "a/0001.png" -> "a/0001"; what is no picture's suffix stays ("scene_0.5")."""
    head, dot, suffix = name.rpartition(".")
    return head if dot and f".{suffix.lower()}" in PICTURE_SUFFIXES else name


def named_apart(
    frames: Iterable[FramePaths], long_name: Callable[[FramePaths], str] | None = None
) -> tuple[FramePaths, ...]:
    """Where two frames share a name, all take `long_name` (by default split/name)."""
    frames = tuple(frames)
    if max(Counter(frame.name for frame in frames).values(), default=0) < 2:
        return frames
    name = long_name or (lambda frame: f"{frame.split}/{frame.name}")
    return tuple(replace(frame, name=name(frame)) for frame in frames)
