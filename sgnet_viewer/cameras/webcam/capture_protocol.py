"""What travels between a webcam's process and the one that shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What to open. `address`: a number, a path or a URL. `size`: wanted (height, width)."""

    address: str
    size: tuple[int, int]
    fps: int


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """The newest picture after number `after`, within `timeout_s` seconds."""

    after: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class CaptureOpened:
    """The capture runs."""


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """Followed by the bytes of a (height, width, 3) uint8 RGB picture."""

    number: int  # of all captured, from 0
    captured_s: float  # time.monotonic(), which all processes share
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NoPicture:
    """Nothing came in time."""


@dataclass(frozen=True, slots=True)
class CaptureEnded:
    """The capture is over. `reason`: part of a sentence."""

    reason: str


Reply = CaptureOpened | PictureHeader | NoPicture | CaptureEnded
