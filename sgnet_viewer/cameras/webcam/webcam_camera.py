"""The side of a webcam that the window sees: asks the capturing process, and can end it."""

from __future__ import annotations

import os
import threading

import numpy as np

from sgnet_model.data.intrinsics import guess_intrinsics
from sgnet_model.types import Origin, UserError
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, LiveFrame
from sgnet_viewer.cameras.stand_in import StandIn
from sgnet_viewer.runtime.child import ChildProcess

from . import capture_child
from .capture_protocol import (
    CaptureEnded,
    CaptureOpened,
    OpenRequest,
    PictureHeader,
    PictureRequest,
    Reply,
)

OPEN_TIMEOUT_S = 15.0  # a sleeping webcam, a network stream
GRACE_S = 0.5  # beyond a time-out: for the answer's way
# What the user can do where it does not open, and where it is lost.
OF_WEBCAMS = "check that it is plugged in and that no other program uses it", "plug it in again"
OF_STREAMS = "check its address and the network", "check the network and its sender"
A_FILE = "it is a file, so name it without {} before it"
FILE_URL = "file://"


class WebcamCamera:
    """One capture of OpenCV's, in a process of its own; the newest picture wins.

    Its camera is guessed: a webcam does not tell. No depth, unless a stand-in was chosen.
    """

    finite = False

    def __init__(self, address: str, title: str, serial: str, options: CameraOptions) -> None:
        self.title, self.serial = title, serial
        self._stand_in = StandIn(options.stand_in_depth)
        is_stream = "://" in address
        self._to_check, self._to_mend = OF_STREAMS if is_stream else OF_WEBCAMS
        if os.path.isfile(address.removeprefix(FILE_URL)):  # a device is none
            self._to_check = A_FILE.format(FILE_URL if address.startswith(FILE_URL) else "webcam:")
        request = OpenRequest(address, options.size, options.fps)
        self._child = ChildProcess(capture_child.main, request, "sgnet-webcam")
        self._connection = self._child.connection
        self._last = -1  # number of the last picture
        self._asked = False  # an answer is still on its way
        self._closed = threading.Event()
        self._await_opening()

    def read(self, timeout_s: float) -> LiveFrame | None:
        """The newest picture that was not read yet. Raises CameraLost when there will be none."""
        try:
            if not self._asked:
                self._connection.send(PictureRequest(self._last, timeout_s))
                self._asked = True
            if not self._connection.poll(timeout_s + GRACE_S):
                return None  # the process is busy, or stopped: the answer may come yet
            reply: Reply = self._connection.recv()
            self._asked = False
            return self._frame(reply)
        except (EOFError, OSError) as error:
            if self._closed.is_set():
                return None
            raise CameraLost(
                f"{self.title} is lost: its process {self._child.ending()}."
            ) from error

    def close(self) -> None:
        """Ends the process; whatever the driver does, it is gone afterwards."""
        self._closed.set()
        self._child.end()

    def _await_opening(self) -> None:
        try:
            reply = self._connection.recv() if self._connection.poll(OPEN_TIMEOUT_S) else None
        except (EOFError, OSError):
            reply = CaptureEnded(f"cannot be opened: its process {self._child.ending()}")
        if isinstance(reply, CaptureOpened):
            return
        self.close()
        reason = reply.reason if reply is not None else "did not answer"
        raise UserError(f"{self.title} {reason}: {self._to_check}.")

    def _frame(self, reply: Reply) -> LiveFrame | None:
        if isinstance(reply, CaptureEnded):
            raise CameraLost(f"{self.title} {reply.reason}: {self._to_mend}.")
        if not isinstance(reply, PictureHeader):
            return None
        self._last = reply.number
        height, width = reply.size
        pixels = np.frombuffer(self._connection.recv_bytes(), np.uint8)
        camera = guess_intrinsics(width, height)
        return live_frame(
            pixels.reshape(height, width, 3),
            self._stand_in.depth(camera),
            camera,
            name=f"frame {reply.number}",
            number=reply.number,
            captured_s=reply.captured_s,
            notes=self._stand_in.notes,
            depth_origin=Origin.GUESS,
        )
