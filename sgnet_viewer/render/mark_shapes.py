"""What taps, ghosts, crosses and arrows look like: the same shapes on the screen and in a file.

All shapes lie around (0, 0), in pixels of the screen (of the page), so that marks keep their size
at every zoom. Each has a light line beside a dark one: it reads over bright and dark pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from sgnet_model.types import FloatArray
from sgnet_viewer.contract.picture import TapMarks
from sgnet_viewer.render.probe_colours import probe_colour
from sgnet_viewer.state.view_settings import TapWeight

LEVELS = 16  # steps in which a modulation is drawn
SMALLEST_RADIUS, LARGEST_RADIUS = 2.0, 5.5  # pixels, at modulation 0 and 1
FIXED_RADIUS = 4.5  # where opacity shows the modulation
LEAST_OUTSIDE_RADIUS = 3.5  # a smaller ring would hide its own cross
FAINTEST = 0.12
CROSS = (5.0, 13.0)  # pixels: where the arms of a probe's cross begin and end
PIXEL_SCALE = 6.0  # screen pixels a picture pixel: from here on the probed pixel is framed
BADGE_OFFSET = (11.0, -9.0)  # of a number's lower left corner from its probe
HEAD_LENGTH, HEAD_ANGLE = 5.0, 0.45  # pixels of an arrow's head; radians to either side
TIP_GAP = 6.0  # the arrow ends before the dot
TIGHT = 14.0  # pixels between ghosts: below it they are drawn smaller
SHORTEST, SHORTEST_WITH_HEAD = 7.0, 14.0  # pixels of an offset that is drawn as an arrow
PASSIVE_TAPS, PASSIVE_CROSS = 0.5, 0.75  # opacity of the probes that are not the active one

Rgba = tuple[int, int, int, float]  # 0..255, and opacity 0..1
Segment = tuple[float, float, float, float]  # x0, y0, x1, y1

BLACK: Rgba = (0, 0, 0, 0.784)
WHITE: Rgba = (255, 255, 255, 0.922)
SHADE: Rgba = (20, 22, 26, 0.745)  # the empty half of a tap that is partly outside
PIXEL_FRAME: tuple[tuple[Rgba, float], ...] = (  # around the probed pixel: colours and widths
    (BLACK, 3.0),
    ((255, 255, 255, 1.0), 1.0),
)
PLATES: dict[bool, tuple[Rgba, Rgba]] = {  # a number's plate and text: active or not
    True: ((255, 255, 255, 1.0), (0, 0, 0, 1.0)),
    False: ((60, 66, 74, 1.0), (255, 255, 255, 1.0)),
}
PLATE_EDGE: Rgba = (0, 0, 0, 0.863)


@dataclass(frozen=True, slots=True)
class Circle:
    """Filled or drawn as a ring of `width` pixels (0: filled)."""

    radius: float
    colour: Rgba
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class HalfDisc:
    """The upper left half of a filled circle, cut from lower left to upper right."""

    radius: float
    colour: Rgba


@dataclass(frozen=True, slots=True)
class Square:
    """Hollow, with sharp corners; `half` is half its side."""

    half: float
    colour: Rgba
    width: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Separate lines of one pen, with round or square ends."""

    segments: tuple[Segment, ...]
    colour: Rgba
    width: float
    rounded: bool = False


Shape = Circle | HalfDisc | Square | Lines


class TapKind(Enum):
    """Where a tap lies on its layer's map."""

    INSIDE = 0
    PARTLY = 1  # some of its four corners are beyond the map
    OUTSIDE = 2


@dataclass(frozen=True, slots=True)
class TapStyle:
    """Everything a tap's drawing depends on. `level`: 0..LEVELS - 1."""

    kind: TapKind
    colour: tuple[int, int, int]
    level: int
    weight: TapWeight


def tap_styles(taps: TapMarks, weight: TapWeight) -> tuple[TapStyle, ...]:
    """One for each of the K taps."""
    colours = taps.colours or (taps.colour,) * len(taps.modulation)
    kinds = np.where(taps.outside, 2, np.where(taps.partly_outside, 1, 0)).tolist()
    return tuple(
        TapStyle(TapKind(kind), colour, level_of(modulation), weight)
        for kind, colour, modulation in zip(kinds, colours, taps.modulation.tolist(), strict=True)
    )


def level_of(modulation: float) -> int:
    """0..LEVELS - 1 for a modulation in 0..1."""
    return min(max(round(modulation * (LEVELS - 1)), 0), LEVELS - 1)


