"""The picture with its probes as a vector figure: what is saved is what the window shows.

One SVG is the source of both files: saved as it is, or drawn into a PNG. The picture itself is
embedded pixel by pixel; taps, arrows and text stay vectors.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import cv2
import numpy as np

from sgnet_model.types import UInt8Array
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.interface import ColourBar, PictureModel, ProbeMarks, TapMarks

LEAST_WIDTH = 1280  # a smaller picture is enlarged by a whole factor
RADIUS = (2.2, 6.0)  # of a tap at modulation 0 and 1
FIXED_RADIUS = 4.5  # where opacity tells the modulation
FAINTEST = 0.12
PASSIVE = 0.5  # opacity of the probes that are not active
BAR_WIDTH, BAR_ROOM = 16, 96
HEAD, TIP_GAP, SHORTEST_WITH_HEAD = 6.0, 6.0, 14.0  # of an arrow
REACH = 16  # room for a mark around its position
FONT = 'font-family="sans-serif" font-size="14"'


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything a figure shows."""

    picture: PictureModel
    probes: tuple[ProbeMarks, ...]
    weight: TapWeight
    grid: bool  # the regular grid and the arrows from it


@dataclass(frozen=True, slots=True)
class _Page:
    """Where the picture lies: `scale` times enlarged, its corner at (left, top), in a whole page.

    There is room around it for taps that lie beyond it: they are part of what is shown.
    """

    scale: int
    left: float
    top: float
    width: float
    height: float


def figure_svg(figure: Figure) -> str:
    """The figure as SVG."""
    page = _page(figure)
    height, width = (side * page.scale for side in figure.picture.image.shape[:2])
    bar = figure.picture.bar
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{page.width:g}" height="{page.height:g}" '
        f'viewBox="0 0 {page.width:g} {page.height:g}">',
        f'<rect width="{page.width:g}" height="{page.height:g}" fill="#ffffff"/>',
        f'<g transform="translate({page.left:g} {page.top:g})">',
        _image(figure.picture.image, width, height, "pixelated"),
        *_probes(figure, page.scale),
        "</g>",
        *(_bar(bar, page.width - BAR_ROOM, height, page.top) if bar else ()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _page(figure: Figure) -> _Page:
    height, width = figure.picture.image.shape[:2]
    scale = max(1, math.ceil(LEAST_WIDTH / width))
    x = [value for probe in figure.probes for taps in probe.taps for value in taps.x.tolist()]
    y = [value for probe in figure.probes for taps in probe.taps for value in taps.y.tolist()]
    left, right = _overhang(x, width, scale)
    top, bottom = _overhang(y, height, scale)
    bar = BAR_ROOM if figure.picture.bar else 0
    return _Page(
        scale, left, top, left + width * scale + right + bar, top + height * scale + bottom
    )


def _overhang(positions: list[float], length: int, scale: int) -> tuple[float, float]:
    """How far the marks reach beyond the picture at either end, in whole pixels of the page."""
    before = [-_place(position, scale) for position in positions if position < -0.5]
    after = [_place(position - length, scale) for position in positions if position > length - 0.5]
    return (
        math.ceil(max(before) + REACH) if before else 0,
        math.ceil(max(after) + REACH) if after else 0,
    )


def _image(image: UInt8Array, width: float, height: float, rendering: str) -> str:
    _, data = cv2.imencode(".png", np.ascontiguousarray(image[..., ::-1]))
    text = base64.b64encode(data.tobytes()).decode("ascii")
    return (
        f'<image width="{width}" height="{height}" preserveAspectRatio="none" '
        f'style="image-rendering:{rendering}" xlink:href="data:image/png;base64,{text}"/>'
    )


def _probes(figure: Figure, scale: int) -> Iterator[str]:
    """Passive probes first, so that the active one lies on top."""
    for probe in sorted(figure.probes, key=lambda probe: probe.active):
        yield f'<g id="probe-{probe.number}" opacity="{1 if probe.active else PASSIVE}">'
        for taps in probe.taps:
            yield f'<g id="probe-{probe.number}-{escape(taps.layer)}">'
            if figure.grid:
                yield from _grid(taps, scale)
            yield from _taps(taps, figure.weight, scale)
            yield "</g>"
        yield from _cross(probe, scale)
        yield "</g>"


def _grid(taps: TapMarks, scale: int) -> Iterator[str]:
    """The regular grid as small squares, with arrows to the taps that left it."""
    for index in range(len(taps.x)):
        start = _place(taps.grid_x[index], scale), _place(taps.grid_y[index], scale)
        end = _place(taps.x[index], scale), _place(taps.y[index], scale)
        path = _arrow(start, end)
        yield f'<path d="{path}" fill="none" stroke="#000000" stroke-width="3" opacity="0.6"/>'
        yield f'<path d="{path}" fill="none" stroke="{_hex(taps.colour)}" stroke-width="1.4"/>'
        for colour, width in (("#000000", 3.0), ("#ffffff", 1.2)):
            yield (
                f'<rect x="{start[0] - 3:.2f}" y="{start[1] - 3:.2f}" width="6" height="6" '
                f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
            )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A line; a long one has a head and ends before the dot."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    if length < SHORTEST_WITH_HEAD:
        return f"M{x0:.2f} {y0:.2f}L{x1:.2f} {y1:.2f}"
    share, angle = 1 - TIP_GAP / length, math.atan2(y1 - y0, x1 - x0)
    x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
    sides = [
        (x - HEAD * math.cos(angle + a), y - HEAD * math.sin(angle + a)) for a in (-0.45, 0.45)
    ]
    (ax, ay), (bx, by) = sides
    return f"M{x0:.2f} {y0:.2f}L{x:.2f} {y:.2f}M{ax:.2f} {ay:.2f}L{x:.2f} {y:.2f}L{bx:.2f} {by:.2f}"


def _taps(taps: TapMarks, weight: TapWeight, scale: int) -> Iterator[str]:
    """A dot for a tap, hollow where it lies outside its layer's map, dashed where partly."""
    for index, modulation in enumerate(taps.modulation.tolist()):
        by_size = weight is TapWeight.SIZE
        radius = RADIUS[0] + (RADIUS[1] - RADIUS[0]) * modulation if by_size else FIXED_RADIUS
        opacity = 1.0 if by_size else FAINTEST + (1 - FAINTEST) * modulation
        fill = "none" if taps.outside[index] else _hex(taps.colour)
        dash = ' stroke-dasharray="2 2"' if taps.partly_outside[index] else ""
        x, y = _place(taps.x[index], scale), _place(taps.y[index], scale)
        for colour, grown in (("#000000", 1.2), ("#ffffff", 0.0)):
            yield (
                f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius + grown:.2f}" fill="{fill}" '
                f'stroke="{colour}" stroke-width="1.2" opacity="{opacity:.3f}"{dash}/>'
            )


