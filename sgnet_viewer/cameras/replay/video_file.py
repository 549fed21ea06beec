"""One video file, decoded frame by frame by OpenCV's FFMPEG."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UserError
from sgnet_viewer.cameras.captures import open_capture

MOST_FRAMES = 1 << 22  # a day and a half at 30 a second


class VideoFile:
    """`is_depth`: 16-bit grey, kept as it is; else colour. Raises UserError for other files."""

    def __init__(self, path: Path, is_depth: bool = False) -> None:
        self.path, self._is_depth = path, is_depth
        self._capture = self._opened()
        self.time_s = 0.0  # of the frame that `advance` went to

    def advance(self) -> bool:
        """To the next frame; False at the end."""
        import cv2

        if not self._capture.grab():
            return False
        self.time_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return True

    def picture(self) -> NDArray[Any]:
        """The frame: (H, W, 3) uint8 RGB, or (H, W) uint16 counts. Raises UserError."""
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

        count, fps = (
            self._capture.get(what) for what in (cv2.CAP_PROP_FRAME_COUNT, cv2.CAP_PROP_FPS)
        )
        sane = 1 < count < MOST_FRAMES and 0.1 < fps < 1000
        return (1 / fps,) * int(count) if sane else ()

    def seek(self, index: int) -> None:
        """So that `advance` goes to that frame; where the file cannot, to the next one."""
        import cv2

        if index == 0:
            self.rewind()
        else:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, index)

    def rewind(self) -> None:
        """Back to the first frame."""
        self.close()
        self._capture = self._opened()

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
