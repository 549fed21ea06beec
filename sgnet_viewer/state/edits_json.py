"""The JSON form of the depth's edits, and of the brush they are made with."""

from __future__ import annotations

from typing import Any

from sgnet_model.edits import parse_edits
from sgnet_model.untrusted import number

from .brush import (
    BRUSH_KINDS,
    LARGEST,
    LEAST_CONSTANT_M,
    MOST_CONSTANT_M,
    MOST_SHIFT_M,
    SMALLEST,
    Brush,
)
from .frame_edits import FrameEdits
from .json_values import count, items, text

MOST_FRAMES = 100_000
MOST_EDITS = 10_000  # of a frame
LONGEST_EDIT = 1 << 20  # characters: a stroke has many points


def edits_to_json(edits: FrameEdits) -> list[Any]:
    """A list of [frame's index, [edit, ...]]."""
    return [[index, list(of_frame.texts)] for index, of_frame in edits.items]


def edits_from_json(part: Any) -> FrameEdits:
    """The edits of all frames; a wrong part is a ValueError or a UserError."""
    found = FrameEdits()
    for index, texts in items(part)[:MOST_FRAMES]:
        edits = parse_edits(text(edit, LONGEST_EDIT) for edit in items(texts)[:MOST_EDITS])
        found = found.replaced(count(index), edits)
    return found


def brush_from_json(part: Any) -> Brush:
    """The brush; a missing size is the default."""
    first = Brush()
    if part["kind"] not in BRUSH_KINDS:
        raise ValueError(part)
    return Brush(
        part["kind"],
        number(part.get("radius", first.radius), SMALLEST, LARGEST),
        number(part.get("shift_m", first.shift_m), -MOST_SHIFT_M, MOST_SHIFT_M),
        number(part.get("constant_m", first.constant_m), LEAST_CONSTANT_M, MOST_CONSTANT_M),
    )
