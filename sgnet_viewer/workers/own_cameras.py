"""A set in which the user gave some frames a camera of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sgnet_model.data.frames import FrameSet, Subset
from sgnet_model.files import expanded
from sgnet_model.types import Frame, Origin


class OwnCameras(Subset):
    """All frames of a set, each as the window shows it: whatever is made of the set sees them so.

    `cameras`: by index, "fx,fy,cx,cy" or a file. Splits are the set's own.
    """

    def __init__(self, frames: FrameSet, cameras: Mapping[int, str]) -> None:
        super().__init__(frames, range(len(frames)))
        self._cameras = cameras

    def load(self, index: int, strict: bool = True) -> Frame:
        """UserError also where the camera cannot be the frame's."""
        frame = super().load(index, strict)
        camera = self._cameras.get(index, "")
        return with_camera(frame, camera) if camera else frame

    def splits(self) -> tuple[str, ...]:
        return self._whole.splits()

    def split(self, name: str) -> FrameSet:
        return self._whole.split(name)


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
