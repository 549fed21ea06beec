"""The frames of one loop of the virtual camera, drawn once and then shown over and over.

A whole frame takes longer to draw than it is shown. So the loop is first drawn at half the size,
and what there is of it is shown back and forth; then each frame is drawn again in full. After that
showing a frame costs no more than decoding it.
"""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UInt8Array
from sgnet_viewer.cameras.protocol import UInt16Array

from .virtual_room import VirtualRoom

JPEG_QUALITY = 96
DRAFT_FROM_ROWS = 200  # smaller pictures are quick enough


class LoopPosition:
    """Which frame comes next: back and forth while the loop is not complete, then around it."""

    def __init__(self) -> None:
        self.index = -1  # before the first
        self._forth = True

    def go(self, steps: int, drawn: int, count: int) -> int:
        """The frame after `steps` more, `drawn` >= 2 of `count` frames being there."""
        if drawn >= count:
            self._forth = True
            self.index = (self.index + steps) % count
            return self.index
        for _ in range(steps % (2 * drawn - 2)):  # there and back again
            if self.index == (drawn - 1 if self._forth else 0):
                self._forth = not self._forth
            self.index += 1 if self._forth else -1
        return self.index


class FrameLoop:
    """`count` frames of a room, evenly spread over its path. One thread draws, another takes."""

    def __init__(self, room: VirtualRoom, count: int) -> None:
        self.camera = room.camera
        self.count = count
        self._room = room
        self._frames: list[tuple[bytes, bytes]] = []
        self._changed = threading.Condition()
        self._failure: Exception | None = None

    def draw(self) -> None:
        """Draws the loop for the first time, in the thread that calls."""
        self._draw_all(draft=self.camera.height >= DRAFT_FROM_ROWS)

    def refine(self) -> None:
        """Draws in full what was drafted."""
        if self.camera.height >= DRAFT_FROM_ROWS and self._failure is None:
            self._draw_all(draft=False)

    def await_drawn(self, count: int) -> int:
        """How many frames of the loop there are; waits for at least `count` of them.

        Raises what drawing raised.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._failure or len(self._frames) >= count)
            if self._failure is not None:
                raise self._failure
            return len(self._frames)

    def frame(self, index: int) -> tuple[UInt8Array, UInt16Array]:
        """(H, W, 3) uint8 and (H, W) uint16 millimetres of a frame that has been drawn."""
        with self._changed:
            colour, depth = self._frames[index]
        rgb = cv2.cvtColor(_decoded(colour, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        return np.asarray(rgb, np.uint8), np.asarray(_decoded(depth, cv2.IMREAD_UNCHANGED))

    def _draw_all(self, draft: bool) -> None:
        try:
            for index in range(self.count):
                self._keep(index, draft)
        except Exception as error:  # raised where frames are taken
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _keep(self, index: int, draft: bool) -> None:
        rgb, depth_mm = self._room.frame(index / self.count, index, draft)
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
