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

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.contract.picture import ColourBar, PictureModel, ProbeMarks, TapMarks
from sgnet_viewer.render.bar_text import number
from sgnet_viewer.render.mark_shapes import (
    BADGE_OFFSET,
    PASSIVE_CROSS,
    PASSIVE_TAPS,
    PIXEL_FRAME,
    PIXEL_SCALE,
    PLATE_EDGE,
    PLATES,
    arrow_shapes,
    cross_shapes,
    ghost_shapes,
    is_tight,
    tap_shapes,
    tap_styles,
)
from sgnet_viewer.state.view_settings import TapWeight

from .svg_shapes import fill, shape_svg, stroke

LEAST_WIDTH = 1280  # a smaller picture is enlarged by a whole factor
BAR_WIDTH, BAR_ROOM = 16, 96
REACH = 16  # room for a mark around its position
FONT_SIZE = 13  # of a probe's number
FONT = 'font-family="sans-serif" font-size="14"'


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything a figure shows. `tap_bar`: the scale of taps that an answer colours."""

    picture: PictureModel
    probes: tuple[ProbeMarks, ...]
    weight: TapWeight
    grid: bool  # the regular grid and the arrows from it
    tap_bar: ColourBar | None = None

    @property
    def bars(self) -> tuple[ColourBar, ...]:
        """From left to right, beside the picture."""
        return tuple(bar for bar in (self.picture.bar, self.tap_bar) if bar is not None)


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
    bars, first = figure.bars, page.width - BAR_ROOM * len(figure.bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{page.width:g}" height="{page.height:g}" '
        f'viewBox="0 0 {page.width:g} {page.height:g}">',
        f'<rect width="{page.width:g}" height="{page.height:g}" fill="#ffffff"/>',
        f'<g transform="translate({page.left:g} {page.top:g})">',
        _image(figure.picture.image, width, height, "pixelated"),
        *_probes(figure, page.scale),
        "</g>",
        *(
            line
            for place, bar in enumerate(bars)
            for line in _bar(bar, first + place * BAR_ROOM, height, page.top)
        ),
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
    bars = BAR_ROOM * len(figure.bars)
    return _Page(
        scale, left, top, left + width * scale + right + bars, top + height * scale + bottom
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
    """In the order of the screen: crosses, ghosts and arrows, taps, numbers; the active on top."""
    probes = sorted(figure.probes, key=lambda probe: probe.active)
    for probe in probes:
        yield from _cross(probe, scale)
    if figure.grid:
        for probe in probes:
            for taps in probe.taps:
                yield from _grid(probe, taps, scale)
    for probe in probes:
        for taps in probe.taps:
            yield from _taps(probe, taps, figure.weight, scale)
    for probe in probes:
        yield from _badge(probe, scale)


def _grid(probe: ProbeMarks, taps: TapMarks, scale: int) -> Iterator[str]:
    """The regular grid as small squares, with arrows to the taps that left it."""
    starts = _places(taps.grid_x, taps.grid_y, scale)
    ends = _places(taps.x, taps.y, scale)
    ghost = "".join(map(shape_svg, ghost_shapes(is_tight(starts))))
    yield _group(f"grid-{probe.number}-{taps.layer}", PASSIVE_TAPS, probe.active)
    for x, y in starts.tolist():
        yield f'<g transform="translate({x:.2f} {y:.2f})">{ghost}</g>'
    yield from map(shape_svg, arrow_shapes(starts, ends, taps.colour, probe.active))
    yield "</g>"


def _taps(probe: ProbeMarks, taps: TapMarks, weight: TapWeight, scale: int) -> Iterator[str]:
    yield _group(f"taps-{probe.number}-{taps.layer}", PASSIVE_TAPS, probe.active)
    places = _places(taps.x, taps.y, scale).tolist()
    for (x, y), style in zip(places, tap_styles(taps, weight), strict=True):
        shapes = "".join(map(shape_svg, tap_shapes(style)))
        yield f'<g transform="translate({x:.2f} {y:.2f})">{shapes}</g>'
    yield "</g>"


def _cross(probe: ProbeMarks, scale: int) -> Iterator[str]:
    """The probed pixel, framed where it is large enough."""
    if scale >= PIXEL_SCALE:
        corner, side = (probe.u * scale + 0.5, probe.v * scale + 0.5), scale - 1
        for colour, width in PIXEL_FRAME:
            yield (
                f'<rect x="{corner[0]}" y="{corner[1]}" width="{side}" height="{side}" '
                f"{stroke(colour, width)}/>"
            )
    yield _group(f"cross-{probe.number}", PASSIVE_CROSS, probe.active)
    x, y = _place(probe.u, scale), _place(probe.v, scale)
    yield f'<g transform="translate({x:g} {y:g})">{"".join(map(shape_svg, cross_shapes()))}</g>'
    yield "</g>"


def _badge(probe: ProbeMarks, scale: int) -> Iterator[str]:
    """The probe's number on a plate."""
    text = str(probe.number)
    plate, ink = PLATES[probe.active]
    height = FONT_SIZE + 3
    width = max(height, 7 + 8 * len(text))
    x = _place(probe.u, scale) + BADGE_OFFSET[0]
    y = _place(probe.v, scale) + BADGE_OFFSET[1] - height
    yield (
        f'<rect x="{x:g}" y="{y:g}" width="{width}" height="{height}" rx="3" '
        f"{fill(plate)} {stroke(PLATE_EDGE, 1.0, filled=True)}/>"
    )
    yield (
        f'<text x="{x + width / 2:g}" y="{y + height - 3.5:g}" font-family="sans-serif" '
        f'font-size="{FONT_SIZE}" font-weight="bold" text-anchor="middle" {fill(ink)}>{text}</text>'
    )


def _group(name: str, passive: float, active: bool) -> str:
    return f'<g id="{escape(name)}" opacity="{1 if active else passive:g}">'


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
        yield f'<text x="{x}" y="{y:.1f}" {FONT}>{number(value)}{escape(unit)}</text>'
    yield "</g>"


def _place(position: float, scale: int) -> float:
    """A pixel's centre lies at its index: half a pixel right and below of its corner."""
    return (float(position) + 0.5) * scale


def _places(x: FloatArray, y: FloatArray, scale: int) -> FloatArray:
    """(K, 2) places on the page."""
    places: FloatArray = (np.stack((x, y), 1).astype(np.float32) + np.float32(0.5)) * scale
    return places
