"""A webcam's process: OpenCV's captures can hang for ever, but a process can be killed."""

from __future__ import annotations

import os
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.types import UInt8Array
from sgnet_viewer.cameras.captures import open_capture
from sgnet_viewer.runtime.child import serve_parent

from .capture_protocol import (
    CaptureEnded,
    CaptureOpened,
    NoPicture,
    OpenRequest,
    PictureHeader,
    PictureRequest,
)

FAILED_READS = 5  # in a row: the capture is over
RETRY_S = 0.05
STALE_S = 5.0


def main(connection: Connection, request: OpenRequest) -> None:
    """Serves the newest picture when it is asked for, until the connection closes."""
    serve_parent()
    try:
        capture = _open(request)
        if capture is None:
            connection.send(CaptureEnded("could not be opened"))
        else:
            newest = NewestPicture()
            reader = threading.Thread(
                target=_read_on, args=(capture, request.address, newest), daemon=True
            )
            reader.start()
            connection.send(CaptureOpened())
            _serve(connection, newest)
    except (EOFError, ConnectionError):
        pass  # the parent is through with it
    finally:
        connection.close()
        os._exit(0)  # the reading thread may hang in the driver


class NewestPicture:
    """The last picture that was captured; each new one replaces the one before."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._picture: tuple[PictureHeader, UInt8Array] | None = None
        self._number = -1
        self._over = ""

    def put(self, rgb: UInt8Array) -> None:
        """A new (H, W, 3) picture."""
        with self._changed:
            self._number += 1
            size = (rgb.shape[0], rgb.shape[1])
            self._picture = PictureHeader(self._number, time.monotonic(), size), rgb
            self._changed.notify_all()

    def end(self, reason: str) -> None:
        """There will be no other."""
        with self._changed:
            self._over = reason
            self._changed.notify_all()

    def after(
        self, request: PictureRequest
    ) -> tuple[PictureHeader, UInt8Array] | CaptureEnded | NoPicture:
        """The newest picture, if it is newer than what is known; waits for it."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._number > request.after or self._over, request.timeout_s
            )
            if self._picture is not None and self._number > request.after:
                return self._picture
            return CaptureEnded(self._over) if self._over else NoPicture()


class StaleWatch:
    """Tells a live camera, whose pictures always differ by noise, from a driver's last buffer."""

    def __init__(self, stale_s: float = STALE_S) -> None:
        self._stale_s = stale_s
        self._last: UInt8Array | None = None
        self._since_s = 0.0

    def is_stale(self, rgb: UInt8Array, now_s: float) -> bool:
        """Whether the picture has been the same, byte for byte, for too long."""
        if self._last is None or not np.array_equal(self._last, rgb):
            self._last, self._since_s = rgb, now_s
        return now_s - self._since_s > self._stale_s


def _open(request: OpenRequest) -> Any:
    if sys.platform == "win32":  # else Media Foundation takes half a minute to open
        os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    import cv2

    address = int(request.address) if request.address.isdigit() else request.address
    capture = open_capture(address)
    if not capture.isOpened():
        return None
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, request.size[0])
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, request.size[1])
    capture.set(cv2.CAP_PROP_FPS, request.fps)
    return capture


def _read_on(capture: Any, address: str, newest: NewestPicture) -> None:
    """Whatever ends it is reported: who asks for pictures would wait for ever."""
    try:
        newest.end(_read_to_the_end(capture, address, newest))
    except Exception as error:  # of OpenCV's, of a driver's
        newest.end(f"failed ({type(error).__name__}: {error})")


def _read_to_the_end(capture: Any, address: str, newest: NewestPicture) -> str:
    """Returns why there are no more pictures."""
    import cv2

    stale, failed = StaleWatch(), 0
    while failed < FAILED_READS:
        arrived, bgr = capture.read()
        if is_unplugged(address):
            break
        if not arrived or bgr is None or bgr.ndim != 3:
            failed += 1
            time.sleep(RETRY_S)
            continue
        failed = 0
        rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        # Where a device's file tells of the unplugging, a still picture may well be meant.
        if not _has_file(address) and stale.is_stale(rgb, time.monotonic()):
            return f"has sent the same picture for {STALE_S:.0f} s"
        newest.put(rgb)
    return "was unplugged, or stopped sending"


def is_unplugged(address: str) -> bool:
    """Whether the device's file is gone: reading on may yet "succeed", with the last picture."""
    return _has_file(address) and not _device_file(address).exists()


def _has_file(address: str) -> bool:
    return sys.platform == "linux" and "://" not in address


def _device_file(address: str) -> Path:
    return Path(f"/dev/video{address}" if address.isdigit() else address)


def _serve(connection: Connection, newest: NewestPicture) -> None:
    while True:
        answer = newest.after(connection.recv())
        if isinstance(answer, (CaptureEnded, NoPicture)):
            connection.send(answer)
            continue
        picture, rgb = answer
        connection.send(picture)
        connection.send_bytes(rgb.data.cast("B"))
