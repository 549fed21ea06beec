"""Video files: a picture without depth, or a pair of colour and lossless 16-bit depth.

A pair is colour.mkv (color.mkv, rgb.mkv) and depth.mkv in one folder; depth.mkv holds 16-bit grey
(FFV1, "gray16le"). A camera.json beside them gives the camera, and `depth_unit_m`: metres for each
count, 0.001 where it is not said.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

from sgnet_model.data.intrinsics import CameraFiles, choose_camera
from sgnet_model.files import expanded
from sgnet_model.types import Intrinsics, Origin, UserError
from sgnet_viewer.cameras.files import COLOUR_NAMES, DEPTH_NAME
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.pace import Held, Pace
from sgnet_viewer.cameras.playhead import Play, Playhead
from sgnet_viewer.cameras.protocol import CameraOptions, Found, LiveFrame, StreamEnded
from sgnet_viewer.cameras.stand_in import StandIn

from .video_file import VideoFile

UNIT_M = 0.001
UNIT_GUESSED = "camera.json names no depth_unit_m: the depth was taken as millimetres."

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
        self._files = [colour] if depth is None else [colour, depth]
        self._options, self._stand_in = options, StandIn(options.stand_in_depth)
        self._closed = threading.Event()
        self._held, self._pace = Held(self._closed), Pace()
        self._reading = threading.Lock()  # a file must not be released while it is read
        self._number = -1
        self._index = -1  # of the frame that was read last
        gaps_s = self._files[0].gaps_s()
        self.playhead = Playhead(gaps_s) if gaps_s else None
        self._seen = 0  # of what the playhead was asked
        self._play = Play(0, max(len(gaps_s) - 1, 0))
        self._owes = False  # what was sought while it is paused
        self._camera: Intrinsics | None = None
        self._camera_notes: tuple[str, ...] = ()
        unit_m = _unit_beside(colour.path) if depth is not None else None
        self._unit_m = unit_m or UNIT_M
        self._guessed = depth is not None and unit_m is None
        self._notes = (*notes, UNIT_GUESSED) if self._guessed else notes

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
            for file in self._files:
                file.close()

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
            self._go_to(self._play.sought)
        elif self._play.after is not None:
            self._go_to(self._play.after)
            self._pass_by()

    def _go_to(self, index: int) -> None:
        with self._reading:
            if not self._closed.is_set():
                for file in self._files:
                    file.seek(index)
        self._index = index - 1

    def _pass_by(self) -> None:
        """Leave the next frame out."""
        with self._reading:
            if not self._closed.is_set():
                for file in self._files:
                    file.advance()
                self._index += 1

    def _fetch(self) -> None:
        """The next frame, unless it is late; at the end of the range back to its beginning."""
        if not self._plays_all() and not self._play.first - 1 <= self._index < self._play.last:
            self._begin_again()
        advanced = [file.advance() for file in self._files]  # each of them, to stay in step
        if not all(advanced):
            self._begin_again()
            return
        self._number += 1
        self._index += 1
        due_s = 0.0
        if not self._options.every_frame:
            due_s = self._pace.due_s(self._files[0].time_s / self._play.speed)
            if self._pace.is_late(due_s):
                return
        self._held.put(self._frame(), due_s)

    def _plays_all(self) -> bool:
        """No range is chosen: the file's own end is what counts."""
        play = self._play
        return self.playhead is None or play.last - play.first + 1 == len(self.playhead)

    def _begin_again(self) -> None:
        if self._number < 0:
            raise UserError(f"{self.title} holds no picture that can be decoded: give another.")
        if not self._options.loop and self._plays_all():
            raise StreamEnded
        for file in self._files:
            file.seek(self._play.first)
        self._index = self._play.first - 1

    def _frame(self) -> LiveFrame:
        rgb = self._files[0].picture()
        camera = self._camera_of(rgb.shape[1], rgb.shape[0])
        has_depth = len(self._files) > 1
        live = live_frame(
            rgb,
            self._files[1].picture() if has_depth else self._stand_in.depth(camera),
            camera,
            name=f"frame {self._number}",
            number=self._number,
            unit_m=self._unit_m,
            device_s=self._files[0].time_s,
            notes=(*self._notes, *(() if has_depth else self._stand_in.notes), *self._camera_notes),
            depth_origin=Origin.GUESS if self._guessed or not has_depth else Origin.FILE,
        )
        if self.playhead is None:
            return live
        return replace(live, index=self._index, asked=self._seen)

    def _camera_of(self, width: int, height: int) -> Intrinsics:
        if self._camera is None or (self._camera.width, self._camera.height) != (width, height):
            found = choose_camera(None, self._files[0].path, (width, height))
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


def _unit_beside(path: Path) -> float | None:
    """Metres per count, by the camera file beside a video."""
    scale = CameraFiles(path).scale
    return scale[0].unit_m if scale else None
