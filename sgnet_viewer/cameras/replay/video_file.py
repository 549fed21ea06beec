"""One video file, decoded frame by frame by OpenCV's FFMPEG."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UserError
from sgnet_viewer.cameras.captures import open_capture

MOST_FRAMES = 1 << 22  # a day and a half at 30 a second
USUAL_FPS = 30.0  # where the head says none
BACK_S = (1.0, 8.0, 64.0)  # how far before its aim a seek begins, where one frame was too late
FAR_S = 1.0  # farther ahead is sought, not decoded


@dataclass(slots=True)
class _FileFrame:
    """A frame of the file; `pixels` are there once it was asked for, or another one follows."""

    time_s: float
    pixels: NDArray[Any] | None = None


class VideoFile:
    """`is_depth`: 16-bit grey, kept as it is; else colour. Raises UserError for other files.

    `has_rate`: whether its head says how fast it goes; `step_s` is then the time of one frame.
    """

    def __init__(self, path: Path, is_depth: bool = False) -> None:
        import cv2

        self.path, self._is_depth = path, is_depth
        self._capture = self._opened()
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.has_rate = bool(0.1 < fps < 1000)
        self.step_s = 1 / fps if self.has_rate else 1 / USUAL_FPS
        self._frame: _FileFrame | None = None  # the frame that this is at
        self._after: _FileFrame | None = None  # the next one, where it was grabbed already
        self._grabbed_s: float | None = None  # when the last frame that was grabbed was taken
        self._ended = False  # no frame follows the one that was grabbed last
        self._followed_s = 0.0  # what `follow` was asked for last

    @property
    def time_s(self) -> float:
        """Of the frame that this is at."""
        return 0.0 if self._frame is None else self._frame.time_s

    @property
    def is_last(self) -> bool:
        """Whether no frame follows. Raises UserError where this one cannot be decoded."""
        if self._after is None and self._frame is not None:
            self.picture()  # OpenCV keeps one frame
            self._after = self._grab()
        return self._after is None

    def advance(self) -> bool:
        """To the next frame; False at the end."""
        frame, self._after = self._after or self._grab(), None
        self._frame = frame or self._frame
        return frame is not None

    def seek(self, time_s: float) -> bool:
        """To the frame that is nearest in time; False where there is none.

        A file finds a place by the number that its even rate gives, and that may be another frame.
        """
        for back_s in (self.step_s, *BACK_S, time_s):
            is_first = self._put_at(time_s - back_s)
            if (self.advance() and self.time_s <= time_s) or is_first:
                break
        return self._frame is not None and self._nearest(time_s)

    def follow(self, time_s: float) -> bool:
        """As `seek`, for times that mostly grow a little."""
        before_s, self._followed_s = self._followed_s, time_s
        if self._frame is None or not before_s <= time_s <= before_s + FAR_S:
            return self.seek(time_s)
        return self._nearest(time_s)

    def _nearest(self, time_s: float) -> bool:
        """On from a frame before the one that is meant."""
        while not self.is_last and self._after is not None:
            if abs(self._after.time_s - time_s) >= abs(self.time_s - time_s):
                break
            self.advance()
        return True

    def picture(self) -> NDArray[Any]:
        """The frame: (H, W, 3) uint8 RGB, or (H, W) uint16 counts. Raises UserError."""
        if self._frame is None:
            raise UserError(f"{self.path.name} holds no frame: give another file.")
        if self._frame.pixels is None:
            self._frame.pixels = self._retrieved()
        return self._frame.pixels

    def _retrieved(self) -> NDArray[Any]:
        """What was grabbed last."""
        import cv2

        decoded, pixels = self._capture.retrieve()
        if not decoded or pixels is None:
            raise UserError(f"A frame of {self.path.name} cannot be decoded: give another file.")
        if not self._is_depth:
            return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
        if pixels.dtype != np.uint16 or pixels.ndim != 2:
            raise UserError(
                f"{self.path.name} holds {pixels.dtype} of shape {pixels.shape}: depth must be "
                "16-bit grey without loss, FFV1 with the pixel format gray16le."
            )
        return np.asarray(pixels)

    def gaps_s(self) -> tuple[float, ...]:
        """The even distances of its frames, as its head says; empty where it does not."""
        import cv2

        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return (self.step_s,) * int(count) if self.has_rate and 1 < count < MOST_FRAMES else ()

    def rewind(self) -> None:
        """Back to the first frame."""
        self.close()
        self._capture = self._opened()
        self._forget()

    def _put_at(self, time_s: float) -> bool:
        """So that `advance` goes to about that time; whether that is the first frame."""
        import cv2

        if time_s <= 0:
            self.rewind()
            return True
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, round(time_s / self.step_s))
        self._forget()
        return False

    def _forget(self) -> None:
        self._frame = self._after = self._grabbed_s = None
        self._ended = False

    def _grab(self) -> _FileFrame | None:
        """A time that stands still or falls counts as one frame more."""
        import cv2

        self._ended = self._ended or not self._capture.grab()
        if self._ended:
            return None
        time_s, before_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, self._grabbed_s
        if before_s is not None and time_s <= before_s:
            time_s = before_s + self.step_s
        self._grabbed_s = time_s
        return _FileFrame(time_s)

    def close(self) -> None:
        """Lets go of the file."""
        self._capture.release()

    def _opened(self) -> Any:
        import cv2

        if not os.path.isfile(self.path):
            raise UserError(f"There is no video {self.path}: name a video file.")
        capture = open_capture(str(self.path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            raise UserError(
                f"{self.path.name} cannot be read as a video: give an mkv, mp4 or avi file."
            )
        if self._is_depth:
            capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)  # else 16 bits become 8
        return capture
