"""The commands of Tools > Brush options: what a stroke does, and taking edits back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from sgnet_model.edits import NO_EDITS
from sgnet_viewer.contract.commands import BRUSH_GROUP, RESET_EDITS
from sgnet_viewer.state.brush import BRUSH_KINDS

from .command import Command, marked
from .parts import Parts

BRUSH = "T&ools/Brush &options"
TURNS = (  # name, title, key, notches, whether of the strength
    ("larger", "&Larger", "Ctrl+]", 1, False),
    ("smaller", "&Smaller", "Ctrl+[", -1, False),
    ("farther", "&Farther (strength)", "Ctrl+Shift+]", 1, True),
    ("nearer", "&Nearer (strength)", "Ctrl+Shift+[", -1, True),
)


def brush_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    document = parts.document
    for kind, title in BRUSH_KINDS.items():
        yield Command(
            f"brush.kind.{kind}",
            title,
            partial(_choose, parts, kind),
            BRUSH,
            checked=marked(lambda: document.value.brush.kind, kind),
            group=BRUSH_GROUP,
        )
    for name, title, key, steps, strength in TURNS:
        yield Command(
            f"brush.{name}",
            title,
            partial(_turn, parts, steps, strength),
            BRUSH,
            key,
            after_line=name == "larger",
            tip=document.value.brush.text,
        )
    yield Command(
        "brush.dab",
        "&Dab at the active probe",
        partial(_dab, parts),
        BRUSH,
        "Ctrl+B",
        lambda: parts.needs_depth() or _no_probe(parts),
        after_line=True,
    )
    yield Command(
        RESET_EDITS,
        "Depth as it was &read",
        lambda: parts.session.edit("reset of the depth", NO_EDITS),
        BRUSH,
        refusal=lambda: "" if parts.session.edits else "The depth is as it was read.",
    )


def _choose(parts: Parts, kind: str) -> None:
    """A kind is chosen to be used: its tool is taken up."""
    document = parts.document
    document.amend(brush=replace(document.value.brush, kind=kind))
    parts.tools.choose("brush")


def _turn(parts: Parts, steps: int, strength: bool) -> None:
    brush = parts.document.value.brush
    turned = brush.strengthened(steps) if strength else brush.resized(steps)
    parts.document.amend(brush=turned)


def _dab(parts: Parts) -> None:
    active = parts.probes.active
    if active is not None:
        parts.tools.choose("brush")
        parts.tools.click(active.u, active.v)


def _no_probe(parts: Parts) -> str:
    if parts.session.streaming:
        return "Freeze the stream first (Space)."
    return "" if parts.probes.active is not None else "There is no probe: click a pixel."
