"""Sets of frames that are loaded one at a time: what every source of files looks like.

Light to import: readers are not.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import SupportsIndex

from sgnet_model.types import Frame, UInt8Array, UserError


@dataclass(frozen=True, slots=True)
class FramePaths:
    """The files of one frame. A path may go on behind a file's, into an archive or a video."""

    name: str
    rgb: Path
    depth: Path | None
    labels: Path | None = None
    split: str = ""
    hha: Path | None = None  # ready, where the data set lists it

    @property
    def files(self) -> tuple[Path, ...]:
        """Of colour and, where it has any, of depth."""
        return (self.rgb,) if self.depth is None else (self.rgb, self.depth)


class FrameSet(ABC):
    """Frames by index. Making one reads no picture; `load` may be called from any thread.

    `name`: what was opened, for titles and recent files. What not every set knows has an answer
    here that says so.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the set as a whole: what was chosen, what was left out."""
        return ()

    @abstractmethod
    def __len__(self) -> int: ...

    def __getitem__(self, index: SupportsIndex) -> Frame:
        """`load`, counted from the end where negative."""
        at = operator.index(index)
        return self.load(at + len(self) if at < 0 else at)

    def __iter__(self) -> Iterator[Frame]:
        """Every frame in order, each loaded when its turn comes."""
        return map(self.load, range(len(self)))

    @abstractmethod
    def frame_name(self, index: int) -> str:
        """Short and telling, without loading the frame."""

    @abstractmethod
    def load(self, index: int, strict: bool = True) -> Frame:
        """The frame at `index`, 0-based; raises UserError.

        With `strict=False` unusable depth gives a frame without depth and a note, as in
        `load_pair`.
        """

    def picture(self, index: int) -> UInt8Array:
        """(H, W, 3) uint8 RGB: colour alone, for a small picture of it. Raises UserError."""
        return self.load(index, strict=False).rgb

    def paths(self, index: int) -> FramePaths | None:  # noqa: ARG002
        """Where the frame's files lie; None where it does not come of files of its own."""
        return None

    def splits(self) -> tuple[str, ...]:
        """The parts the data set is divided into ("train", "test"), in its order; often none."""
        return ()

    def split(self, name: str) -> FrameSet:
        """The frames of one part; raises UserError where there is no such part."""
        check_split(name, self.splits(), self.name)
        raise NotImplementedError("a set with splits says how it is divided")

    def scene(self, index: int) -> str:  # noqa: ARG002
        """The scene or place the frame was taken in; empty where the data set does not say."""
        return ""


class Subset(FrameSet):
    """Some frames of a set, in the given order; it has no splits of its own."""

    def __init__(self, whole: FrameSet, indices: Sequence[int], name: str | None = None) -> None:
        super().__init__(whole.name if name is None else name)
        self._whole, self._indices = whole, indices

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of the whole set."""
        return self._whole.notes

    def __len__(self) -> int:
        return len(self._indices)

    def frame_name(self, index: int) -> str:
        """See `FrameSet`."""
        return self._whole.frame_name(self.at(index))

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`."""
        return self._whole.load(self.at(index), strict)

    def picture(self, index: int) -> UInt8Array:
        """See `FrameSet`."""
        return self._whole.picture(self.at(index))

    def paths(self, index: int) -> FramePaths | None:
        """See `FrameSet`."""
        return self._whole.paths(self.at(index))

    def scene(self, index: int) -> str:
        """See `FrameSet`."""
        return self._whole.scene(self.at(index))

    def at(self, index: int) -> int:
        """The frame's index in the whole set; UserError outside."""
        check_index(index, len(self._indices), self.name)
        return self._indices[index]


def check_index(index: int, count: int, name: str) -> None:
    """Raises UserError outside 0..count - 1."""
    if not 0 <= index < count:
        raise UserError(f"{name} has no frame {index}: give an index from 0 to {count - 1}.")


def check_split(name: str, splits: tuple[str, ...], where: str) -> None:
    """Raises UserError where `name` is not one of `splits`."""
    if name in splits:
        return
    if not splits:
        raise UserError(f"{where} is not divided into splits: leave the split {name!r} out.")
    raise UserError(f"{where} has no split {name!r}: use {' or '.join(splits)}.")
