"""What a search through folders brings: frames, and what is to be said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .frames import FramePaths


@dataclass(frozen=True, slots=True)
class Found:
    """Frames of a folder and what the user should know about the choice."""

    frames: tuple[FramePaths, ...] = ()
    choices: tuple[str, ...] = ()  # said of every frame: which depth was preferred
    left_out: tuple[str, ...] = ()  # said of the folder: pictures that are no frame

    @property
    def notes(self) -> tuple[str, ...]:
        """All there is to say."""
        return (*self.choices, *self.left_out)

    def saying(self, note: str) -> Found:
        """With a choice more to be said; the same where `note` is empty."""
        return replace(self, choices=(*self.choices, note)) if note else self


def with_depth(frames: Sequence[FramePaths]) -> Found:
    """Leaves out pictures without depth, and says how many."""
    kept = tuple(frame for frame in frames if frame.depth is not None)
    missing = len(frames) - len(kept)
    if not kept or not missing:
        return Found(kept)
    example = next(frame.rgb.name for frame in frames if frame.depth is None)
    what = "picture" if missing == 1 else "pictures"
    return Found(kept, left_out=(f"Left out: {missing} {what} without depth, first {example}.",))


def merged(root: Path, parts: list[tuple[Path, Found]]) -> Found:
    """Those of several folders; where two frames share a name, all are named by their place."""
    names = Counter(frame.name for _, found in parts for frame in found.frames)
    clash = any(count > 1 for count in names.values())
    frames = [
        replace(frame, name=_placed(frame.name, folder, root)) if clash else frame
        for folder, found in parts
        for frame in found.frames
    ]
    choices = dict.fromkeys(note for _, found in parts for note in found.choices)
    left_out = dict.fromkeys(note for _, found in parts for note in found.left_out)
    return Found(tuple(frames), tuple(choices), tuple(left_out))


def _placed(name: str, folder: Path, root: Path) -> str:
    place = folder.relative_to(root)
    return (place if name == folder.name else place / name).as_posix()
