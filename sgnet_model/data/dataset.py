"""A data set recognised by its layout, and what the recognisers share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .frames import FramePaths
from .listing import list_folder
from .reading import PLAIN, Reading, read_apart
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


def merged_sets(root: Path, parts: Sequence[tuple[Path, DataSet]]) -> DataSet:
    """One set of those in several folders below `root`: frames named by their place, each read as
    its own folder says. The only one, of `root` itself, stays as it is."""
    if len(parts) == 1 and parts[0][0] == root:
        return parts[0][1]
    frames = tuple(
        replace(frame, name=(folder.relative_to(root) / frame.name).as_posix())
        for folder, part in parts
        for frame in part.frames
    )
    notes = tuple(dict.fromkeys(note for _, part in parts for note in part.notes))
    return DataSet(frames, _each_as_its_own([part for _, part in parts]), notes)


def split_by_folders(root: Path, data: DataSet) -> DataSet:
    """With the splits that folders are called after: "train/rgb/1.png", "rgb/train/1.png".

    Where the set names splits itself, those stay. One folder of such a name among others is a scene
    or a user's trial; all frames lie below one, or two names are there.
    """
    if any(frame.split for frame in data.frames):
        return data
    splits = [_split_below(root, frame.rgb) for frame in data.frames]
    if len(set(splits)) == 2 and "" in splits:
        return data
    frames = zip(data.frames, splits, strict=True)
    return replace(data, frames=tuple(replace(frame, split=split) for frame, split in frames))


def _split_below(root: Path, rgb: Path) -> str:
    """The first folder between `root` and the picture that is called like a split; or ""."""
    try:
        folders = rgb.absolute().relative_to(root.absolute()).parts[:-1]
    except ValueError:  # a list names pictures elsewhere
        return ""
    return next((name.lower() for name in folders if name.lower() in SPLIT_NAMES), "")


def _each_as_its_own(parts: Sequence[DataSet]) -> Reading:
    """The files of each part are read as it says; a list's may lie in any folder."""
    readings = {
        path: part.reading for part in parts for frame in part.frames for path in frame.files
    }
    apart = read_apart(readings.__getitem__)
    first, *others = (part.reading.labels for part in parts if part.frames)
    return replace(apart, labels=first) if all(other == first for other in others) else apart
