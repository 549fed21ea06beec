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

# depthai 3


def fake_depthai(platform: str = "RVC2", usb: str = "SUPER", ids: tuple[str, ...] = ("A1",)) -> Any:
    """A module like depthai 3; `module.made` holds what was made, `module.groups` what is sent.

    `module.fails`: the message of the error that starting a device ends in, "" for none.
    """
    dai: Any = ModuleType("depthai")
    dai.made = SimpleNamespace(devices=[], pipelines=[])
    dai.groups, dai.fails = queue.SimpleQueue(), ""
    dai.platform, dai.usb, dai.ids = platform, usb, ids
    dai.CameraBoardSocket = SimpleNamespace(CAM_A="a", CAM_B="b", CAM_C="c")
    dai.Platform = SimpleNamespace(RVC2="RVC2", RVC4="RVC4")
    dai.UsbSpeed = SimpleNamespace(HIGH="HIGH", SUPER="SUPER")
    nodes = ("Camera", "StereoDepth", "ImageAlign", "Sync")
    dai.node = SimpleNamespace(**{name: name for name in nodes})
    for made in (FakeDevice, FakePipeline, FakeQueue):  # each module's own: they know it
        name = made.__name__.replace("Fake", "").replace("Queue", "MessageQueue")
        setattr(dai, name, type(name, (made,), {"dai": dai}))
    return dai


class FakeDevice:
    """`depthai.Device`."""

    dai: Any

    def __init__(self, info: Any) -> None:
        if self.dai.fails:
            raise RuntimeError(self.dai.fails)
        self._id, self.closed = info.getDeviceId(), False
        self.dai.made.devices.append(self)

    @classmethod
    def getAllAvailableDevices(cls) -> list[Any]:
        return [SimpleNamespace(getDeviceId=lambda each=each: each) for each in cls.dai.ids]

    def getDeviceId(self) -> str:
        return str(self._id)

    def getUsbSpeed(self) -> str:
        return str(self.dai.usb)

    def getPlatform(self) -> str:
        return str(self.dai.platform)

    def isClosed(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


class FakePipeline:
    """`depthai.Pipeline`; `links` and `requests` tell what it was made of, as text."""

    dai: Any

    def __init__(self, device: FakeDevice) -> None:
        self._device, self.state = device, "built"
        self.threshold_s, self.queue_of = 0.0, (16, True)
        self.links: list[tuple[str, str]] = []
        self.requests: dict[str, Any] = {}
        self.dai.made.pipelines.append(self)

    def create(self, kind: str) -> FakeNode:
        return FakeNode(self, kind)

    def getDefaultDevice(self) -> FakeDevice:
        return self._device

    def start(self) -> None:
        self.state = "started"

    def stop(self) -> None:
        self.state = "stopped"


class FakeNode:
    """Any node of a pipeline, with the ports of all of them."""

    def __init__(self, pipeline: FakePipeline, kind: str) -> None:
        self._pipeline, self._kind = pipeline, kind
        self.inputs = {name: FakePort(pipeline, f"{kind}.{name}") for name in ("rgb", "depth")}
        for port in ("left", "right", "depth", "input", "inputAlignTo", "outputAligned", "out"):
            setattr(self, port, FakePort(pipeline, f"{kind}.{port}"))

    def build(self, socket: str) -> FakeNode:
        self._kind += socket
        return self

    def requestOutput(
        self, size: tuple[int, int], fps: float, enableUndistortion: bool = False
    ) -> FakePort:
        self._pipeline.requests[self._kind] = size, fps, enableUndistortion
        return FakePort(self._pipeline, self._kind)

    def setSyncThreshold(self, threshold: timedelta) -> None:
        self._pipeline.threshold_s = threshold.total_seconds()


class FakePort:
    """An input or output of a node."""

    def __init__(self, pipeline: FakePipeline, name: str) -> None:
        self._pipeline, self.name = pipeline, name

    def link(self, other: FakePort) -> None:
        self._pipeline.links.append((self.name, other.name))

    def createOutputQueue(self, maxSize: int, blocking: bool) -> FakeQueue:
        self._pipeline.queue_of = maxSize, blocking
        made: FakeQueue = self._pipeline.dai.MessageQueue()
        return made


class FakeQueue:
    """`depthai.MessageQueue`: what the test put into `module.groups`; an exception is raised."""

    dai: Any

    class QueueException(Exception):
        pass

    def get(self, timeout: timedelta) -> Any:
        try:
            sent = self.dai.groups.get(timeout=timeout.total_seconds())
        except queue.Empty:
            return None
        if isinstance(sent, Exception):
            raise sent
        return sent


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


# record3d


def fake_record3d(ids: tuple[str, ...] = ("0815",), connects: bool = True, kind: int = 1) -> Any:
    """A module like record3d; `module.streams` holds what was made. `kind`: 0 is the front camera.

    `connects`: whether the app is there to stream.
    """
    record3d: Any = ModuleType("record3d")
    record3d.streams, record3d.ids = [], ids
    record3d.connects, record3d.kind = connects, kind
    record3d.Record3DStream = type("Record3DStream", (FakeStream,), {"record3d": record3d})
    return record3d


class FakeStream:
    """`record3d.Record3DStream`; its buffers are used again for each frame."""

    record3d: Any
    on_new_frame: Callable[[], None]
    on_stream_stopped: Callable[[], None]

    def __init__(self) -> None:
        self.connected = False
        self._rgb = np.zeros((960, 720, 3), np.uint8)
        self._depth = np.zeros((256, 192), np.float32)
        is_lidar = self.record3d.kind == 1
        self._confidence = np.full((256, 192) if is_lidar else (0, 0), 2, np.uint8)
        self.record3d.streams.append(self)

    @classmethod
    def get_connected_devices(cls) -> list[Any]:
        return [SimpleNamespace(product_id=1, udid=each) for each in cls.record3d.ids]

    def connect(self, _device: Any) -> bool:
        self.connected = self.record3d.connects
        return self.connected

    def disconnect(self) -> None:
        self.connected = False

    def send(self, grey: int, depth_m: float, unsure_rows: int = 0) -> None:
        """A frame arrives: its left half has no depth; of the first rows the LiDAR is unsure."""
        self._rgb[:] = grey
        self._rgb[:, 0] = 255
        self._depth[:] = depth_m
        self._depth[:, : self._depth.shape[1] // 2] = np.nan
        self._confidence[:] = 1
        self._confidence[:unsure_rows] = 0
        self.on_new_frame()

    def get_rgb_frame(self) -> Any:
        return self._rgb

    def get_depth_frame(self) -> Any:
        return self._depth

    def get_confidence_frame(self) -> Any:
        return self._confidence

    def get_intrinsic_mat(self) -> Any:
        return SimpleNamespace(fx=720.0, fy=722.0, tx=350.0, ty=480.0)

    def get_device_type(self) -> int:
        return int(self.record3d.kind)
