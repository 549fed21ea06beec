"""The process that draws the rendered room: the window's threads never wait for it."""

from __future__ import annotations

import os
import threading
import time
import traceback
from multiprocessing.connection import Connection

import cv2

from sgnet_viewer.runtime.cores import give_way

from .virtual_loop import FrameLoop, LoopPosition
from .virtual_protocol import Failed, RoomFrame, RoomRequest
from .virtual_room import VirtualRoom

FIRST = 12  # frames that must be there before any is shown
LOOP_S = 16  # then the camera is back where it was


def main(connection: Connection, request: RoomRequest) -> None:
    """Answers each message with the next frame until the parent closes or ends."""
    try:
        cv2.setNumThreads(1)
        _serve(connection, request)
    except (EOFError, ConnectionError, BrokenPipeError):
        pass
    except Exception as error:
        connection.send(Failed(f"{type(error).__name__}: {error}", traceback.format_exc()))
    os._exit(0)  # Open3D's libraries are not worth tearing down


def _serve(connection: Connection, request: RoomRequest) -> None:
    loop = FrameLoop(VirtualRoom(request.seed, request.size), LOOP_S * request.fps)
    threading.Thread(target=_draw, args=(loop,), daemon=True).start()
    clock, position, number = FrameClock(request.fps), LoopPosition(), -1
    while True:
        connection.recv()
        drawn = loop.await_drawn(FIRST)
        due = clock.wait_after(number)
        rgb, depth_mm = loop.frame(position.go(due - number, drawn, loop.count))
        number = due
        connection.send(RoomFrame(rgb, depth_mm, loop.camera, number, number / request.fps))


def _draw(loop: FrameLoop) -> None:
    give_way()
    loop.draw()
    loop.refine()


class FrameClock:
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
