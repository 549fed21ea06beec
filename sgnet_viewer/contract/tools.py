"""What a tool draws over the picture, and what of it can be taken hold of."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[float, float]  # (x, y) in pixels of the picture, pixel centres at integers
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ToolLine:
    """From one place to another; `dashed`: not settled yet."""

    start: Place
    end: Place
    colour: Rgb
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class ToolPath:
    """A line through two places or more."""

    points: tuple[Place, ...]
    colour: Rgb
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class ToolText:
    """Lines of text on a plate beside a place."""

    at: Place
    text: str


@dataclass(frozen=True, slots=True)
class ToolDot:
    """A small ring."""

    at: Place
    colour: Rgb


@dataclass(frozen=True, slots=True)
class ToolRing:
    """A circle around a place; `radius`: pixels of the picture."""

    at: Place
    radius: float
    colour: Rgb
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class ToolOverlay:
    """Everything a tool draws below the probes' marks, and what it says above them."""

    lines: tuple[ToolLine, ...] = ()
    dots: tuple[ToolDot, ...] = ()
    texts: tuple[ToolText, ...] = ()
    rings: tuple[ToolRing, ...] = ()
    paths: tuple[ToolPath, ...] = ()


@dataclass(frozen=True, slots=True)
class Grip:
    """A place that can be dragged: `key` is sent back."""

    key: int
    at: Place


@dataclass(frozen=True, slots=True)
class ToolModel:
    """How the picture behaves under a tool. A press on a grip drags it, elsewhere the picture.

    `cursor`: "cross", "measure", "brush", "wipe" or "hand". `paints`: a press elsewhere begins a
    stroke, and the wheel with Ctrl or Shift is the tool's. `size`, `strength`: of a brush, as
    text; "" for none.
    """

    cursor: str = "cross"
    grips: tuple[Grip, ...] = ()
    paints: bool = False
    size: str = ""
    strength: str = ""
