"""The SDK's software device, recorded: a RealSense without hardware, as far as the SDK goes."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

rs: Any = pytest.importorskip("pyrealsense2", reason="pyrealsense2 is not installed")

SERIAL = "0042"
ARRIVAL_S = 5.0


def record(
    path: Path,
    frames: int = 6,
    unit_m: float = 0.001,
    size: tuple[int, int] = (48, 64),
    fps: int = 30,
    shift_m: float = 0.0,
    picture: str = "color",
    live: bool = False,
    dropped: Collection[int] = (),
    depth_late_ms: float = 0.0,
    distortion: Sequence[float] = (),
) -> Path:
    """Frame k: a plane of 1000 + k counts, a picture of (k, 2k, 3k).

    `picture`: "color", "infrared" (grey k), or "" for none. `shift_m`: how far the colour camera
    lies to the right of the depth camera. `live`: recorded in its own time; others play at once,
    which no reader of an attached device could follow. `dropped`: frames whose picture is lost.
    `distortion`: of the colour lens, Brown and Conrady's five.
    """
    device = rs.software_device()
    device.register_info(rs.camera_info.name, "Virtual D435")
    device.register_info(rs.camera_info.serial_number, SERIAL)
    depth, colour = device.add_sensor("Stereo Module"), device.add_sensor("RGB Camera")
    depth.add_read_only_option(rs.option.depth_units, unit_m)
    profiles = [
        depth.add_video_stream(_stream(rs.stream.depth, rs.format.z16, 2, size, fps)),
        colour.add_video_stream(
            _stream(rs.stream.infrared, rs.format.y8, 1, size, fps)
            if picture == "infrared"
            else _stream(rs.stream.color, rs.format.rgb8, 3, size, fps, distortion)
        ),
    ]
    profiles[0].register_extrinsics_to(profiles[1], _shifted(shift_m))
    recorder = rs.recorder(str(path), device)
    arrived = rs.frame_queue(100)
    sensors = list(recorder.query_sensors())[: 2 if picture else 1]
    for sensor in sensors:
        sensor.open(sensor.get_stream_profiles()[0])
        sensor.start(arrived)
    pause = threading.Event()
    for k in range(frames):
        pause.wait(live / fps)
        counts = np.full(size, 1000 + k, np.uint16)
        rgb = np.full((*size, 3), (k, 2 * k, 3 * k), np.uint8)
        pixels = np.full(size, k, np.uint8) if picture == "infrared" else rgb
        depth.on_video_frame(_frame(counts, k, fps, profiles[0], unit_m, depth_late_ms))
        has_picture = bool(picture) and k not in dropped
        if has_picture:
            colour.on_video_frame(_frame(pixels, k, fps, profiles[1], 0.0))
        for _ in range(
            1 + has_picture
        ):  # one after the other: the writer drops what comes too fast
            assert arrived.wait_for_frame(int(ARRIVAL_S * 1000))
    for sensor in sensors:
        sensor.stop()
        sensor.close()
    return path


@contextmanager
def attached(context: Any, path: Path) -> Iterator[None]:
    """The recorded device appears in `context`, as one that was plugged in."""
    with changing(context, 1):
        device = context.load_device(str(path))
    try:
        yield
    finally:
        del device  # the SDK lets go of a device that nobody holds
        if len(context.query_devices()):
            unplug(context, path)


def unplug(context: Any, path: Path) -> None:
    """The device of `attached` goes away."""
    with changing(context, 0):
        context.unload_device(str(path))


@contextmanager
def changing(context: Any, devices: int) -> Iterator[None]:
    """Until the SDK knows of so many devices (it tells in a thread of its own)."""
    yield
    pause = threading.Event()
    for _ in range(int(ARRIVAL_S / 0.01)):
        if len(context.query_devices()) == devices:
            return
        pause.wait(0.01)
    raise AssertionError(f"the SDK still knows {len(context.query_devices())} devices")


def _stream(
    kind: Any,
    pixel_format: Any,
    size_bytes: int,
    size: tuple[int, int],
    fps: int,
    distortion: Sequence[float] = (),
) -> Any:
    stream, camera = rs.video_stream(), rs.intrinsics()
    stream.type, stream.fmt, stream.bpp, stream.fps = kind, pixel_format, size_bytes, fps
    stream.uid = int(kind)
    stream.height, stream.width = camera.height, camera.width = size
    camera.fx = camera.fy = 60.0
    camera.ppx, camera.ppy = size[1] / 2, size[0] / 2
    camera.model = rs.distortion.brown_conrady if distortion else rs.distortion.none
    camera.coeffs = [*distortion] or [0.0] * 5
    stream.intrinsics = camera
    return stream


def _shifted(shift_m: float) -> Any:
    extrinsics = rs.extrinsics()
    extrinsics.rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    extrinsics.translation = [-shift_m, 0, 0]
    return extrinsics


def _frame(
    pixels: Any, number: int, fps: int, profile: Any, unit_m: float, late_ms: float = 0.0
) -> Any:
    frame = rs.software_video_frame()
    frame.pixels = pixels
    frame.stride, frame.bpp = pixels.strides[0], pixels.strides[1]
    frame.timestamp, frame.domain = (
        number * 1000 / fps + late_ms,
        rs.timestamp_domain.hardware_clock,
    )
    frame.frame_number, frame.profile = number, profile.as_video_stream_profile()
    if unit_m:
        frame.depth_units = unit_m
    return frame
