"""Frames of a data set on disk, as training takes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgnet_model.data.frames import FrameSet, Subset
from sgnet_model.data.labels import why_no_truth
from sgnet_model.data.open import open_frames
from sgnet_model.types import Frame, LabelScheme, UInt8Array, UserError

from .batches import BadFrame
from .held_out import left_in
from .whole_hha import KeptHha, ready_hha


@dataclass(frozen=True, slots=True)
class Files:
    """What the user named: whatever `open_frames` recognises. `split` None: all of it.

    `held_out`: the share of it that is left to validation, see `held_out`.
    """

    root: Path
    split: str | None = None
    unit: str | None = None
    intrinsics: str | None = None
    label_offset: int | None = None
    held_out: float = 0.0

    def open(self) -> FrameSet:
        """Reads lists, folders and a few labels, no picture. Raises UserError."""
        frames = open_frames(
            self.root,
            unit=self.unit,
            intrinsics=self.intrinsics,
            label_offset=self.label_offset,
        )
        frames = frames if self.split is None else frames.split(self.split)
        if not self.held_out:
            return frames
        return Subset(frames, left_in(len(frames), self.held_out))


class FileFrames:
    """A `FrameAt` over files, for a network with `scheme`'s number of classes.

    Travels to other processes as what the user named; each opens the set for itself.
    """

    def __init__(self, files: Files, scheme: LabelScheme, frames: FrameSet | None = None) -> None:
        self.files = files
        self.scheme = scheme
        self._frames = frames

    @property
    def frames(self) -> FrameSet:
        """Opened at the first need."""
        if self._frames is None:
            self._frames = self.files.open()
        return self._frames

    def __call__(self, index: int) -> Frame:
        """The frame with its depth and labels; `BadFrame` where it lacks them or is damaged."""
        try:
            frame = self.frames.load(index)
            _check(frame, self.scheme, self.frames.notes)
        except UserError as error:
            raise BadFrame(self.frames.frame_name(index), str(error)) from error
        return frame

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_frames": None}


class FileHha:
    """A `HhaAt` over files: the set's ready pictures, else `kept`."""

    def __init__(self, source: FileFrames, kept: KeptHha) -> None:
        self._source = source
        self._kept = kept

    def __call__(self, index: int, frame: Frame) -> UInt8Array:
        """See `HhaAt`; `BadFrame` where a ready picture cannot be used."""
        paths = self._source.frames.paths(index)
        ready = paths.hha if paths is not None else None
        if ready is None or not ready.is_file():
            return self._kept(index, frame)
        try:
            return ready_hha(ready, frame)
        except UserError as error:
            raise BadFrame(frame.name, str(error)) from error


def _check(frame: Frame, scheme: LabelScheme, notes: tuple[str, ...]) -> None:
    """`notes`: those of the whole set."""
    if frame.labels is None or frame.label_scheme is None:
        why = why_no_truth((*frame.notes, *notes))
        raise UserError(why or "It has no labels: training needs ground truth.")
    count, wanted = len(frame.label_scheme.classes), len(scheme.classes)
    if count != wanted:
        raise UserError(
            f"Its labels are {frame.label_scheme.name} with {count} classes and the network has "
            f"{wanted}: choose the recipe of this data set, or other labels."
        )
