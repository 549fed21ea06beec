"""The commands of View > Depth: what the colours of depth span, and which they are."""

from __future__ import annotations

from collections.abc import Iterator

from sgnet_viewer.contract.commands import UNLOCK_DEPTH
from sgnet_viewer.state.view_settings import RAMP_TITLES

from .command import Command
from .parts import Parts
from .view_options import choice_of

DEPTH = "&View/&Depth"


def depth_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    depth = parts.depth
    yield Command(
        "view.depth.lock",
        "&Lock the range as it is",
        depth.toggle,
        DEPTH,
        "Ctrl+Shift+D",
        parts.needs_depth,
        checked=lambda: depth.is_locked,
        tip="Every frame, and the cloud, in the same colours for the same distance",
    )
    yield Command(
        "view.depth.range",
        "&Set the range…",
        depth.ask,
        DEPTH,
        refusal=parts.needs_depth,
    )
    yield Command(
        UNLOCK_DEPTH,
        "&Range of each frame",
        depth.unlock,
        DEPTH,
        refusal=lambda: "" if depth.is_locked else "No range is locked.",
    )
    for ramp, title in RAMP_TITLES.items():
        yield choice_of(
            parts.view,
            "depth_ramp",
            ramp,
            f"view.depth.ramp.{ramp.value}",
            title,
            f"{DEPTH}/&Colours",
            group="depth ramp",
            tip="Of depth in picture and cloud",
        )
