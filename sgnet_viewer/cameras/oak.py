"""Luxonis OAK-D through `depthai` 3: stereo depth, aligned to the colour camera on the device."""

from __future__ import annotations

import contextlib
import os
from datetime import timedelta
from typing import Any

from sgnet_model.types import Intrinsics, Origin, UserError

from .frames import live_frame
from .numbering import Numbering
from .protocol import CameraLost, CameraOptions, Device, Found, LiveFrame
from .sdk import SdkMissing, bounded, import_sdk

STEREO_SIZE = (640, 400)  # (width, height): all models have it
UNIT_M = 0.001  # of StereoDepth's counts
USB2_FPS = 10
USB2_NOTE = "The OAK is on a USB 2 port: 10 frames a second. A USB 3 port and cable allow more."
COLOUR, DEPTH = "rgb", "depth"  # names inside a synchronised group


class OakKind:
    """Devices by their id, over USB and network."""

    name = "oak"
    title = "Luxonis OAK-D"

    def find(self) -> Found:
        """What the SDK enumerates; opening without a device would wait 11 s."""
        try:
            dai = _sdk()
        except SdkMissing as missing:
            return missing.found()
        infos = dai.Device.getAllAvailableDevices()
        return Found(tuple(Device(info.getDeviceId(), _title(info)) for info in infos))

    def open(self, address: str, options: CameraOptions) -> OakCamera:
        """See `CameraKind`; starting a device takes seconds."""
        dai = _sdk()
        infos = list(dai.Device.getAllAvailableDevices())
        chosen = [info for info in infos if address in ("", info.getDeviceId())]
        if not chosen:
            wanted = f"OAK {address}" if address else "OAK"
            others = ", ".join(info.getDeviceId() for info in infos) or "none"
            raise UserError(
                f"No {wanted} is attached (found: {others}): plug it in, or name another source."
            )
        title = _title(chosen[0])
        try:
            return OakCamera(dai, dai.Device(chosen[0]), title, options)
        except RuntimeError as error:
            raise UserError(
                f"{title} cannot be started ({error}): unplug it and plug it in again, and on "
                "Linux install Luxonis's udev rules."
            ) from error


class OakCamera:
    """See `Camera`."""

    finite = False

    def __init__(self, dai: Any, device: Any, title: str, options: CameraOptions) -> None:
        self.title, self.serial = title, str(device.getDeviceId())
        self._device, self._pipeline = device, None
        self._numbering, self._closed = Numbering(), False
        self._gone = dai.MessageQueue.QueueException, RuntimeError
        is_slow = device.getUsbSpeed() == dai.UsbSpeed.HIGH
        self._notes = (USB2_NOTE,) if is_slow else ()
        try:
            self._pipeline = dai.Pipeline(device)
            fps = min(options.fps, USB2_FPS) if is_slow else options.fps
            synced = synced_output(dai, self._pipeline, options.size, fps)
            self._queue = synced.createOutputQueue(maxSize=1, blocking=False)  # the newest wins
            self._pipeline.start()
        except Exception:
            self.close()
            raise

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`."""
        try:
            group = self._queue.get(timedelta(seconds=timeout_s))
        except self._gone as error:
            if self._closed:
                return None
            raise CameraLost(f"{self.title} stopped ({error}): plug it in again.") from error
        if group is None:
            if self._device.isClosed() and not self._closed:
                raise CameraLost(f"{self.title} was unplugged: plug it in again.")
            return None
        return self._frame(group[COLOUR], group[DEPTH])

    def close(self) -> None:
        """See `Camera`."""
        if not self._closed:
            self._closed = True
            bounded(self._stop)

    def _stop(self) -> None:
        if self._pipeline is not None:
            with contextlib.suppress(RuntimeError):  # the device is to be released in any case
                self._pipeline.stop()
        self._device.close()

    def _frame(self, colour: Any, depth: Any) -> LiveFrame:
        bgr = colour.getCvFrame()
        number = self._numbering.next(colour.getSequenceNum())
        return live_frame(
            bgr[..., ::-1],
            depth.getFrame(),
            camera_of(colour.getTransformation().getIntrinsicMatrix(), bgr.shape),
            name=f"frame {number}",
            number=number,
            unit_m=UNIT_M,
            device_s=colour.getTimestampDevice().total_seconds(),
            notes=self._notes,
        )


def synced_output(dai: Any, pipeline: Any, size: tuple[int, int], fps: int) -> Any:
    """Pairs of colour and aligned depth, `size` (height, width) each.

    The older chips align inside the stereo node, the newer ones in a node of its own.
    """
    sockets, node = dai.CameraBoardSocket, dai.node
    colour = pipeline.create(node.Camera).build(sockets.CAM_A)
    left = pipeline.create(node.Camera).build(sockets.CAM_B)
    right = pipeline.create(node.Camera).build(sockets.CAM_C)
    stereo, sync = pipeline.create(node.StereoDepth), pipeline.create(node.Sync)
    # Depth is aligned to a picture without lens distortion only.
    picture = colour.requestOutput(size=size[::-1], fps=fps, enableUndistortion=True)
    left.requestOutput(size=STEREO_SIZE, fps=fps).link(stereo.left)
    right.requestOutput(size=STEREO_SIZE, fps=fps).link(stereo.right)
    depth = stereo.depth
    if pipeline.getDefaultDevice().getPlatform() == dai.Platform.RVC4:
        align = pipeline.create(node.ImageAlign)
        stereo.depth.link(align.input)
        picture.link(align.inputAlignTo)
        depth = align.outputAligned
    else:
        picture.link(stereo.inputAlignTo)
    sync.setSyncThreshold(timedelta(seconds=1 / (2 * fps)))
    picture.link(sync.inputs[COLOUR])
    depth.link(sync.inputs[DEPTH])
    return sync.out


def camera_of(matrix: Any, shape: tuple[int, ...]) -> Intrinsics:
    """From the 3x3 matrix of a picture of `shape` (height, width, ...)."""
    (fx, _, cx), (_, fy, cy) = matrix[0], matrix[1]
    return Intrinsics(fx, fy, cx, cy, shape[1], shape[0], Origin.FILE)


def _title(info: Any) -> str:
    return f"OAK {info.getDeviceId()}"


def _sdk() -> Any:
    os.environ.setdefault("DEPTHAI_LEVEL", "error")  # its warnings are not for the terminal
    return import_sdk("depthai", OakKind.title, "depthai>=3.0")
