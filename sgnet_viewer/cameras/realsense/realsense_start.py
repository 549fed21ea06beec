"""Starting a RealSense pipeline: on a device with what it can do, or on a recording."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import CameraOptions

USB2_SIZE, USB2_FPS = (480, 640), 15  # what the narrow bus of every model carries


@dataclass(frozen=True, slots=True)
class Started:
    """A pipeline that runs. `playback`: of a recording, else None. `notes`: for the user."""

    pipeline: Any
    title: str
    playback: Any = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mode:
    """A combination of streams. `size`: (height, width), None for what the device prefers."""

    size: tuple[int, int] | None
    fps: int
    note: str = ""


def start_device(rs: Any, context: Any, serial: str, title: str, options: CameraOptions) -> Started:
    """Colour and depth as asked, else what a USB 2 port carries, else what the device prefers.

    Raises UserError where it has no such streams or does not start.
    """
    reason = "no matching streams"
    for mode in _modes(options):
        pipeline, config = rs.pipeline(context), _config(rs, serial, mode)
        try:
            if not config.can_resolve(rs.pipeline_wrapper(pipeline)):
                continue
            pipeline.start(config)
        except RuntimeError as error:
            reason = str(error)
            continue
        return Started(pipeline, title, notes=(mode.note,) if mode.note else ())
    raise UserError(
        f"{title} cannot stream colour with depth ({reason}): close other programs that "
        "use it, try another port or cable, and on Linux install librealsense's udev rules."
    )


def start_recording(rs: Any, path: str) -> Started:
    """Plays a .db3 or .bag file, frame by frame as it is read: the SDK's own pace loses frames.

    Raises UserError where it cannot be played.
    """
    if not os.path.isfile(path):
        raise UserError(f"There is no recording {path}: give a .db3 or .bag file.")
    pipeline, config = rs.pipeline(), rs.config()
    try:
        rs.config.enable_device_from_file(config, path, repeat_playback=False)
        # Before the start: what is played until then would be lost.
        device = config.resolve(rs.pipeline_wrapper(pipeline)).get_device()
        device.as_playback().set_real_time(False)
        profile = pipeline.start(config)
    except RuntimeError as error:
        reason = str(error).rpartition("Reason: ")[2]  # after the SDK's names for it all
        raise UserError(
            f"{Path(path).name} cannot be played by the RealSense SDK ({reason}): give a whole "
            ".db3 or .bag file that was recorded with a RealSense."
        ) from error
    return Started(pipeline, Path(path).name, profile.get_device().as_playback())


def _modes(options: CameraOptions) -> Iterator[_Mode]:
    yield _Mode(options.size, options.fps)
    if (options.size, options.fps) != (USB2_SIZE, USB2_FPS):
        yield _Mode(USB2_SIZE, USB2_FPS, _instead(options, "640x480 at 15 frames a second"))
    yield _Mode(None, 0, _instead(options, "what it prefers"))


def _instead(options: CameraOptions, what: str) -> str:
    height, width = options.size
    return (
        f"The camera does not stream {width}x{height} at {options.fps} frames a second on this "
        f"port: {what} is used instead. A USB 3 port and cable allow more."
    )


def _config(rs: Any, serial: str, mode: _Mode) -> Any:
    config = rs.config()
    if serial:
        config.enable_device(serial)
    if mode.size is None:
        config.enable_stream(rs.stream.depth)
        config.enable_stream(rs.stream.color)
        return config
    height, width = mode.size
    config.enable_stream(rs.stream.depth, width, height, rs.format.z16, mode.fps)
    config.enable_stream(rs.stream.color, width, height, rs.format.rgb8, mode.fps)
    return config
