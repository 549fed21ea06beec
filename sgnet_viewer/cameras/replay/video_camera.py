"""Video files: a picture without depth, or a pair of colour and lossless 16-bit depth.

A pair is colour.mkv (color.mkv, rgb.mkv) and depth.mkv in one folder; depth.mkv holds 16-bit grey
(FFV1, "gray16le"). Each picture has the depth that is nearest in time. A camera.json beside them
gives the camera, and `depth_unit_m`: metres for each count, 0.001 where it is not said.

A timeline has as many even steps as the file's head promises; a frame stands where its time is.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sgnet_model.data.intrinsics import CameraFiles, choose_camera
from sgnet_model.data.pairing import MAX_GAP_S
from sgnet_model.files import expanded
from sgnet_model.types import Intrinsics, Origin, UserError
from sgnet_viewer.cameras.files import COLOUR_NAMES, DEPTH_NAME
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.pace import DueFrame, Pace
from sgnet_viewer.cameras.playhead import Play, Playhead
from sgnet_viewer.cameras.protocol import CameraOptions, Found, LiveFrame, StreamEnded
from sgnet_viewer.cameras.stand_in import StandIn

from .video_file import VideoFile

UNIT_M = 0.001
UNIT_GUESSED = "camera.json names no depth_unit_m: the depth was taken as millimetres."

SAME_RATE = 0.02  # up to which two files are called equally fast
ROUNDED_S = 0.001  # to which a file's times are

AZURE_TAG, TAGS_BYTES = b"K4A_", 1 << 20  # as in K4A_DEPTH_MODE; where a Matroska file keeps tags
AZURE_KINECT = (
    "{} is a recording of Azure Kinect: it has a depth track, of another camera than its colour, "
    "which is not read here. With the Azure Kinect SDK installed, Open3D's example "
    "azure_kinect_mkv_reader.py writes colour and aligned depth into a folder: open that."
)


class VideoKind:
    """Addresses: a video file, either file of a pair, or the folder of a pair."""

    name = "video"
    title = "Video file"

    def find(self) -> Found:
        """Nothing: a video is named by its path."""
        return Found()

    def open(self, address: str, options: CameraOptions) -> VideoCamera:
        """See `CameraKind`."""
        if not address:
            raise UserError("A video was asked for without a path: name a video file.")
        path = expanded(address)
        pair = pair_of(path)
        if pair is not None:
            return VideoCamera(VideoFile(pair[0]), VideoFile(pair[1], is_depth=True), options)
        if path.is_dir():
            names = " or ".join(COLOUR_NAMES)
            raise UserError(f"{path} holds no pair of videos: {names} with {DEPTH_NAME}.")
        notes = (AZURE_KINECT.format(path.name),) if is_azure_kinect(path) else ()
        return VideoCamera(VideoFile(path), None, options, notes)


def pair_of(path: Path) -> tuple[Path, Path] | None:
    """The colour and the depth file that a folder, or one of the two, stands for."""
    folder = path if path.is_dir() else path.parent
    depth = folder / DEPTH_NAME
    # Unlike the paths' own, `isfile` does not raise where the folder may not be entered.
    colours = [folder / name for name in COLOUR_NAMES if os.path.isfile(folder / name)]
    if not colours or not os.path.isfile(depth) or path not in (folder, depth, *colours):
        return None
    return (path if path in colours else colours[0]), depth


class VideoCamera:
    """See `Camera`. Paced, what is late is skipped. `playhead`: what the window asks of it; None
    where the file does not say how long it is."""

    finite = True
    serial = ""

    def __init__(
        self,
        colour: VideoFile,
        depth: VideoFile | None,
        options: CameraOptions,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.title = colour.path.name if depth is None else colour.path.parent.name
        self._colour, self._depth = colour, depth
        self._options, self._stand_in = options, StandIn(options.stand_in_depth)
        self._closed = threading.Event()
        self._held, self._pace = DueFrame(self._closed), Pace()
        self._reading = threading.Lock()  # a file must not be released while it is read
        self._number = -1
        self._index = -1  # of the frame that was read last
        self._aim: int | None = None  # index of the frame to be read next, where it was sought
        gaps_s = colour.gaps_s()
        self.playhead = Playhead(gaps_s) if gaps_s else None
        self._seen = 0  # of what the playhead was asked
        self._play = Play(0, max(len(gaps_s) - 1, 0))
        self._owes = False  # what was sought while it is paused
        self._camera: Intrinsics | None = None
        self._camera_notes: tuple[str, ...] = ()
        unit_m = _unit_beside(colour.path) if depth is not None else None
        self._unit_m = unit_m or UNIT_M
        self._guessed = depth is not None and unit_m is None
        self._notes = (
            *notes,
            *((UNIT_GUESSED,) if self._guessed else ()),
            *(_rates(colour, depth) if depth is not None else ()),
        )

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`."""
        deadline = time.monotonic() + timeout_s
        self._obey()
        if self._play.paused and not self._owes:
            if self.playhead is not None:
                self.playhead.wait(timeout_s, self._seen)
            return None
        with self._reading:
            while self._held.is_empty and not self._closed.is_set():
                self._fetch()
                if time.monotonic() >= deadline:  # of late frames, and of failures, there is no end
                    break
        live = self._held.take(max(deadline - time.monotonic(), 0.0))
        if live is not None:
            self._owes = False
        return live

    def close(self) -> None:
        """See `Camera`."""
        self._closed.set()
        if self.playhead is not None:
            self.playhead.close()
        with self._reading:
            self._colour.close()
            if self._depth is not None:
                self._depth.close()

    def _obey(self) -> None:
        """Take up what was asked of the playhead."""
        asked = None if self.playhead is None else self.playhead.take(self._seen)
        if asked is None:
            return
        self._play, self._seen = asked
        self._owes = self._play.sought is not None
        self._pace = Pace()
        self._held.drop()  # it was due at another pace
        if self._play.sought is not None:
            self._aim = self._play.sought
        elif self._play.after is not None:
            self._aim = self._play.after
            with self._reading:
                if not self._closed.is_set():
                    self._move()  # that one is left out

    def _fetch(self) -> None:
        """The next frame, unless it is late; at the end of the range back to its beginning."""
        if not self._move():
            self._begin_again()
            return
        self._number += 1
        due_s = 0.0
        if not self._options.every_frame:
            due_s = self._pace.due_s(self._colour.time_s / self._play.speed)
            if self._pace.is_late(due_s):
                return
        self._held.put(self._frame(), due_s)

    def _move(self) -> bool:
        """To the frame that was sought, or the next one; False where the range has no more."""
        sought, self._aim = self._aim, None
        if sought is not None:
            return self._seek(sought)
        if not self._colour.advance():
            if self._number >= 0:
                self._end_here()
            return False
        self._index = self._place_of(self._index + 1)
        is_in_range = self._plays_all() or self._play.first <= self._index <= self._play.last
        return is_in_range and not self._is_past_depth()

    def _seek(self, index: int) -> bool:
        if not self._colour.seek(index * self._colour.step_s):
            return False
        self._index = index
        if self._colour.is_last:
            self._end_here()
        return True

    def _place_of(self, counted: int) -> int:
        """In the timeline, of the frame that was read; `counted` where there is none."""
        if self.playhead is None:
            return counted
        return min(round(self._colour.time_s / self._colour.step_s), len(self.playhead) - 1)

    def _end_here(self) -> None:
        """The timeline goes no farther than the last frame, whatever the file's head promised."""
        if self.playhead is not None:
            self.playhead.end_at(self._place_of(0) + 1)
            self._index = min(self._index, len(self.playhead) - 1)

    def _is_past_depth(self) -> bool:
        """The shorter one ends a pair."""
        depth, time_s = self._depth, self._colour.time_s
        if depth is None or not depth.follow(time_s):
            return depth is not None
        return depth.is_last and time_s > depth.time_s + _widest_gap_s(depth)

    def _plays_all(self) -> bool:
        """No range is chosen: the file's own end is what counts."""
        play = self._play
        return self.playhead is None or (play.first <= 0 and play.last >= len(self.playhead) - 1)

    def _begin_again(self) -> None:
        if self._number < 0:
            raise UserError(f"{self.title} holds no picture that can be decoded: give another.")
        if not self._options.loop and self._plays_all():
            raise StreamEnded
        self._aim = self._play.first

    def _frame(self) -> LiveFrame:
        rgb = self._colour.picture()
        camera = self._camera_of(rgb.shape[1], rgb.shape[0])
        depth, notes = self._depth_of(camera)
        is_known = self._depth is not None and not self._guessed
        live = live_frame(
            rgb,
            depth,
            camera,
            name=f"frame {self._number}",
            number=self._number,
            unit_m=self._unit_m,
            device_s=self._colour.time_s,
            notes=(*self._notes, *notes, *self._camera_notes),
            depth_origin=Origin.FILE if is_known else Origin.GUESS,
            remedy=f"make {DEPTH_NAME} the size of {self._colour.path.name}",
        )
        if self.playhead is None:
            return live
        return replace(live, index=self._index, asked=self._seen)

    def _depth_of(self, camera: Intrinsics) -> tuple[NDArray[Any] | None, tuple[str, ...]]:
        """What goes with the picture; None where there is none, and notes on it."""
        depth, time_s = self._depth, self._colour.time_s
        if depth is None:
            return self._stand_in.depth(camera), self._stand_in.notes
        if depth.follow(time_s) and abs(depth.time_s - time_s) <= _widest_gap_s(depth):
            return depth.picture(), ()
        return None, (f"{depth.path.name} has no frame at the time of this picture.",)

    def _camera_of(self, width: int, height: int) -> Intrinsics:
        if self._camera is None or (self._camera.width, self._camera.height) != (width, height):
            found = choose_camera(None, self._colour.path, (width, height))
            self._camera, self._camera_notes = found.camera, found.notes
        return self._camera


