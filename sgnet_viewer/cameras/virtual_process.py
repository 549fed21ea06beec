"""The process that draws the rendered room: the window's threads never wait for it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection

from sgnet_model.types import Intrinsics, UInt8Array

from .protocol import UInt16Array

ORPHAN_CHECK_S = 0.5
ROUND_S = 16  # the camera is back where it was
NICENESS = 10  # the network comes first


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn. `size`: (height, width)."""

    seed: int
    size: tuple[int, int]
    fps: int


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame. `rgb`: (H, W, 3) uint8; `depth_mm`: (H, W) uint16, 0 = missing."""

    rgb: UInt8Array
    depth_mm: UInt16Array
    camera: Intrinsics
    number: int
    device_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The room cannot be drawn. `reason`: part of a sentence; `details`: a traceback."""

    reason: str
    details: str


def main(connection: Connection, order: Order) -> None:
    """Answers each message with the next frame until the parent closes or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _be_modest()
        _serve(connection, order)
    except (EOFError, ConnectionError, BrokenPipeError):
        pass
    except Exception as error:
        connection.send(Failed(f"{type(error).__name__}: {error}", traceback.format_exc()))
    os._exit(0)  # Open3D's libraries are not worth tearing down


def _be_modest() -> None:
    import cv2

    cv2.setNumThreads(1)
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def _serve(connection: Connection, order: Order) -> None:
    from .virtual_lap import Lap
    from .virtual_room import VirtualRoom

    lap = Lap(VirtualRoom(order.seed, order.size), ROUND_S * order.fps)
    threading.Thread(target=lap.draw, daemon=True).start()
    shutter = Shutter(order.fps)
    number = -1
    while True:
        connection.recv()
        number = lap.newest(number, shutter.wait_after(number))
        rgb, depth_mm = lap.frame(number)
        connection.send(Shot(rgb, depth_mm, lap.camera, number, number / order.fps))


class Shutter:
    """Numbers frames by the clock: `fps` a second from the first on."""

    def __init__(self, fps: int) -> None:
        self._fps = fps
        self._began_s: float | None = None

    def wait_after(self, number: int) -> int:
        """The number that is due now, or as soon as the one after `number` is."""
        now = time.monotonic()
        if self._began_s is None:
            self._began_s = now
        following_s = self._began_s + (number + 1) / self._fps
        if following_s > now:
            time.sleep(following_s - now)
        return int((time.monotonic() - self._began_s) * self._fps)


def _end_with_parent() -> None:
    """Leave at once when the parent is gone, even in the middle of a picture."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    first = os.getppid()
    while parent.is_alive() and os.getppid() == first:
        parent.join(ORPHAN_CHECK_S)
    os._exit(0)
