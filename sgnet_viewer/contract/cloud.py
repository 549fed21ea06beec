"""The point cloud."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.state.view_settings import CloudBox

from .picture import ColourBar
from .signal import Signal

IntArray = NDArray[np.int64]
SENSOR_DOWN = (0.0, 1.0, 0.0)  # the sensor's own y axis


@dataclass(frozen=True, slots=True)
class CloudCamera:
    """An eye on a sphere around `target` (metres, camera frame of the sensor); angles in radians,
    yaw to the right, pitch down."""

    target: tuple[float, float, float]
    distance: float  # metres
    yaw: float
    pitch: float
    down: tuple[float, float, float] = SENSOR_DOWN  # unit vector: the vertical it turns about


@dataclass(frozen=True, slots=True)
class Ground:
    """Where down is, and how far below the sensor the floor lies.

    `down`: unit vector, camera frame of the sensor. `height_m`: metres along it to the floor, or to
    the lowest points where no floor is seen (`found` is False then).
    """

    down: tuple[float, float, float]
    height_m: float
    found: bool = True


class CloudStill(Protocol):
    """The cloud as it is seen at one moment. `size`: width and height on the screen, pixels."""

    size: tuple[int, int]

    # (H, W, 3) uint8 RGB, `finer` times as many pixels each way; in any thread.
    def drawn(self, finer: float) -> UInt8Array: ...


class CloudViewpoint(StrEnum):
    """From where the whole cloud is looked at."""

    START = "start"  # obliquely from above; as the sensor saw it where down is not known
    WHOLE = "whole"  # in the direction of now
    SENSOR = "sensor"
    ABOVE = "above"
    LEFT = "left"  # level, of what the sensor looked along
    RIGHT = "right"


class CloudViewProtocol(Protocol):
    """The Open3D cloud. Points (N, 3) float32 in metres, camera frame; colours (N, 3) uint8;
    `source_index` (N,) int64: each point's v W + u. Marks: `xyz` (M, 3) float32 metres, `rgba`
    (M, 4) uint8, `size_px` (M,) float32, `lines` (L, 2) int64, from one mark to another."""

    pixel_picked: Signal  # (source_index: int)
    drawn: Signal  # () the newest state is on the screen
    hovered: Signal  # (source_index: int), -1 for none
    menu_opened: Signal  # (source_index: int) on a point, -1 on none
    menu_requested: Signal  # (at: QPoint) of the screen, for the window alone
    point_size_changed: Signal  # (pixels: int) by the user, in the view itself
    box_changed: Signal  # (box: CloudBox) by the user
    command_requested: Signal  # (key: str) of the commands, by a button
    notice: Signal  # (sentence: str) drawn, but not in the usual way
    failed: Signal  # (sentence: str, details: str) the renderer is lost
    ready: Signal  # () the renderer has started, for the first time or again

    def set_ground(self, ground: Ground | None) -> None: ...  # of the clouds that follow
    def carry_over(self, motion: FloatArray) -> None: ...  # (4, 4), to the next clouds' frame
    def set_shaded(self, shaded: bool) -> None: ...
    def set_caption(self, text: str) -> None: ...  # what the cloud is of, in its corner
    def set_pointer(self, xyz_m: tuple[float, float, float] | None) -> None: ...
    def set_box(self, box: CloudBox) -> None: ...
    def open_box(self) -> None: ...  # the panel that cuts parts of the cloud off
    def picture(self) -> UInt8Array | None: ...  # (H, W, 3), as it is seen
    def still(self) -> CloudStill | None: ...  # likewise, to be drawn for a file
    def set_grid_shown(self, shown: bool) -> None: ...
    def set_bar(self, bar: ColourBar | None) -> None: ...  # the scale of the points' colours
    def set_cloud(
        self, points: FloatArray, colours: UInt8Array, source_index: IntArray
    ) -> None: ...
    def set_next_cloud(
        self, points: FloatArray, colours: UInt8Array, source_index: IntArray, spacing: int
    ) -> None: ...
    def set_colours(self, colours: UInt8Array) -> None: ...
    def set_marks(
        self, xyz: FloatArray, rgba: UInt8Array, size_px: FloatArray, lines: IntArray
    ) -> None: ...
    def set_point_size(self, pixels: int) -> None: ...
    def set_message(self, text: str) -> None: ...
    def set_stale(self, stale: bool) -> None: ...  # it is of the frame before
    def look_from(self, viewpoint: CloudViewpoint) -> None: ...
    def centre_on(self, xyz_m: tuple[float, float, float]) -> None: ...  # to turn about it
    def reset_view(self) -> None: ...
    def camera_pose(self) -> CloudCamera: ...
    def set_camera_pose(self, camera: CloudCamera) -> None: ...
