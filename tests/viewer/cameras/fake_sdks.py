"""The parts of `depthai` and `record3d` that the sources use, under their names, without devices.

What a device would do is set from the test: which are attached, what they send, when they go.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np


def fake_depthai(platform: str = "RVC2", usb: str = "SUPER", ids: tuple[str, ...] = ("A1",)) -> Any:
    """A module like depthai 3; `module.made` holds what was made, `module.groups` what is sent."""
    dai: Any = ModuleType("depthai")
    dai.made = SimpleNamespace(devices=[], pipelines=[])
    dai.groups = queue.SimpleQueue()
    dai.fails = ""  # the message of the error that starting a device ends in
    dai.CameraBoardSocket = SimpleNamespace(CAM_A="a", CAM_B="b", CAM_C="c")
    dai.Platform = SimpleNamespace(RVC2="RVC2", RVC4="RVC4")
    dai.UsbSpeed = SimpleNamespace(HIGH="HIGH", SUPER="SUPER")
    dai.node = SimpleNamespace(
        **{name: name for name in ("Camera", "StereoDepth", "ImageAlign", "Sync")}
    )

    class QueueException(Exception):
        pass

    class MessageQueue:
        def __init__(self, max_size: int, blocking: bool) -> None:
            self.max_size, self.blocking = max_size, blocking

        def get(self, timeout: timedelta) -> Any:
            try:
                sent = dai.groups.get(timeout=timeout.total_seconds())
            except queue.Empty:
                return None
            if isinstance(sent, Exception):
                raise sent
            return sent

    MessageQueue.QueueException = QueueException  # type: ignore[attr-defined]
    dai.MessageQueue = MessageQueue

    class Device:
        def __init__(self, info: Any) -> None:
            if dai.fails:
                raise RuntimeError(dai.fails)
            self._id, self.closed = info.getDeviceId(), False
            dai.made.devices.append(self)

        @staticmethod
        def getAllAvailableDevices() -> list[Any]:
            return [SimpleNamespace(getDeviceId=lambda each=each: each) for each in ids]

        def getDeviceId(self) -> str:
            return self._id

        def getUsbSpeed(self) -> str:
            return usb

        def getPlatform(self) -> str:
            return platform

        def isClosed(self) -> bool:
            return self.closed

        def close(self) -> None:
            self.closed = True

    class Port:
        """An input or output; `links` are written as text."""

        def __init__(self, pipeline: Pipeline, name: str) -> None:
            self._pipeline, self.name = pipeline, name

        def link(self, other: Port) -> None:
            self._pipeline.links.append((self.name, other.name))

        def createOutputQueue(self, maxSize: int, blocking: bool) -> MessageQueue:
            return MessageQueue(maxSize, blocking)

    class Node:
        def __init__(self, pipeline: Pipeline, kind: str) -> None:
            self._pipeline, self._kind = pipeline, kind
            self.inputs = {name: Port(pipeline, f"{kind}.{name}") for name in ("rgb", "depth")}
            for port in ("left", "right", "depth", "input", "inputAlignTo", "outputAligned", "out"):
                setattr(self, port, Port(pipeline, f"{kind}.{port}"))

        def build(self, socket: str) -> Node:
            self._kind += socket
            return self

        def requestOutput(
            self, size: tuple[int, int], fps: float, enableUndistortion: bool = False
        ) -> Port:
            self._pipeline.requests[self._kind] = size, fps, enableUndistortion
            return Port(self._pipeline, self._kind)

        def setSyncThreshold(self, threshold: timedelta) -> None:
            self._pipeline.threshold_s = threshold.total_seconds()

    class Pipeline:
        def __init__(self, device: Device) -> None:
            self._device, self.state = device, "built"
            self.links: list[tuple[str, str]] = []
            self.requests: dict[str, Any] = {}
            dai.made.pipelines.append(self)

        def create(self, kind: str) -> Node:
            return Node(self, kind)

        def getDefaultDevice(self) -> Device:
            return self._device

        def start(self) -> None:
            self.state = "started"

        def stop(self) -> None:
            self.state = "stopped"

    dai.Device, dai.Pipeline = Device, Pipeline
    return dai


def depthai_group(number: int, size: tuple[int, int] = (48, 64)) -> dict[str, Any]:
    """A synchronised pair: blue 10, green 20, red 30; depth of 1000 + number millimetres."""
    matrix = [[60.0, 0, 31.5], [0, 61.0, 23.5], [0, 0, 1]]
    bgr = np.full((*size, 3), (10, 20, 30), np.uint8)
    colour = SimpleNamespace(
        getCvFrame=lambda: bgr,
        getSequenceNum=lambda: number,
        getTimestampDevice=lambda: timedelta(seconds=number / 30),
        getTransformation=lambda: SimpleNamespace(getIntrinsicMatrix=lambda: matrix),
    )
    counts = np.full(size, 1000 + number, np.uint16)
    return {"rgb": colour, "depth": SimpleNamespace(getFrame=lambda: counts)}


def fake_record3d(ids: tuple[str, ...] = ("0815",), connects: bool = True, kind: int = 1) -> Any:
    """A module like record3d; `module.streams` holds what was made."""
    record3d: Any = ModuleType("record3d")
    record3d.streams = []

    class Record3DStream:
        on_new_frame: Callable[[], None]
        on_stream_stopped: Callable[[], None]

        def __init__(self) -> None:
            self.connected = False
            self._rgb = np.zeros((960, 720, 3), np.uint8)
            self._depth = np.zeros((256, 192), np.float32)
            record3d.streams.append(self)

        @staticmethod
        def get_connected_devices() -> list[Any]:
            return [SimpleNamespace(product_id=1, udid=each) for each in ids]

        def connect(self, _device: Any) -> bool:
            self.connected = connects
            return connects

        def disconnect(self) -> None:
            self.connected = False

        def send(self, grey: int, depth_m: float) -> None:
            """A frame arrives: its left half has no depth; buffers are used again."""
            self._rgb[:] = grey
            self._rgb[:, 0] = 255
            self._depth[:] = depth_m
            self._depth[:, : self._depth.shape[1] // 2] = np.nan
            self.on_new_frame()

        def get_rgb_frame(self) -> Any:
            return self._rgb

        def get_depth_frame(self) -> Any:
            return self._depth

        def get_intrinsic_mat(self) -> Any:
            return SimpleNamespace(fx=720.0, fy=722.0, tx=350.0, ty=480.0)

        def get_device_type(self) -> int:
            return kind

    record3d.Record3DStream = Record3DStream
    return record3d
