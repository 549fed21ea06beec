"""What the widgets of live mode show and say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sgnet_model.types import FloatArray

from .signal import Signal


class LiveState(StrEnum):
    """What the bar's lamp says."""

    OPENING = "opening"
    LIVE = "live"
    FROZEN = "frozen"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RecordingModel:
    """`frames` written, `dropped` not. `text`: where to; `problem`: why it stopped, or ""."""

    running: bool
    frames: int
    dropped: int
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LiveBarModel:
    """`sentence`: why segmentation is off, or what the source says of its frames.

    None where there is no number (yet).
    """

    title: str
    state: LiveState
    sentence: str = ""
    capture_fps: float = 0.0
    inference_fps: float = 0.0
    latency_ms: float | None = None
    dropped: int = 0
    valid: float | None = None  # of the depth, 0..1; None without depth
    flips_per_s: float | None = None  # share of the pixels that change their class in a second
    recording: RecordingModel | None = None


@dataclass(frozen=True, slots=True)
class TimelineModel:
    """Where a recording is. `index`: of the frame that is shown; `first`, `last`: the range that
    comes round again and again, inclusive; `time_s`, `duration_s`: seconds of the recording.
    `speed`: None where every frame is seen, at the pace of the network.
    """

    index: int
    count: int
    first: int
    last: int
    time_s: float
    duration_s: float
    speed: float | None = 1.0


class TimelineView(Protocol):
    """The line under the live bar while a recording is played."""

    sought: Signal  # (index: int)
    stepped_back: Signal  # ()
    range_chosen: Signal  # (first: int, last: int)
    speed_chosen: Signal  # (speed: float)

    def set_model(self, model: TimelineModel | None) -> None: ...  # None hides it


class LiveBarView(Protocol):
    """The line above the picture while a stream is open."""

    freeze_toggled: Signal  # ()
    stepped: Signal  # () one more frame, then frozen
    record_toggled: Signal  # ()
    stopped: Signal  # () the picture stays, the camera is closed
    hurried: Signal  # () look for the lost device at once

    def set_model(self, model: LiveBarModel | None) -> None: ...  # None hides it


@dataclass(frozen=True, slots=True, eq=False)
class SpreadCurve:
    """`seconds`: (N,), ascending, 0 is now. `spread_px`: (N,), NaN where unknown."""

    layer: str
    colour: tuple[int, int, int]
    seconds: FloatArray
    spread_px: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SpreadModel:
    """The active probe's curves, one a layer; `layer`: the one chosen, "" for all."""

    title: str
    curves: tuple[SpreadCurve, ...]
    layer: str = ""


class SpreadView(Protocol):
    """A small plot of each layer's spread over time."""

    def set_spread(self, model: SpreadModel | None) -> None: ...
    def set_no_result(self, reason: str) -> None: ...  # said where there is nothing to show


@dataclass(frozen=True, slots=True)
class ChoosableDevice:
    """`source`: what `--source` would be called with."""

    source: str
    title: str


@dataclass(frozen=True, slots=True)
class ChoosableKind:
    """A family of sources. `missing`: why it cannot be used; `remedy`: a command to copy."""

    title: str
    devices: tuple[ChoosableDevice, ...] = ()
    missing: str = ""
    remedy: str = ""


class LiveChooserView(Protocol):
    """The dialogue that lists the sources; it does not block the window."""

    chosen: Signal  # (source: str, every_frame: bool, once: bool, stand_in_depth: str)
    refreshed: Signal  # () look again

    def show_chooser(self) -> None: ...
    def set_stand_ins(self, stand_ins: tuple[tuple[str, str], ...]) -> None: ...  # name, what
    def set_searching(self, searching: bool) -> None: ...
    def set_kinds(self, kinds: tuple[ChoosableKind, ...]) -> None: ...
