"""Frames of a `FrameSet` as a camera would have sent them: with times and raw counts."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from sgnet_model.data import FrameSet, open_frames
from sgnet_model.data.depth_units import unit_called
from sgnet_model.data.images import read_depth
from sgnet_model.data.pairing import TIMESTAMP
from sgnet_model.data.recording import RecordedFrame, read_index, recordings_in
from sgnet_model.files import expanded
from sgnet_model.types import Frame, UserError
from sgnet_viewer.cameras.protocol import LiveFrame, UInt16Array

COARSEST_M = 0.01  # metres per count: what is coarser did not come as counts


@dataclass(frozen=True, slots=True, eq=False)
class ReplaySource:
    """What is replayed. `times_s`: seconds of each frame on the recorder's clock, None where
    nothing tells; `index`: the lines of our own recordings, else empty. `unit_given`: the depth
    unit is the user's, whatever the lines say.
    """

    frames: FrameSet
    times_s: tuple[float, ...] | None
    index: tuple[RecordedFrame, ...] = ()
    unit_given: bool = False

    def load(self, place: int) -> LiveFrame:
        """The frame at `place` of an endless sequence of rounds; UserError where it is damaged.

        A frame that came without usable depth is no damaged frame: it is shown without.
        """
        number = place % len(self.frames)
        frame = _loaded(self.frames, number)
        unit_m = self._unit_m(frame, number)
        if self.index and self.index[number].notes:
            frame = replace(frame, notes=(*frame.notes, *self.index[number].notes))
        return LiveFrame(
            frame=frame,
            number=place,
            captured_s=time.monotonic(),
            device_s=self._device_s(number),
            raw_depth=counts(frame, unit_m),
            depth_unit_m=unit_m or 0.001,
        )

    def _unit_m(self, frame: Frame, number: int) -> float | None:
        if self.index and not self.unit_given:
            return self.index[number].depth_unit_m
        return _metres_per_count(frame.depth_info.unit) if frame.depth_info else None

    def _device_s(self, number: int) -> float | None:
        if self.index:
            return self.index[number].device_s
        return self.times_s[number] if self.times_s else None


def open_source(path: str, unit: str = "", intrinsics: str = "") -> ReplaySource:
    """Whatever `open_frames` accepts. `unit`, `intrinsics`: "" for those of the files.

    Raises UserError.
    """
    frames = open_frames(path, unit=unit or None, intrinsics=intrinsics or None)
    folders = recordings_in(expanded(path).absolute())
    if folders:
        index = tuple(line for folder in folders for line in read_index(folder))
        return ReplaySource(frames, tuple(line.time_s for line in index), index, bool(unit))
    return ReplaySource(frames, _named_times(frames))


def _metres_per_count(unit: str) -> float | None:
    """None for units whose depth is no multiple of a count, and for those that data sets define."""
    try:
        metres = unit_called(unit).metres
    except UserError:
        return None
    return metres if metres is not None and metres <= COARSEST_M else None


def counts(frame: Frame, unit_m: float | None) -> UInt16Array | None:
    """(H, W) uint16: the counts whose product with `unit_m` the depth is, 0 = missing.

    None where depth did not come as counts, or was resized.
    """
    info = frame.depth_info
    if frame.depth_m is None or unit_m is None or (info and info.resized_from):
        return None
    counted = np.rint(frame.depth_m * np.float32(1 / unit_m))  # exact: float32 has 24 bits
    return counted.astype(np.uint16) if counted.max(initial=0) < 65535 else None


def _named_times(frames: FrameSet) -> tuple[float, ...] | None:
    """The times that are the names of all pictures, as in TUM's sequences."""
    files = map(frames.paths, range(len(frames)))
    stems = ["" if paths is None else paths.rgb.stem for paths in files]
    if not stems or not all(TIMESTAMP.fullmatch(stem) for stem in stems):
        return None
    return tuple(float(stem) for stem in stems)


def _loaded(frames: FrameSet, number: int) -> Frame:
    try:
        return frames.load(number)
    except UserError:
        _check_depth_file(frames, number)
        return frames.load(number, strict=False)


def _check_depth_file(frames: FrameSet, number: int) -> None:
    """Depth that can be decoded and yet not be used (all of it missing, say) is no damage."""
    paths = frames.paths(number)
    if paths is not None and paths.depth is not None and paths.depth.is_file():
        read_depth(paths.depth)  # not inside an archive or a video
