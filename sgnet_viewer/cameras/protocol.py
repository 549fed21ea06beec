"""What every live source is to the rest of the program: a kind that finds, a camera that reads.

Another sensor is one file in a package of its own. A kind with `name`, `title`, `find` and `open`,
and a camera with `title`, `serial`, `finite`, `read` and `close`:

    import acme_sdk_shim as acme  # better inside `find` and `open`: then it is imported on use

    from sgnet_model.types import Intrinsics, Origin, UserError
    from sgnet_viewer.cameras.frames import live_frame
    from sgnet_viewer.cameras.protocol import CameraLost, Device, Found


    class AcmeKind:
        name = "acme"  # for --source acme, or --source acme:ADDRESS
        title = "Acme depth camera"

        def find(self):
            return Found(tuple(Device(serial, f"Acme {serial}") for serial in acme.serials()))

        def open(self, address, options):
            serial = address or next(iter(acme.serials()), "")
            if serial not in acme.serials():
                raise UserError(f"No Acme {address} is attached: plug it in.")
            return AcmeCamera(acme.Stream(serial, options.size, options.fps), serial)


    class AcmeCamera:
        finite = False

        def __init__(self, stream, serial):
            self.title, self.serial = f"Acme {serial}", serial
            self._stream = stream

        def read(self, timeout_s):
            try:
                shot = self._stream.wait(timeout_s)
            except acme.Unplugged as error:
                raise CameraLost("The Acme was unplugged: plug it in again.") from error
            if shot is None:
                return None
            height, width = shot.depth.shape
            camera = Intrinsics(*shot.fx_fy_cx_cy, width, height, Origin.FILE)
            return live_frame(
                shot.rgb,  # (H, W, 3) uint8
                shot.depth,  # (H, W) aligned: uint16 counts of unit_m, or float metres
                camera,
                name=f"frame {shot.index}",
                number=shot.index,
                unit_m=0.001,
            )

        def close(self):
            self._stream.stop()

and in its pyproject.toml the line that lets the program find it:

    [project.entry-points."sgnet_viewer.cameras"]
    acme = "sgnet_acme:AcmeKind"

`live_frame` copies the SDK's buffers and makes depth sane. Errors that a user can mend are
`UserError`s of one sentence; anything else that is raised is shown as this source's failure. A kind
whose SDK tells of plugging may also have `watch(changed)`: it calls `changed()` from whatever
thread, and returns a function that ends this. A class that cannot be loaded, or lacks a method, is
listed with the reason and does no harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import Frame, UserError

UInt16Array = NDArray[np.uint16]


class CameraLost(UserError):
    """The device went away, or stopped sending; it may come back."""


class CameraUnfit(UserError):
    """What the device sends cannot be used, and would be the same the next time."""


class StreamEnded(Exception):
    """A source with an end (a file, a recording played once) has no further frame."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveFrame:
    """One captured frame; its arrays belong to it alone (copied out of the SDK's buffers).

    `frame`: RGB, depth in metres aligned to the colour picture, intrinsics; `frame.depth_m` None
    where the source has no depth (`frame.notes` says so). `raw_depth`: (H, W) uint16, what
    the sensor counted, aligned; None where it does not count. `depth_unit_m`: metres per count.
    `number` counts captured frames of this camera from 0, gaps are frames the driver dropped.
    `captured_s`: time.monotonic() at arrival. `device_s`: the device's own clock, seconds.
    `index`: of the frame in its recording, 0-based; None for a camera. `asked`: the number of the
    last change of its playhead that it was read after, where no frame may be left out; else 0.
    """

    frame: Frame
    number: int
    captured_s: float
    device_s: float | None = None
    raw_depth: UInt16Array | None = None
    depth_unit_m: float = 0.001
    index: int | None = None
    asked: int = 0

    def decoded(self) -> LiveFrame:
        """Itself; see `LaterFrame`."""
        return self


class LaterFrame:
    """A captured frame that is decoded when it is first looked at, in that thread, once.

    `number` and `captured_s`: see `LiveFrame`.
    """

    def __init__(self, number: int, captured_s: float, load: Callable[[], LiveFrame]) -> None:
        self.number, self.captured_s = number, captured_s
        self._load = load
        self._lock = threading.Lock()
        self._live: LiveFrame | None = None

    def decoded(self) -> LiveFrame:
        """The frame. Raises UserError where it is damaged, and whatever else `load` raises."""
        with self._lock:
            if self._live is None:
                self._live = self._load()
            return self._live


Captured = LiveFrame | LaterFrame


class Camera(Protocol):
    """An open stream. Used by one thread at a time; `close` may come from another one.

    `title`: shown to the user. `serial`: what finds the same device again, "" where none exists.
    `finite`: it has an end (a file); such a source may be asked for every frame.

    A camera that has to decode its frames may also have `grab(timeout_s) -> LaterFrame | None`,
    which is then called in the place of `read` and raises the same. One that plays a recording may
    have a `playhead` (see `Playhead`), which the window moves.
    """

    title: str
    serial: str
    finite: bool

    def read(self, timeout_s: float) -> LiveFrame | None:
        """The next frame, or None after `timeout_s` seconds without one.

        Raises `CameraLost` where the device is gone, `StreamEnded` at the end of a file,
        `CameraUnfit` where it would be no use to open it again.
        """
        ...

    def close(self) -> None:
        """Releases the device. Never raises; callers bound the wait."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """Something that can be opened now. `address`: what `CameraKind.open` wants."""

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a kind finds on this machine.

    `missing`: a sentence on why the kind cannot be used (its package is not installed), with what
    to do in `remedy` (a command to copy); both "" where it can.
    """

    devices: tuple[Device, ...] = ()
    missing: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CameraOptions:
    """How to open. `every_frame`: a finite source waits for its reader and skips nothing.

    `loop`: a finite source begins again at its end. `stand_in_depth`: for sources without depth,
    the name of an explicitly chosen stand-in, "" for none. `calibration`: path of the file that
    relates a webcam to its separate depth device. `unit`, `intrinsics`: for frames on disk alone,
    as in `sgnet_model.data.open_frames`; "" is looked for, then guessed. `given_up`: for an `open`
    that takes long to ask now and then; True where it is not waited for any more, so that it may
    raise `StreamEnded`.
    """

    size: tuple[int, int] = (480, 640)  # wanted (height, width)
    fps: int = 30
    every_frame: bool = False
    loop: bool = True
    stand_in_depth: str = ""
    calibration: str = ""
    unit: str = ""
    intrinsics: str = ""
    more: dict[str, str] = field(default_factory=dict)
    given_up: Callable[[], bool] = lambda: False


class CameraKind(Protocol):
    """One family of sources: "realsense", "webcam", "replay", ... Its SDK is imported on use.

    Others add one through the entry-point group "sgnet_viewer.cameras": a factory of such objects,
    called once. See the beginning of this file.
    """

    name: str
    title: str

    def find(self) -> Found:
        """What is attached; at once, without opening a device or waiting for a time-out."""
        ...

    def open(self, address: str, options: CameraOptions) -> Camera:
        """Opens a device ("" for the first). Raises `UserError`."""
        ...
