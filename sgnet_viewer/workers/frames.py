"""Reading frames: what the frame thread and the thumbnail thread do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sgnet_model.files import expanded
from sgnet_model.types import Frame, Origin, UInt8Array
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.sources.target import open_target
from sgnet_viewer.state.session import Target

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet

THUMBNAIL_HEIGHT = 72  # pixels


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A set that was opened, and the frame of it to show first."""

    target: Target
    frames: FrameSet
    index: int
    frame: Frame


def open_and_load(target: Target, index: int | None, task: Task, name: str = "") -> Opened:
    """Open `target` and read frame `index` of it (None: the one it names, else the first).

    Where that frame is not called `name`, the one that is is taken, if there is one; "" for any.
    """
    task.report(f"Opening {target.title}")
    frames, named = open_target(target, task)
    wanted = named if index is None else min(index, len(frames) - 1)
    if name and frames.frame_name(wanted) != name:
        wanted = _index_of(frames, name, wanted)
    frame = load_frame(frames, wanted, task, target.camera_of(wanted))
    return Opened(target, frames, wanted, frame)


def _index_of(frames: FrameSet, name: str, otherwise: int) -> int:
    indices = range(len(frames))
    return next((at for at in indices if frames.frame_name(at) == name), otherwise)


def load_frame(frames: FrameSet, index: int, task: Task, camera: str = "") -> Frame:
    """One frame; depth that cannot be used leaves one without depth, and notes that say why.

    `camera`: "fx,fy,cx,cy" or a file, for this frame alone. UserError where it cannot be its.
    """
    task.report(f"Reading {frames.frame_name(index)}")
    frame = frames.load(index, strict=False)
    return with_camera(frame, camera) if camera else frame


def with_camera(frame: Frame, camera: str) -> Frame:
    """The frame seen by another camera."""
    from sgnet_model.data.intrinsics import is_numbers, parse_intrinsics, read_intrinsics

    height, width = frame.size
    if is_numbers(camera):
        found = parse_intrinsics(camera, width, height)
    else:
        found = read_intrinsics(expanded(camera), width, height)
    return replace(frame, intrinsics=replace(found, origin=Origin.GIVEN))


def thumbnail(frames: FrameSet, index: int) -> UInt8Array:
    """(72, w, 3) uint8 RGB. Of a pair of files only the picture is read."""
    from sgnet_model.data.frames import PairSet
    from sgnet_model.resize import resize_rgb

    if isinstance(frames, PairSet):
        rgb = frames.picture(index)
    else:
        rgb = frames.load(index, strict=False).rgb
    width = max(1, round(rgb.shape[1] * THUMBNAIL_HEIGHT / rgb.shape[0]))
    return resize_rgb(rgb, (THUMBNAIL_HEIGHT, width))
