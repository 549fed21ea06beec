"""iPhone and iPad over USB, through the app Record3D and its package `record3d`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import Intrinsics, Origin, UserError
from sgnet_viewer.runtime.slot import Slot

from .frames import live_frame
from .protocol import CameraLost, CameraOptions, Device, Found, LiveFrame
from .sdk import SdkMissing, bounded, import_sdk

TRUE_DEPTH = 0  # the front camera, whose pictures are mirrored
LOW = 0  # of the LiDAR's confidences 0, 1 and 2: mostly edges, where near and far are mixed


class IPhoneKind:
    """Devices by their UDID."""

    name = "iphone"
    title = "iPhone LiDAR (Record3D)"

    def find(self) -> Found:
        """The devices that are plugged in, whether or not the app runs."""
        try:
            devices = _sdk().Record3DStream.get_connected_devices()
        except SdkMissing as missing:
            return missing.found()
        return Found(tuple(Device(str(device.udid), _title(device)) for device in devices))

    def open(self, address: str, options: CameraOptions) -> IPhoneCamera:
        """See `CameraKind`; the app must stream over USB."""
        record3d = _sdk()
        devices = list(record3d.Record3DStream.get_connected_devices())
        chosen = [device for device in devices if address in ("", str(device.udid))]
        if not chosen:
            wanted = f"iPhone {address}" if address else "iPhone"
            raise UserError(
                f"No {wanted} is attached: plug it in, unlock it and trust this computer."
            )
        return IPhoneCamera(record3d.Record3DStream(), chosen[0], options)


@dataclass(frozen=True, slots=True, eq=False)
class RawFrame:
    """What arrived together. `rgb` (H, W, 3) uint8, `depth_m` (h, w) float32, NaN = missing."""

    rgb: NDArray[Any]
    depth_m: NDArray[Any]
    camera: Intrinsics
    number: int


class IPhoneCamera:
    """See `Camera`. The package calls from a thread of its own; the newest frame wins."""

    finite = False

    def __init__(self, stream: Any, device: Any, options: CameraOptions) -> None:
        self.title, self.serial = _title(device), str(device.udid)
        self._stream, self._longest = stream, max(options.size)
        self._raw_frames: Slot[RawFrame] = Slot()
        self._number = -1
        stream.on_new_frame, stream.on_stream_stopped = self._take, self._stop
        if not stream.connect(device):
            raise UserError(
                f"{self.title} does not stream: open Record3D on it, choose USB streaming in its "
                "settings and press the record button."
            )

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`."""
        raw = self._raw_frames.take(timeout_s)
        return None if raw is None else self._frame(raw)

    def close(self) -> None:
        """See `Camera`."""
        if not self._raw_frames.is_closed:
            self._raw_frames.close()
            bounded(self._stream.disconnect)

    def _take(self) -> None:
        """In the package's thread, where an exception would end the program: `read` raises it."""
        try:
            raw = raw_frame(self._stream, self._number + 1)
        except Exception as error:
            self._raw_frames.fail(error)
            return
        self._number = raw.number
        self._raw_frames.put(raw)

    def _stop(self) -> None:
        lost = CameraLost(f"{self.title} stopped streaming: start it again in Record3D.")
        self._raw_frames.fail(lost)

    def _frame(self, raw: RawFrame) -> LiveFrame:
        fitting = fitted(raw, self._longest)
        return live_frame(
            fitting.rgb,
            fitting.depth_m,
            fitting.camera,
            name=f"frame {raw.number}",
            number=raw.number,
        )


def raw_frame(stream: Any, number: int) -> RawFrame:
    """The stream's frame, copied: its buffers hold this one only until the callback returns."""
    rgb, depth_m = np.array(stream.get_rgb_frame()), np.array(stream.get_depth_frame())
    confidence = np.asarray(stream.get_confidence_frame())
    if confidence.shape == depth_m.shape:  # the front camera tells none
        depth_m[confidence == LOW] = np.nan
    given = stream.get_intrinsic_mat()  # of the picture
    height, width = rgb.shape[:2]
    camera = Intrinsics(given.fx, given.fy, given.tx, given.ty, width, height, Origin.FILE)
    raw = RawFrame(rgb, depth_m, camera, number)
    return mirrored(raw) if stream.get_device_type() == TRUE_DEPTH else raw


def mirrored(raw: RawFrame) -> RawFrame:
    """Left and right exchanged."""
    camera = raw.camera
    turned = Intrinsics(
        camera.fx,
        camera.fy,
        camera.width - 1 - camera.cx,
        camera.cy,
        camera.width,
        camera.height,
        camera.origin,
    )
    return RawFrame(raw.rgb[:, ::-1], raw.depth_m[:, ::-1], turned, raw.number)


def fitted(raw: RawFrame, longest: int) -> RawFrame:
    """The picture no longer than `longest` pixels, its camera scaled with it.

    The LiDAR's 256 x 192 depth is brought to that size: each pixel takes the nearest value, none
    is mixed over an edge.
    """
    import cv2

    height, width = raw.rgb.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = round(width * scale), round(height * scale)
    return RawFrame(
        rgb=cv2.resize(raw.rgb, size, interpolation=cv2.INTER_AREA),
        depth_m=cv2.resize(
            raw.depth_m.astype(np.float32), size, interpolation=cv2.INTER_NEAREST_EXACT
        ),
        camera=raw.camera.scaled_to(*size),
        number=raw.number,
    )


def _title(device: Any) -> str:
    return f"iPhone {device.udid}"


def _sdk() -> Any:
    return import_sdk("record3d", IPhoneKind.title, "record3d>=1.4")
