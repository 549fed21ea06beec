"""The process that draws the rendered room: the window's threads never wait for it."""

from __future__ import annotations

import os
import threading
import time
import traceback
from multiprocessing.connection import Connection

import cv2

from sgnet_viewer.runtime.cores import give_way

from .virtual_lap import Lap, Walk
from .virtual_protocol import Failed, Order, Shot
from .virtual_room import VirtualRoom

FIRST = 12  # frames that must be there before any is shown
ROUND_S = 16  # the camera is back where it was


def main(connection: Connection, order: Order) -> None:
    """Answers each message with the next frame until the parent closes or ends."""
    try:
        cv2.setNumThreads(1)
        _serve(connection, order)
    except (EOFError, ConnectionError, BrokenPipeError):
        pass
    except Exception as error:
        connection.send(Failed(f"{type(error).__name__}: {error}", traceback.format_exc()))
    os._exit(0)  # Open3D's libraries are not worth tearing down


def _serve(connection: Connection, order: Order) -> None:
    lap = Lap(VirtualRoom(order.seed, order.size), ROUND_S * order.fps)
    threading.Thread(target=_draw, args=(lap,), daemon=True).start()
    shutter, walk, number = Shutter(order.fps), Walk(), -1
    while True:
        connection.recv()
        drawn = lap.await_drawn(FIRST)
        due = shutter.wait_after(number)
        rgb, depth_mm = lap.frame(walk.go(due - number, drawn, lap.count))
        number = due
        connection.send(Shot(rgb, depth_mm, lap.camera, number, number / order.fps))


def _draw(lap: Lap) -> None:
    give_way()
    lap.draw()
    lap.refine()


class Shutter:
    """Numbers frames by the clock: `fps` a second, 0 is when it is first asked."""

    def __init__(self, fps: int) -> None:
        self._fps = fps
        self._began_s: float | None = None

    def wait_after(self, number: int) -> int:
        """Waits until a frame after `number` is due; the number of the one that then is."""
        if self._began_s is None:
            self._began_s = time.monotonic()
        wait_s = self._began_s + (number + 1) / self._fps - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        return max(number + 1, int((time.monotonic() - self._began_s) * self._fps))
