"""Reading frames: what the frame thread and the thumbnail thread do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sgnet_model.types import Frame, UInt8Array, UserError
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.sources.target import open_target
from sgnet_viewer.state.choices import Target

from .own_cameras import with_own_cameras

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
    if index is not None and wanted != index:  # other frames moved as well: nobody knows where to
        target = replace(target, cameras=()).with_camera(wanted, target.camera_of(index))
    frames = with_own_cameras(frames, target.cameras)
    frame = load_frame(frames, wanted, task)
    return Opened(target, frames, wanted, frame)


def _index_of(frames: FrameSet, name: str, otherwise: int) -> int:
    indices = range(len(frames))
    return next((at for at in indices if frames.frame_name(at) == name), otherwise)


def load_frame(frames: FrameSet, index: int, task: Task) -> Frame:
    """One frame; depth that cannot be used leaves one without depth, and notes that say why."""
    task.report(f"Reading {frames.frame_name(index)}")
    return frames.load(index, strict=False)


def make_thumbnails(
    frames: FrameSet,
    indices: tuple[int, ...],
    deliver: Callable[[int, UInt8Array | None], None],
    task: Task,
) -> None:
    """A frame that cannot be read delivers None: opening it will say why."""
    for index in indices:
        task.check()
        try:
            deliver(index, thumbnail(frames, index))
        except UserError:
            deliver(index, None)


def thumbnail(frames: FrameSet, index: int) -> UInt8Array:
    """(72, w, 3) uint8 RGB."""
    from sgnet_model.resize import resize_rgb

    rgb = frames.picture(index)
    width = max(1, round(rgb.shape[1] * THUMBNAIL_HEIGHT / rgb.shape[0]))
    return resize_rgb(rgb, (THUMBNAIL_HEIGHT, width))
