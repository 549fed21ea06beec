"""The frames of a video file by number."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.types import UInt8Array, UserError
from sgnet_model.untrusted import reading

FAR_FRAMES = 60  # a jump of more is worth seeking


class VideoFrames:
    """Frames of one file, read from any thread; it stays open from the first on.

    Frames are counted as they are decoded. To jump far ahead the decoder's own seeking is used, and
    trusted only where it arrives at the time that a constant rate gives; phones vary theirs.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._capture: Any = None
        self._next = 0  # the number of the frame that is grabbed next

    def frame(self, number: int) -> UInt8Array:
        """(H, W, 3) uint8 RGB of frame `number`, 0-based. Raises UserError."""
        import cv2

        damaged = f"{self.path.name} cannot be read as a video: export it again."
        with self._lock, reading(self.path, damaged):
            self._go_to(number)
            decoded, pixels = self._capture.retrieve() if self._grab() else (False, None)
            if not decoded or pixels is None:
                raise UserError(
                    f"{self.path.name} has no frame {number}: it is shorter than its depth says, "
                    "so export it again."
                )
            return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))

    def _go_to(self, number: int) -> None:
        if self._capture is None or number < self._next:
            self._open()
        if number - self._next > FAR_FRAMES and not self._seek(number):
            self._open()
        while self._next < number and self._grab():
            pass

    def _grab(self) -> bool:
        if not self._capture.grab():
            return False
        self._next += 1
        return True

    def _seek(self, number: int) -> bool:
        """Whether the decoder went to the frame before `number`, as its time shows."""
        import cv2

        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, number - 1)
        if rate <= 0 or not self._capture.grab():
            return False
        late = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 * rate - (number - 1)
        self._next = number
        return bool(abs(late) < 0.25)

    def _open(self) -> None:
        import cv2

        self._capture = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG)
        self._next = 0
        if not self._capture.isOpened():
            raise UserError(f"{self.path.name} cannot be read as a video: export it again.")
        # The depth lies as the sensor does; a rotation tag of the video is not to be followed.
        self._capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
