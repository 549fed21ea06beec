"""A running RealSense pipeline, read frame by frame."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from sgnet_model.types import UserError
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.numbering import Numbering
from sgnet_viewer.cameras.pace import DueFrame, Pace
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, LiveFrame, StreamEnded
from sgnet_viewer.cameras.sdk import bounded

from .realsense_pixels import Lens, camera_of, intrinsics_of, rgb_of, values_of
from .realsense_playback import Playback
from .realsense_start import Started

ROUNDED = 1.05  # frames between picture and depth that count as one
SLICE_S = 0.1  # how soon a close, an unplugged device or a recording's end is noticed
Watch = Callable[[Callable[[], None]], Callable[[], None]]


class RealSenseCamera:
    """An attached device. `attached` is asked after `watch` reported a change."""

    finite = False

    def __init__(
        self, rs: Any, started: Started, serial: str, attached: Callable[[], bool], watch: Watch
    ) -> None:
        self.title, self.serial = started.title, serial
        self._started, self._attached = started, attached
        self._reader = FrameReader(rs, started.notes)
        self._changed, self._closed = threading.Event(), threading.Event()
        self._unwatch = watch(self._changed.set)

    def read(self, timeout_s: float) -> LiveFrame | None:
        """The next pair of colour and depth. Raises CameraLost when the device is gone."""
        deadline = time.monotonic() + timeout_s
        while not self._closed.is_set():
            self._look_after_device()
            left = deadline - time.monotonic()
            frames = self._wait(min(max(left, 0.001), SLICE_S))
            live = self._reader.frame(frames) if frames is not None else None
            if live is not None or left <= 0:
                return live
        return None

    def close(self) -> None:
        """Stops the pipeline; one that does not stop within 2 s is left to itself."""
        if not self._closed.is_set():
            self._closed.set()
            self._unwatch()
            bounded(self._started.pipeline.stop)

    def _wait(self, timeout_s: float) -> Any:
        try:
            arrived, frames = self._started.pipeline.try_wait_for_frames(int(timeout_s * 1000))
        except RuntimeError as error:
            if self._closed.is_set():
                return None
            raise CameraLost(f"{self.title} stopped ({error}): plug it in again.") from error
        return frames if arrived else None

    def _look_after_device(self) -> None:
        if not self._changed.is_set():
            return
        self._changed.clear()
        if not self._attached():
            raise CameraLost(f"{self.title} was unplugged: plug it in again.")


class RealSenseRecording:
    """A .db3 or .bag file as a camera."""

    finite = True
    serial = ""

    def __init__(self, rs: Any, playback: Playback, options: CameraOptions) -> None:
        self._playback, self._options = playback, options
        self._reader, self._pace = FrameReader(rs), Pace()
        self._closed = threading.Event()
        self._any = False  # whether the file holds anything to show
        self._held = DueFrame(self._closed)
        self.title = playback.title

    def read(self, timeout_s: float) -> LiveFrame | None:
        """The next frame. Raises StreamEnded after the last one, unless it loops."""
        deadline = time.monotonic() + timeout_s
        while not self._closed.is_set():
            left = deadline - time.monotonic()
            live = self._next(min(max(left, 0.001), SLICE_S))
            if live is not None or left <= 0:
                return live
        return None

    def close(self) -> None:
        """Stops playing."""
        self._closed.set()
        self._playback.close()

    def _next(self, timeout_s: float) -> LiveFrame | None:
        if self._held.is_empty:
            self._fetch(timeout_s)
        return self._held.take(timeout_s)

    def _fetch(self, timeout_s: float) -> None:
        try:
            frames, ended = self._playback.next(timeout_s)
        except RuntimeError as error:
            if self._closed.is_set():
                return
            raise CameraLost(f"{self.title} cannot be played further ({error}).") from error
        if ended:
            self._begin_again()
        elif frames is not None:
            self._hold(frames)

    def _hold(self, frames: Any) -> None:
        """Until it is due, unless it is too late for that."""
        if self._reader.is_seen(frames):
            return
        due_s = 0.0
        if not self._options.every_frame:
            due_s = self._pace.due_s(frames.get_timestamp() / 1000)
            if self._pace.is_late(due_s):
                return
        live = self._reader.frame(frames)
        if live is not None:
            self._any = True
            self._held.put(live, due_s)

    def _begin_again(self) -> None:
        if not self._any:
            raise UserError(f"{self.title} holds no picture: record its colour stream too.")
        if not self._options.loop:
            raise StreamEnded
        self._playback.begin_again()
        self._reader.forget()


class FrameReader:
    """From the SDK's framesets to frames: depth aligned to the colour picture, then both without
    the distortion of its lens.

    A recording without colour shows its left infrared picture, to which depth is aligned already.
    """

    def __init__(self, rs: Any, notes: tuple[str, ...] = ()) -> None:
        self._rs, self._notes = rs, notes
        self._align = rs.align(rs.stream.color)
        self._numbering = Numbering()
        self._last: tuple[int, float] | None = None  # counter and time of the last picture
        self._lens: Lens | None = None

    def is_seen(self, frames: Any) -> bool:
        """Whether its picture came before, and its depth is not of that picture's time.

        Where colour is slower than depth, or drops out, the SDK pairs its last picture again.
        """
        picture, depth = _picture_of(frames), frames.get_depth_frame()
        if not picture or _key_of(picture) != self._last:
            return False
        late_s = _late_s(picture, depth) if depth else None
        return late_s is None or abs(late_s) > _step_s(depth) / 2

    def forget(self) -> None:
        """What comes next is the beginning again."""
        self._last = None

    def frame(self, frames: Any) -> LiveFrame | None:
        """None where the frameset has no picture (a driver's first sets may lack one), or one that
        was seen."""
        if self.is_seen(frames):
            return None
        colour = frames.get_color_frame()
        aligned = self._align.process(frames) if colour and frames.get_depth_frame() else frames
        picture = _picture_of(aligned)
        if not picture:
            return None
        self._last = _key_of(picture)
        depth = aligned.get_depth_frame()
        profile = (depth or picture).get_profile()
        lens = self._lens_of(profile)
        number = self._numbering.next(picture.get_frame_number())
        # `live_frame` copies: frames that are held starve the SDK's pool.
        return live_frame(
            lens.picture(rgb_of(self._rs, picture)),
            lens.depth(np.asanyarray(depth.get_data())) if depth else None,
            camera_of(profile),
            name=f"frame {number}",
            number=number,
            unit_m=depth.get_units() if depth else 0.001,
            device_s=picture.get_timestamp() / 1000,
            notes=(*self._notes, *(_apart(picture, depth) if depth else ())),
            remedy="record its colour too, or infrared of the size of depth",
        )

    def _lens_of(self, profile: Any) -> Lens:
        intrinsics = intrinsics_of(profile)
        if self._lens is None or self._lens.values != values_of(intrinsics):
            self._lens = Lens(self._rs, intrinsics)
        return self._lens


def _picture_of(frames: Any) -> Any:
    return frames.get_color_frame() or frames.get_infrared_frame()


def _key_of(picture: Any) -> tuple[int, float]:
    return picture.get_frame_number(), picture.get_timestamp()


def _late_s(picture: Any, depth: Any) -> float | None:
    """How much later depth was taken; None where the two do not go by one clock."""
    if picture.get_frame_timestamp_domain() != depth.get_frame_timestamp_domain():
        return None
    return float(depth.get_timestamp() - picture.get_timestamp()) / 1000


def _step_s(frame: Any) -> float:
    """From one frame of its stream to the next."""
    return 1 / max(int(frame.get_profile().fps()), 1)


def _apart(picture: Any, depth: Any) -> tuple[str, ...]:
    """A note where depth was taken more than a frame before or after the picture."""
    late_s = _late_s(picture, depth)
    if late_s is None or abs(late_s) <= ROUNDED * _step_s(depth):
        return ()
    age = "newer" if late_s > 0 else "older"
    return (f"Depth is {10 * round(100 * abs(late_s))} ms {age} than the picture.",)