def is_azure_kinect(path: Path) -> bool:
    """Whether an .mkv was recorded by Azure Kinect, by the tags that its SDK writes."""
    if path.suffix.lower() != ".mkv":
        return False
    try:
        with path.open("rb") as file:
            head = file.read(TAGS_BYTES)
            file.seek(max(0, os.path.getsize(path) - TAGS_BYTES))
            return AZURE_TAG in head or AZURE_TAG in file.read(TAGS_BYTES)
    except OSError:
        return False


def _widest_gap_s(depth: VideoFile) -> float:
    """Between a picture and its depth."""
    return max(MAX_GAP_S, depth.step_s / 2 + ROUNDED_S)


def _rates(colour: VideoFile, depth: VideoFile) -> tuple[str, ...]:
    """A note where two files are not equally fast."""
    rates = [1 / file.step_s for file in (colour, depth)]
    if abs(rates[0] - rates[1]) <= SAME_RATE * rates[0]:
        return ()
    return (
        f"{colour.path.name} has {rates[0]:.3g} frames a second and {depth.path.name} "
        f"{rates[1]:.3g}: each picture has the depth nearest in time.",
    )


def _unit_beside(path: Path) -> float | None:
    """Metres per count, by the camera file beside a video."""
    scale = CameraFiles(path).scale
    return scale[0].unit_m if scale else None