def _cross(probe: ProbeMarks, scale: int) -> Iterator[str]:
    """The probed pixel, and the probe's number on a plate beside it."""
    x, y = _place(probe.u, scale), _place(probe.v, scale)
    path = f"M{x - 10} {y}h7M{x + 3} {y}h7M{x} {y - 10}v7M{x} {y + 3}v7"
    for colour, width in (("#000000", 3.5), ("#ffffff", 1.5)):
        yield f'<path d="{path}" stroke="{colour}" stroke-width="{width}" fill="none"/>'
    text = str(probe.number)
    plate = 8 + 9 * len(text)
    yield (
        f'<rect x="{x + 10}" y="{y - 26}" width="{plate}" height="19" rx="4" fill="#ffffff" '
        'stroke="#000000"/>'
    )
    yield (
        f'<text x="{x + 10 + plate / 2}" y="{y - 11.5}" {FONT} font-weight="bold" '
        f'text-anchor="middle">{text}</text>'
    )


def _bar(bar: ColourBar, left: float, height: float, top: float) -> Iterator[str]:
    """The scale beside the picture, high on top."""
    tall = height - 64
    ramp = _image(bar.colours[::-1, None, :], BAR_WIDTH, tall, "auto")
    yield f'<g transform="translate({left + 12:g} {top + 40:g})">{ramp}'
    unit = f" {bar.unit}" if bar.unit else ""
    x = BAR_WIDTH + 6
    yield f'<text x="0" y="-16" {FONT}>{escape(bar.title)}</text>'
    for share in (0.0, 0.5, 1.0):
        value = bar.low + share * (bar.high - bar.low)
        y = (1 - share) * tall + 5
        yield f'<text x="{x}" y="{y:.1f}" {FONT}>{value:.2f}{escape(unit)}</text>'
    yield "</g>"


def _place(position: float, scale: int) -> float:
    """A pixel's centre lies at its index: half a pixel right and below of its corner."""
    return (float(position) + 0.5) * scale


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
