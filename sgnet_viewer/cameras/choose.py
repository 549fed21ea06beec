"""From what the user named (`--source`, a line of the chooser, nothing) to a camera."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from sgnet_model.files import expanded
from sgnet_model.types import UserError
from sgnet_viewer.cameras.replay.video_camera import pair_of

from .files import RECORDED_BY_SENSOR, VIDEOS, is_recorded_by_sensor
from .kinds import CameraKinds
from .protocol import Camera, CameraKind, CameraOptions

DEVICE_FILES = ("/dev/video", "/dev/v4l/")
FRAMES_ON_DISK = "replay"  # the kind whose unit and camera may be given
OPEN_S = 30.0  # that a device may take
# Those that take longer: files may be many, a room is furnished; two devices.
SLOW_TO_OPEN_S = {"replay": math.inf, "video": math.inf, "virtual": 200.0, "webcam+depth": 60.0}
NO_SENSOR_OF_THEIR_OWN = {"webcam", "webcam+depth", "video", "replay", "virtual"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A source that was decided on, not opened yet.

    `note`: a sentence on what was taken where the user named nothing, else "".
    """

    kind: CameraKind
    address: str
    note: str = ""

    @property
    def open_s(self) -> float:
        """Seconds after which an `open` that has not returned hangs."""
        return SLOW_TO_OPEN_S.get(self.kind.name, OPEN_S)

    def open(self, options: CameraOptions) -> Camera:
        """Raises UserError where the source cannot be opened, or cannot use what was given."""
        if self.kind.name != FRAMES_ON_DISK and (options.unit or options.intrinsics):
            raise UserError(
                f"The source {self.kind.title} takes neither a depth unit nor a camera: leave them "
                "out. They can be given for a recording or a folder of frames."
            )
        return self.kind.open(self.address, options)

    def reopen(self, serial: str, options: CameraOptions) -> Camera:
        """The same device after it was lost: by its serial, where it had one."""
        return self.kind.open(serial or self.address, options)


def open_source(text: str, options: CameraOptions) -> Camera:
    """Opens what `choose_source` makes of `text`. Raises UserError."""
    return choose_source(text).open(options)


def choose_source(text: str = "", kinds: CameraKinds | None = None) -> Choice:
    """What `text` means.

    A kind ("realsense"), a kind and what it should open ("realsense:0123", "webcam:1"), a URL or a
    device file ("/dev/video0"), a file (a sensor's recording, a video) or a folder (a recording, a
    data set). Nothing: the first depth sensor that is attached, else the virtual camera. A kind's
    name wins over a file of that name. Raises UserError for anything else.
    """
    kinds = kinds or CameraKinds()
    if not text:
        return _first_attached(kinds)
    name, colon, address = text.partition(":")
    kind = kinds.get(text) or (kinds.get(name) if colon else None)
    if kind is not None:
        return Choice(kind, "" if kind.name == text else address)
    if "://" in text or text.startswith(DEVICE_FILES):
        return Choice(_needed(kinds, "webcam"), text)
    path = expanded(text)
    if not os.path.exists(path):  # unlike the path's own, it never raises
        raise UserError(
            f"{text!r} is neither a source nor a file: name one of {', '.join(kinds.names)}, or "
            "give a recording, a video or a folder of frames."
        )
    return Choice(_kind_of_path(path, kinds), str(path))


def _first_attached(kinds: CameraKinds) -> Choice:
    reports = kinds.find_all()
    for report in reports:
        kind = kinds.get(report.name) if report.found.devices else None
        if kind is not None and kind.name not in NO_SENSOR_OF_THEIR_OWN:
            device = report.found.devices[0]
            return Choice(kind, device.address, f"{device.title} is shown, the first one found.")
    late = ", ".join(report.title for report in reports if report.is_late)
    note = "No depth camera is attached: the virtual camera is shown."
    if late:
        note = f"No depth camera has answered yet ({late} may): the virtual camera is shown."
    return Choice(_needed(kinds, "virtual"), "", note)


def _kind_of_path(path: Path, kinds: CameraKinds) -> CameraKind:
    suffix = path.suffix.lower()
    if path.is_dir():
        return _needed(kinds, "replay" if pair_of(path) is None else "video")
    if suffix in VIDEOS:
        return _needed(kinds, "video")
    return _needed(kinds, RECORDED_BY_SENSOR[suffix] if is_recorded_by_sensor(path) else "replay")


def _needed(kinds: CameraKinds, name: str) -> CameraKind:
    kind = kinds.get(name)
    if kind is None:
        raise UserError(
            f"The source {name!r} is not part of this installation: install the program again."
        )
    return kind
