"""What the command line asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .choices import NetworkChoice, Target
from .live_options import LiveOptions

SCREENSHOT_SIZE = (1600, 1000)  # (width, height) of the window, where none is given


@dataclass(frozen=True, slots=True)
class Options:
    """`given`: the parts of `network` that were named, and so outweigh the stored settings.

    `pixel`: (u, v) of the first probe. `layer`: an S-Conv's name or ALL_LAYERS, None to leave it.
    `screenshot`: the PNG to save. `window_size`: (width, height), None is the last one.
    `keep_settings`: read and write the user's settings. `live`: stream instead of opening `target`.
    `scores`: what an evaluation of `target` scored on each frame: its file.
    """

    target: Target = field(default_factory=lambda: Target(sample=""))
    network: NetworkChoice = field(default_factory=NetworkChoice)
    given: frozenset[str] = frozenset()
    pixel: tuple[int, int] | None = None
    layer: str | None = None
    screenshot: Path | None = None
    window_size: tuple[int, int] | None = None
    keep_settings: bool = True
    live: LiveOptions | None = None
    scores: Path | None = None
