"""What the command line asked of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """`source`: a name, a file or a folder; "" is the first camera, else the virtual one.

    `every_frame`: each frame is segmented and shown, the source waits. `once`: a recording ends
    instead of beginning again. `seconds`: how long to run after the first picture, None for as
    long as the user likes. `stats`: the JSON file to write at the end. `calibration`,
    `stand_in_depth`, `unit`, `intrinsics`: see `sgnet_viewer.cameras.protocol.CameraOptions`.
    """

    source: str = ""
    every_frame: bool = False
    once: bool = False
    seconds: float | None = None
    stats: Path | None = None
    calibration: str = ""
    stand_in_depth: str = ""
    unit: str = ""
    intrinsics: str = ""
