"""Two answers to one frame: what B is, and how both are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .choices import NetworkChoice
from .frame_edits import FrameEdits


class Layout(StrEnum):
    """Where the answers are. A is the window's own; B is the other one."""

    A = "a"  # the picture is A's
    B = "b"
    WIPE = "wipe"  # A left of a handle, B right of it
    SIDE = "side"  # two pictures that are moved and magnified together


class CompareMap(StrEnum):
    """What is laid over the picture."""

    NONE = "none"
    DISAGREEMENT = "disagreement"  # where the classes differ
    DIVERGENCE = "divergence"  # Jensen-Shannon, of the class probabilities
    RIGHT = "right"  # who is right, against ground truth


LAYOUT_TITLES = {
    Layout.A: "A alone",
    Layout.B: "B alone",
    Layout.WIPE: "Wipe",
    Layout.SIDE: "Side by side",
}
MAP_TITLES = {
    CompareMap.NONE: "No map",
    CompareMap.DISAGREEMENT: "Disagreement",
    CompareMap.DIVERGENCE: "Jensen-Shannon divergence",
    CompareMap.RIGHT: "Who is right",
}


@dataclass(frozen=True, slots=True)
class Comparing:
    """`network`: of B, with its switches; None where B is not chosen: then an edited frame is
    compared with the frame as it was read. `edits`: of B, where it is chosen. `wipe`: place of the
    handle, as a share of the picture's width.
    """

    network: NetworkChoice | None = None
    edits: FrameEdits = field(default_factory=FrameEdits)
    layout: Layout = Layout.A
    wipe: float = 0.5
    shown_map: CompareMap = CompareMap.NONE
