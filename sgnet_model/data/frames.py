"""A list of frames that are loaded one at a time: what every source of files looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, SupportsIndex

from sgnet_model.types import Frame, Intrinsics, UInt8Array, UserError
from sgnet_model.untrusted import reading

from .indexed import Indexed
from .label_offset import LabelNumbers
from .pair import load_pair
from .reading import PLAIN, Reading


class FrameSet(Protocol):
    """Frames by index. Making one reads no picture; `load` may be called from any thread."""

    @property
    def name(self) -> str:
        """What was opened, for titles and recent files."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the set as a whole: what was chosen, what was left out."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: SupportsIndex) -> Frame:
        """`load`, counted from the end where negative."""

    def __iter__(self) -> Iterator[Frame]:
        """Every frame in order, each loaded when its turn comes."""

    def frame_name(self, index: int) -> str:
        """Short and telling, without loading the frame."""

    def load(self, index: int, strict: bool = True) -> Frame:
        """The frame at `index`, 0-based; raises UserError.

        With `strict=False` unusable depth gives a frame without depth and a note, as in
        `load_pair`.
        """

    def splits(self) -> tuple[str, ...]:
        """The parts the data set is divided into ("train", "test"), in its order; often none."""

    def split(self, name: str) -> FrameSet:
        """The frames of one part; raises UserError where there is no such part."""

    def scene(self, index: int) -> str:
        """The scene or place the frame was taken in; empty where the data set does not say."""


@dataclass(frozen=True, slots=True)
class FramePaths:
    """The files of one frame."""

    name: str
    rgb: Path
    depth: Path | None
    labels: Path | None = None
    split: str = ""
    hha: Path | None = None  # ready, where the data set brings it


class PairSet(Indexed):
    """Frames that are files: an RGB and a depth file each.

    `reading`: how the data set stores what files alone leave open. `label_offset`: see
    `open_frames`; `numbers`: what was found out about it for a set that these are a part of.
    """

    def __init__(
        self,
        name: str,
        frames: tuple[FramePaths, ...],
        *,
        unit: str | None = None,
        intrinsics: Intrinsics | Path | str | None = None,
        notes: tuple[str, ...] = (),
        reading: Reading = PLAIN,
        label_offset: int | None = None,
        numbers: LabelNumbers | None = None,
    ) -> None:
        self.name = name
        self._notes = notes
        self.frames = frames
        labels = [(frame.labels, frame.rgb) for frame in frames if frame.labels is not None]
        self._numbers = numbers or LabelNumbers(reading, labels, label_offset)
        self._unit = unit
        self._intrinsics = intrinsics
        self._reading = reading

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def notes(self) -> tuple[str, ...]:
        """See `FrameSet`. A few labels are read at the first call, to see how they count."""
        return (*self._notes, *self._numbers.notes)

    def frame_name(self, index: int) -> str:
        """See `FrameSet`."""
        return self._paths(index).name

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`."""
        paths = self._paths(index)
        with reading(paths.rgb, f"The frame {paths.name} cannot be read: check its files."):
            return load_pair(
                paths.rgb,
                paths.depth,
                unit=self._unit,
                intrinsics=self._intrinsics,
                labels_path=paths.labels,
                name=paths.name,
                strict=strict,
                reading=self._numbers.reading,
            )

    def picture(self, index: int) -> UInt8Array:
        """(H, W, 3) uint8 RGB: colour alone, for a small picture of it. Raises UserError."""
        return self._reading.rgb(self._paths(index).rgb)[0]

    def hha_path(self, index: int) -> Path | None:
        """The frame's ready HHA picture, where the data set lists one that is there."""
        path = self._paths(index).hha
        return path if path is not None and path.is_file() else None

    def splits(self) -> tuple[str, ...]:
        """See `FrameSet`."""
        return tuple(dict.fromkeys(frame.split for frame in self.frames if frame.split))

    def split(self, name: str) -> PairSet:
        """See `FrameSet`."""
        check_split(name, self.splits(), self.name)
        return PairSet(
            f"{self.name} {name}",
            tuple(frame for frame in self.frames if frame.split == name),
            unit=self._unit,
            intrinsics=self._intrinsics,
            notes=self._notes,
            reading=self._reading,
            numbers=self._numbers,
        )

    def scene(self, index: int) -> str:
        """See `FrameSet`."""
        return self._reading.scene(self._paths(index).rgb)

    def _paths(self, index: int) -> FramePaths:
        check_index(index, len(self.frames), self.name)
        return self.frames[index]


class Subset(Indexed):
    """Some frames of a set, in the given order; it has no splits of its own."""

    def __init__(self, frames: FrameSet, indices: Sequence[int]) -> None:
        self.name, self.notes = frames.name, frames.notes
        self._frames, self._indices = frames, indices

    def __len__(self) -> int:
        return len(self._indices)

    def frame_name(self, index: int) -> str:
        """See `FrameSet`."""
        return self._frames.frame_name(self._of(index))

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`."""
        return self._frames.load(self._of(index), strict)

    def splits(self) -> tuple[str, ...]:
        """See `FrameSet`."""
        return ()

    def split(self, name: str) -> FrameSet:
        """See `FrameSet`."""
        check_split(name, (), self.name)
        return self

    def scene(self, index: int) -> str:
        """See `FrameSet`."""
        return self._frames.scene(self._of(index))

    def _of(self, index: int) -> int:
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
