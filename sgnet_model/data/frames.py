"""A list of frames that are loaded one at a time: what every source of files looks like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sgnet_model.types import Frame, Intrinsics, UserError

from .pair import load_pair


class FrameSet(Protocol):
    """Frames by index. Making one reads no picture; `load` may be called from any thread."""

    @property
    def name(self) -> str:
        """What was opened, for titles and recent files."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the set as a whole: what was chosen, what was left out."""

    def __len__(self) -> int: ...

    def frame_name(self, index: int) -> str:
        """Short and telling, without loading the frame."""

    def load(self, index: int, strict: bool = True) -> Frame:
        """The frame at `index`, 0-based; raises UserError.

        With `strict=False` unusable depth gives a frame without depth and a note, as in
        `load_pair`.
        """


@dataclass(frozen=True, slots=True)
class FramePaths:
    """The files of one frame."""

    name: str
    rgb: Path
    depth: Path | None
    labels: Path | None = None


class PairSet:
    """Frames that are files: an RGB and a depth file each."""

    def __init__(
        self,
        name: str,
        frames: tuple[FramePaths, ...],
        *,
        unit: str | None = None,
        intrinsics: Intrinsics | Path | str | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.notes = notes
        self.frames = frames
        self._unit = unit
        self._intrinsics = intrinsics

    def __len__(self) -> int:
        return len(self.frames)

    def frame_name(self, index: int) -> str:
        """See `FrameSet`."""
        return self._paths(index).name

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`."""
        paths = self._paths(index)
        return load_pair(
            paths.rgb,
            paths.depth,
            unit=self._unit,
            intrinsics=self._intrinsics,
            labels_path=paths.labels,
            name=paths.name,
            strict=strict,
        )

    def _paths(self, index: int) -> FramePaths:
        check_index(index, len(self.frames), self.name)
        return self.frames[index]


def check_index(index: int, count: int, name: str) -> None:
    """Raises UserError outside 0..count - 1."""
    if not 0 <= index < count:
        raise UserError(f"{name} has no frame {index}: give an index from 0 to {count - 1}.")
