"""A set in which the user gave some frames a camera of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sgnet_model.data.indexed import Indexed
from sgnet_model.files import expanded
from sgnet_model.types import Frame, Origin

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet


class OwnCameras(Indexed):
    """A `FrameSet`: what is made of the whole set sees each frame as the window shows it.

    `cameras`: by index, "fx,fy,cx,cy" or a file. What else the set knows is the set's own.
    """

    def __init__(self, frames: FrameSet, cameras: Mapping[int, str]) -> None:
        self._frames = frames
        self._cameras = cameras

    def __getattr__(self, name: str) -> Any:
        return getattr(self._frames, name)

    @property
    def name(self) -> str:
        return self._frames.name

    @property
    def notes(self) -> tuple[str, ...]:
        return self._frames.notes

    def __len__(self) -> int:
        return len(self._frames)

    def frame_name(self, index: int) -> str:
        return self._frames.frame_name(index)

    def load(self, index: int, strict: bool = True) -> Frame:
        """UserError also where the camera cannot be the frame's."""
        frame = self._frames.load(index, strict)
        camera = self._cameras.get(index, "")
        return with_camera(frame, camera) if camera else frame

    def splits(self) -> tuple[str, ...]:
        return self._frames.splits()

    def split(self, name: str) -> FrameSet:
        return self._frames.split(name)

    def scene(self, index: int) -> str:
        return self._frames.scene(index)


def with_own_cameras(frames: FrameSet, cameras: tuple[tuple[int, str], ...]) -> FrameSet:
    """The set itself where no frame has a camera of its own."""
    return OwnCameras(frames, dict(cameras)) if cameras else frames


def with_camera(frame: Frame, camera: str) -> Frame:
    """The frame seen by another camera, "fx,fy,cx,cy" or a file. UserError where it cannot be."""
    from sgnet_model.data.intrinsics import is_numbers, parse_intrinsics, read_intrinsics

    height, width = frame.size
    if is_numbers(camera):
        found = parse_intrinsics(camera, width, height)
    else:
        found = read_intrinsics(expanded(camera), width, height)
    return replace(frame, intrinsics=replace(found, origin=Origin.GIVEN))
