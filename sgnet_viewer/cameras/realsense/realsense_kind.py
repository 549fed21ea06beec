"""Intel RealSense, attached or recorded (.db3 and .bag), through `pyrealsense2`."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import Camera, CameraOptions, Device, Found
from sgnet_viewer.cameras.sdk import SdkMissing, import_sdk

from .realsense_playback import Playback
from .realsense_start import start_device, start_recording
from .realsense_stream import RealSenseCamera, RealSenseRecording

RECORDINGS = {".db3", ".bag"}


class RealSenseKind:
    """Finds by serial number; the SDK tells of devices that come and go."""

    name = "realsense"
    title = "Intel RealSense"

    def __init__(self) -> None:
        self._context: Any = None
        self._making = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def find(self) -> Found:
        """The attached devices, by serial number."""
        try:
            rs = _sdk()
            devices = [
                Device(serial_of(rs, device), title_of(rs, device))
                for device in self.context().query_devices()
            ]
        except SdkMissing as missing:
            return missing.found()
        return Found(tuple(devices))

    def open(self, address: str, options: CameraOptions) -> Camera:
        """`address`: a serial number, "" for the first device, or a .db3 or .bag file."""
        rs = _sdk()
        if Path(address).suffix.lower() in RECORDINGS:
            playback = Playback(rs, lambda: start_recording(rs, address))
            return RealSenseRecording(rs, playback, options)
        device = self._device(rs, address)
        serial = serial_of(rs, device)
        started = start_device(rs, self.context(), serial, title_of(rs, device), options)
        return RealSenseCamera(rs, started, serial, lambda: serial in self._serials(rs), self.watch)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Has `changed` called, in a thread of the SDK's, when a device comes or goes."""
        with contextlib.suppress(SdkMissing):
            self.context()
        self._listeners.append(changed)

        def stop() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(changed)

        return stop

    def context(self) -> Any:
        """The one `rs.context` of this program: the SDK forgets callbacks of one that is gone."""
        rs = _sdk()
        with self._making:
            if self._context is None:
                self._context = rs.context()
                self._context.set_devices_changed_callback(lambda _event: self._tell())
            return self._context

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _serials(self, rs: Any) -> list[str]:
        return [serial_of(rs, device) for device in self.context().query_devices()]

    def _device(self, rs: Any, serial: str) -> Any:
        """Asked first, because a pipeline waits 15 s for a device that is not there."""
        for device in self.context().query_devices():
            if serial in ("", serial_of(rs, device)):
                return device
        wanted = f"RealSense with the serial number {serial}" if serial else "RealSense"
        others = ", ".join(self._serials(rs)) or "none"
        raise UserError(
            f"No {wanted} is attached (found: {others}): plug it in, or name another source."
        )


def serial_of(rs: Any, device: Any) -> str:
    """A device's serial number, "" where it has none."""
    return _info(device, rs.camera_info.serial_number)


def title_of(rs: Any, device: Any) -> str:
    """A device's name and serial number."""
    name = _info(device, rs.camera_info.name) or RealSenseKind.title
    return f"{name} {serial_of(rs, device)}".strip()


def _info(device: Any, which: Any) -> str:
    return str(device.get_info(which)) if device.supports(which) else ""


def _sdk() -> Any:
    package = "pyrealsense2-macosx" if sys.platform == "darwin" else "pyrealsense2>=2.55"
    return import_sdk("pyrealsense2", RealSenseKind.title, package)