def tap_shapes(style: TapStyle) -> tuple[Shape, ...]:
    """A ringed dot; half filled where partly outside; hollow with a cross where outside."""
    radius, opacity = _radius_and_opacity(style)
    if style.kind is TapKind.OUTSIDE:
        return _outside(style.colour, max(radius, LEAST_OUTSIDE_RADIUS), 0.35 + 0.65 * opacity)
    fill: Rgba = (*style.colour, opacity)
    ring = (Circle(radius + 1.6, BLACK, 1.4), Circle(radius + 0.5, WHITE, 1.1))
    if style.kind is TapKind.INSIDE:
        return (*ring, Circle(radius, fill))
    return (*ring, Circle(radius, SHADE), HalfDisc(radius, fill))


def ghost_shapes(tight: bool) -> tuple[Shape, ...]:
    """A small hollow square: where a tap of a plain convolution lies; smaller where `tight`."""
    half = 2.0 if tight else 3.0  # of whole pixels, so that its lines are sharp
    return Square(half, BLACK, 2.6), Square(half, (255, 255, 255, 0.863), 1.0)


def plate_of(number: int, active: bool) -> tuple[Rgba, Rgba, Rgba]:
    """Of a probe's number: plate, text and edge. Active, the plate has the probe's colour; else
    its edge has it."""
    colour: Rgba = (*probe_colour(number), 1.0)
    plate, ink = PLATES[active]
    return (colour, ink, PLATE_EDGE) if active else (plate, ink, colour)


def cross_shapes(number: int = 1) -> tuple[Shape, ...]:
    """A cross with an open centre, in the colour of the probe of that number."""
    near, far = CROSS
    arms = tuple(
        (near * dx, near * dy, far * dx, far * dy) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
    )
    return (
        Lines(arms, (0, 0, 0, 0.863), 4.0, rounded=True),
        Lines(arms, (*probe_colour(number), 1.0), 1.8, rounded=True),
    )


def arrow_shapes(
    starts: FloatArray, ends: FloatArray, colour: tuple[int, int, int], active: bool
) -> tuple[Shape, ...]:
    """The arrows of one layer from ghosts to taps, both (K, 2), in pixels of the screen.

    These do lie where they are drawn. Passive ones have no dark line: they step back.
    """
    lines = arrows(starts, ends)
    bright = Lines(lines, (*colour, 1.0), 1.3)
    return (Lines(lines, (0, 0, 0, 0.588), 3.0), bright) if active else (bright,)


def arrows(starts: FloatArray, ends: FloatArray) -> tuple[Segment, ...]:
    """A line for each pair of points that the ghost and the dot do not cover between them.

    A long one ends before the dot, with a head.
    """
    lines: list[Segment] = []
    for (x0, y0), (x1, y1) in zip(starts.tolist(), ends.tolist(), strict=True):
        length = math.hypot(x1 - x0, y1 - y0)
        if length < SHORTEST:
            continue
        if length < SHORTEST_WITH_HEAD:
            lines.append((x0, y0, x1, y1))
            continue
        share = 1 - TIP_GAP / length
        x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        lines += [(x0, y0, x, y), *_head(x, y, math.atan2(y1 - y0, x1 - x0))]
    return tuple(lines)


def is_tight(grid: FloatArray) -> bool:
    """Whether the ghosts, (K, 2) in pixels of the screen, stand close. The grid has 3 columns."""
    return float(np.ptp(grid[:, 0])) / 2 < TIGHT


def _radius_and_opacity(style: TapStyle) -> tuple[float, float]:
    share = style.level / (LEVELS - 1)
    if style.weight is TapWeight.SIZE:
        return SMALLEST_RADIUS + share * (LARGEST_RADIUS - SMALLEST_RADIUS), 1.0
    return FIXED_RADIUS, FAINTEST + share * (1 - FAINTEST)


def _outside(colour: tuple[int, int, int], radius: float, opacity: float) -> tuple[Shape, ...]:
    arm = radius * 0.6
    cross = ((-arm, -arm, arm, arm), (-arm, arm, arm, -arm))
    dark: Rgba = (0, 0, 0, BLACK[3] * opacity)
    bright: Rgba = (*colour, opacity)
    return (
        Circle(radius, dark, 3.6),
        Lines(cross, dark, 3.6),
        Circle(radius, bright, 1.7),
        Lines(cross, bright, 1.7),
    )


def _head(x: float, y: float, angle: float) -> list[Segment]:
    return [
        (x, y, x - HEAD_LENGTH * math.cos(angle + turn), y - HEAD_LENGTH * math.sin(angle + turn))
        for turn in (-HEAD_ANGLE, HEAD_ANGLE)
    ]
