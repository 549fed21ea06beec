"""The frames of one round of the virtual camera, drawn once and then shown over and over.

A whole frame takes longer to draw than it is shown. So the first round is drawn at half the size,
and shown as it comes into being; then each frame is drawn again in full, while the round repeats.
After that showing a frame costs no more than decoding it.
"""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UInt8Array

from .protocol import UInt16Array
from .virtual_room import VirtualRoom

JPEG_QUALITY = 96
DRAFT_FROM_ROWS = 200  # smaller pictures are quick enough


class Lap:
    """`count` frames of a room, evenly spread over its tour. One thread draws, others take."""

    def __init__(self, room: VirtualRoom, count: int) -> None:
        self.camera = room.camera
        self.count = count
        self._room = room
        self._frames: list[tuple[bytes, bytes]] = []
        self._changed = threading.Condition()
        self._failure: Exception | None = None

    def draw(self) -> None:
        """Draws all there is to draw, in the thread that calls."""
        try:
            drafted = self.camera.height >= DRAFT_FROM_ROWS
            for index in range(self.count):
                self._keep(index, draft=drafted)
            for index in range(self.count if drafted else 0):
                self._keep(index, draft=False)
        except Exception as error:  # whoever takes is told
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def newest(self, after: int, wanted: int) -> int:
        """The number of the frame to show where `wanted` is due and `after` was the last one.

        Waits until there is one after `after`; while the first round is being drawn it may lie
        before `wanted`. Raises what drawing raised.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._failure or self._available() > after)
            if self._failure is not None:
                raise self._failure
            return max(after + 1, int(min(wanted, self._available())))

    def frame(self, number: int) -> tuple[UInt8Array, UInt16Array]:
        """(H, W, 3) uint8 and (H, W) uint16 millimetres of a frame that has been drawn."""
        with self._changed:
            colour, depth = self._frames[number % self.count]
        rgb = cv2.cvtColor(_decoded(colour, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        return np.asarray(rgb, np.uint8), np.asarray(_decoded(depth, cv2.IMREAD_UNCHANGED))

    def _available(self) -> float:
        """The last number that may be shown."""
        drawn = len(self._frames)
        return drawn - 1 if drawn < self.count else float("inf")

    def _keep(self, index: int, draft: bool) -> None:
        rgb, depth_mm = self._room.shot(index / self.count, index, draft)
        quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        colour = _encoded(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), quality)
        depth = _encoded(".png", depth_mm, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        with self._changed:
            self._frames[index : index + 1] = [(colour, depth)]
            self._changed.notify_all()


def _encoded(suffix: str, image: NDArray[Any], options: list[int]) -> bytes:
    _, data = cv2.imencode(suffix, image, options)
    return bytes(data)


def _decoded(data: bytes, flags: int) -> NDArray[Any]:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), flags))
