"""A camera that does what a script says: the faults of real ones, on demand.

    from scripted import ScriptedCamera, ScriptedKind, picture, stall, unplug

    kind = ScriptedKind([[picture(), stall(), unplug()], [picture()]])  # the second after a replug
    camera = kind.open("", CameraOptions())

A script is a list of steps, one for each `read`. After the last one the camera is silent (every
`read` runs into its time-out), unless the script `repeat`s.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sgnet_model.types import Intrinsics, Origin, UserError
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import (
    Camera,
    CameraLost,
    CameraOptions,
    Device,
    Found,
    LiveFrame,
    StreamEnded,
)

HANG_S = 60.0  # how long a `close` that hangs does so, unless it is let go
UNIT_M = 0.001
ATTACHED = Found((Device("S1", "Scripted camera"),))

# A step is told its frame's number and the reader's time-out (by waiting on an event that is set
# when the camera is closed); it answers with a frame, None (nothing came), or raises.
Step = Callable[["ScriptedCamera", float], LiveFrame | None]


def picture(
    depth: str = "ramp",
    size: tuple[int, int] = (48, 64),
    focal: float = 60.0,
    grey: int = -1,
    dropped: int = 0,
) -> Step:
    """A good frame, or one with a fault in it.

    `depth`: "ramp" (1 to 2 m, its number in the first column), "nan" and "inf" (half of it),
    "zero", "none". `size`: (height, width). `grey`: of the picture, by default the frame's number
    modulo 256, so that a test can tell frames from each other. `dropped`: so many frames before
    it were dropped by the driver, its number jumps.
    """

    def step(camera: ScriptedCamera, _timeout_s: float) -> LiveFrame | None:
        for _ in range(dropped):
            camera.take_number()
        return frame(camera.take_number(), depth, size, focal, grey)

    return step


def frame(
    number: int,
    depth: str = "ramp",
    size: tuple[int, int] = (48, 64),
    focal: float = 60.0,
    grey: int = -1,
) -> LiveFrame:
    """What `picture` sends."""
    height, width = size
    rgb = np.full((height, width, 3), number % 256 if grey < 0 else grey, np.uint8)
    camera = Intrinsics(
        focal, focal, (width - 1) / 2, (height - 1) / 2, width, height, Origin.DATASET
    )
    return live_frame(
        rgb,
        _depth(depth, number, size),
        camera,
        name=f"scripted {number}",
        number=number,
        unit_m=UNIT_M,
        device_s=number / 30,
    )


def stall() -> Step:
    """Nothing for one read, which waits for its time-out; `[stall()] * 3` for three."""

    def step(camera: ScriptedCamera, timeout_s: float) -> LiveFrame | None:
        camera.closed.wait(timeout_s)
        return None

    return step


def unplug() -> Step:
    """The device is gone."""
    return raises(CameraLost("The scripted camera was unplugged: plug it in again."))


def ended() -> Step:
    """A file's last frame was the one before."""
    return raises(StreamEnded())


def raises(error: Exception) -> Step:
    """Whatever a driver may raise."""

    def step(_camera: ScriptedCamera, _timeout_s: float) -> LiveFrame | None:
        raise error

    return step


class ScriptedCamera:
    """A `Camera` that plays a script.

    `gated`: each read waits for one `release` (or its time-out): a test goes frame by frame.
    `hangs`: `close` blocks until `let_go` is set. `reads` counts, `closes` counts.
    """

    def __init__(
        self,
        script: Sequence[Step],
        *,
        serial: str = "S1",
        finite: bool = False,
        repeat: bool = False,
        gated: bool = False,
        hangs: bool = False,
    ) -> None:
        self.title, self.serial, self.finite = "Scripted camera", serial, finite
        self.reads = self.closes = 0
        self.closed, self.let_go = threading.Event(), threading.Event()
        self._steps: Iterator[Step] = itertools.cycle(script) if repeat else iter(script)
        self._numbers = itertools.count()
        self._gate = threading.Semaphore(0) if gated else None
        self._hangs = hangs

    def read(self, timeout_s: float) -> LiveFrame | None:
        """The script's next step."""
        self.reads += 1
        if self._gate is not None and not self._gate.acquire(timeout=timeout_s):
            return None
        return next(self._steps, stall())(self, timeout_s)

    def close(self) -> None:
        """Ends the waits of `read`; hangs if it was told to."""
        self.closes += 1
        self.closed.set()
        if self._hangs:
            self.let_go.wait(HANG_S)

    def release(self, reads: int = 1) -> None:
        """Let so many reads of a gated camera pass."""
        if self._gate is not None:
            self._gate.release(reads)

    def take_number(self) -> int:
        """For steps: the next frame's number."""
        return next(self._numbers)


@dataclass(slots=True)
class ScriptedKind:
    """A `CameraKind`: open number n plays script n (the last one ever after).

    An exception in place of a script is raised by that `open`. `addresses` and `options` hold what
    was asked for, `cameras` what was opened; `settings` goes to each `ScriptedCamera`.
    """

    scripts: Sequence[Sequence[Step] | Exception]
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = "scripted"
    title: str = "Scripted camera"
    found: Found = ATTACHED
    addresses: list[str] = field(default_factory=list)
    options: list[CameraOptions] = field(default_factory=list)
    cameras: list[ScriptedCamera] = field(default_factory=list)

    def find(self) -> Found:
        """What the test put into `found`."""
        return self.found

    def open(self, address: str, options: CameraOptions) -> Camera:
        """The next script's camera."""
        script = self.scripts[min(len(self.addresses), len(self.scripts) - 1)]
        self.addresses.append(address)
        self.options.append(options)
        if isinstance(script, Exception):
            raise script
        self.cameras.append(ScriptedCamera(script, **self.settings))
        return self.cameras[-1]


def missing(sentence: str = "It is not installed.", remedy: str = "pip install it") -> Found:
    """For `ScriptedKind.found`: an SDK that is not there."""
    return replace(Found(), missing=sentence, remedy=remedy)


def not_there(address: str = "S1") -> UserError:
    """For `ScriptedKind.scripts`: the device is still unplugged when it is opened again."""
    return UserError(f"No scripted camera {address} is attached: plug it in.")


def frames_of(camera: Camera) -> list[LiveFrame]:
    """All frames of a stream that ends; the camera is closed."""
    frames = []
    try:
        while True:
            live = camera.read(HANG_S)
            assert live is not None
            frames.append(live)
    except StreamEnded:
        return frames
    finally:
        camera.close()


def _depth(what: str, number: int, size: tuple[int, int]) -> Any:
    ramp = np.broadcast_to(np.linspace(1000, 2000, size[1]), size).astype(np.uint16)
    ramp[:, 0] = 1 + number % 60000
    match what:
        case "ramp":
            return ramp
        case "zero":
            return np.zeros(size, np.uint16)
        case "nan" | "inf":
            metres = ramp.astype(np.float32) * UNIT_M
            metres[::2] = np.nan if what == "nan" else np.inf
            return metres
        case "none":
            return None
    raise ValueError(f"no depth called {what!r}")
