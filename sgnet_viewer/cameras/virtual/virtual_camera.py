"""The rendered room as a moving camera: what live mode shows where nothing is attached."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection

from sgnet_model.types import UserError
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import (
    CameraLost,
    CameraOptions,
    Device,
    Found,
    LiveFrame,
    StreamEnded,
)
from sgnet_viewer.runtime.child import END_S, ChildProcess, serve_parent

from .virtual_protocol import Failed, RoomFrame, RoomRequest

DEFAULT_SEED = 122  # the living room of the bundled samples
FASTEST_FPS = 15
SMALLEST = 32  # rows or columns
LOOK_S = 0.1  # how often an `open` asks whether it is still waited for
START_TIMEOUT_S = 180.0  # furnishing takes 3 s, and more where the machine is busy
STILL_S, STARVED_S = 1.0, 20.0  # silence in which the picture stands still; then it is lost


class VirtualKind:
    """Rooms of `sgnet_model.scenes`, a different one for each seed."""

    name = "virtual"
    title = "Rendered room"

    def find(self) -> Found:
        """Always one."""
        return Found((Device(f"seed={DEFAULT_SEED}", "A camera that moves in a rendered room"),))

    def open(self, address: str, options: CameraOptions) -> VirtualCamera:
        """See `CameraKind`; `address` is "seed=N" (or N; or `options.more["seed"]`)."""
        camera = VirtualCamera(room_request(address, options))
        try:
            camera.await_first(START_TIMEOUT_S, options.given_up)
        except (UserError, StreamEnded):
            camera.close()
            raise
        return camera


def room_request(address: str, options: CameraOptions) -> RoomRequest:
    """What the process is asked to draw. Raises UserError for what is no seed or too small."""
    text = address.removeprefix("seed=") or options.more.get("seed", str(DEFAULT_SEED))
    if not text.isdecimal():
        raise UserError(
            f"The rendered room {address or text!r} is not known: rooms are numbered, so give "
            "seed=7 or any other number from 0."
        )
    if min(options.size) < SMALLEST:
        raise UserError(
            f"The rendered room cannot be shown at {options.size[0]}x{options.size[1]} pixels: "
            f"use at least {SMALLEST}x{SMALLEST}."
        )
    return RoomRequest(int(text), options.size, min(max(options.fps, 1), FASTEST_FPS))


class VirtualCamera:
    """See `Camera`. The frames are drawn in a process of its own, which `close` ends.

    Where the machine is so busy that this process gets no time, the last frame is sent again: no
    cable is loose, and a new process would have to begin from nothing.
    """

    finite = False

    def __init__(self, request: RoomRequest) -> None:
        self.title = f"Rendered room {request.seed}"
        self.serial = f"seed={request.seed}"
        self._child = ChildProcess(_draw, request, "sgnet-virtual")
        self._connection = self._child.connection
        self._asked = self._closed = False
        self._reading = threading.Lock()
        self._first: LiveFrame | None = None
        self._last: LiveFrame | None = None

    def await_first(self, timeout_s: float, given_up: Callable[[], bool] = lambda: False) -> None:
        """Waits until the room is furnished. Raises CameraLost; StreamEnded where `given_up`."""
        deadline = time.monotonic() + timeout_s
        first = None
        while first is None and (left_s := deadline - time.monotonic()) > 0:
            if given_up():
                raise StreamEnded
            first = self.read(min(left_s, LOOK_S))
        self._first = first
        if first is None:
            raise CameraLost(
                f"The rendered room was not ready after {timeout_s:.0f} s: close other "
                "programs, then try again."
            )

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`."""
        if self._first is not None:
            first, self._first = self._first, None
            return replace(first, captured_s=time.monotonic())
        with self._reading:
            answer = self._answer(timeout_s)
        if answer is None:
            return self._still()
        if isinstance(answer, Failed):
            raise CameraLost(
                f"The rendered room cannot be shown ({answer.reason}): choose another source.",
                answer.details,
            )
        self._last = self._frame(answer)
        return self._last

    def close(self) -> None:
        """See `Camera`."""
        self._closed = True
        self._child.end()
        if self._reading.acquire(timeout=END_S):  # its reader has noticed
            self._connection.close()
            self._reading.release()

    def _answer(self, timeout_s: float) -> RoomFrame | Failed | None:
        try:
            if not self._asked:
                self._connection.send(None)
                self._asked = True
            if not self._connection.poll(timeout_s):
                return None
            answer: RoomFrame | Failed = self._connection.recv()
        except (EOFError, OSError, ValueError) as error:
            raise self._end() from error
        self._asked = False
        return answer

    def _still(self) -> LiveFrame | None:
        if self._last is None:
            return None
        now = time.monotonic()
        silent_s = now - self._last.captured_s
        return replace(self._last, captured_s=now) if STILL_S < silent_s < STARVED_S else None

    def _frame(self, drawn: RoomFrame) -> LiveFrame:
        return live_frame(
            drawn.rgb,
            drawn.depth_mm,
            drawn.camera,
            name=f"room-{drawn.number:06d}",
            number=drawn.number,
            unit_m=0.001,
            device_s=drawn.device_s,
        )

    def _end(self) -> Exception:
        if self._closed:
            return StreamEnded()
        return CameraLost(
            "The process that draws the rendered room has ended: wait until it has been restarted, "
            "or choose another source."
        )


def _draw(connection: Connection, request: RoomRequest) -> None:
    """In the other process, which alone imports the scenes and Open3D."""
    serve_parent()
    from . import virtual_process

    virtual_process.main(connection, request)
