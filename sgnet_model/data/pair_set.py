"""A set of frames that are files: an RGB and a depth file each."""

from __future__ import annotations

from copy import copy
from pathlib import Path

from sgnet_model.types import Frame, Intrinsics, UInt8Array
from sgnet_model.untrusted import reading

from .frames import FramePaths, FrameSet, check_index, check_split
from .label_offset import LabelNumbers
from .pair import load_pair
from .reading import PLAIN, Reading


class PairSet(FrameSet):
    """The `frames` of a data set, or of whatever the user named.

    `reading`: how the data set stores what files alone leave open. `unit`, `intrinsics`,
    `label_offset`: see `open_frames`.
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
    ) -> None:
        super().__init__(name)
        self._notes = notes
        self.frames = frames
        labels = [(frame.labels, frame.rgb) for frame in frames if frame.labels is not None]
        self._numbers = LabelNumbers(reading, labels, label_offset)
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
        return self.paths(index).name

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`."""
        paths = self.paths(index)
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
        """See `FrameSet`. The depth is not read."""
        return self._reading.rgb(self.paths(index).rgb)[0]

    def paths(self, index: int) -> FramePaths:
        """See `FrameSet`."""
        check_index(index, len(self.frames), self.name)
        return self.frames[index]

    def splits(self) -> tuple[str, ...]:
        """See `FrameSet`."""
        return tuple(dict.fromkeys(frame.split for frame in self.frames if frame.split))

    def split(self, name: str) -> PairSet:
        """See `FrameSet`. Its labels count as those of the whole set."""
        check_split(name, self.splits(), self.name)
        part = copy(self)
        part.name = f"{self.name} {name}"
        part.frames = tuple(frame for frame in self.frames if frame.split == name)
        return part

    def scene(self, index: int) -> str:
        """See `FrameSet`."""
        return self._reading.scene(self.paths(index).rgb)
