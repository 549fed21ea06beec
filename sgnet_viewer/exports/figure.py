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
FONT = 'font-family="sans-serif" font-size="14"'


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything a figure shows."""

    picture: PictureModel
    probes: tuple[ProbeMarks, ...]
    weight: TapWeight
    grid: bool  # the regular grid and the arrows from it


def figure_svg(figure: Figure) -> str:
    """The figure as SVG."""
    height, width = figure.picture.image.shape[:2]
    scale = max(1, math.ceil(LEAST_WIDTH / width))
    bar = figure.picture.bar
    whole = width * scale + (BAR_ROOM if bar else 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{whole}" height="{height * scale}" viewBox="0 0 {whole} {height * scale}">',
        f'<rect width="{whole}" height="{height * scale}" fill="#ffffff"/>',
        _image(figure.picture.image, width * scale, height * scale, "pixelated"),
        *_probes(figure, scale),
        *(_bar(bar, width * scale, height * scale) if bar else ()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


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
    """The regular grid as ghosts, with lines to the taps that left it."""
    for index in range(len(taps.x)):
        x0, y0 = _place(taps.grid_x[index], scale), _place(taps.grid_y[index], scale)
        x1, y1 = _place(taps.x[index], scale), _place(taps.y[index], scale)
        for colour, width in (("#000000", 3.0), (_hex(taps.colour), 1.3)):
            opacity = 0.6 if colour == "#000000" else 1
            yield (
                f'<line x1="{x0:.2f}" y1="{y0:.2f}" x2="{x1:.2f}" y2="{y1:.2f}" '
                f'stroke="{colour}" stroke-width="{width}" stroke-opacity="{opacity}"/>'
            )
        yield (
            f'<circle cx="{x0:.2f}" cy="{y0:.2f}" r="2.5" fill="none" stroke="#ffffff" '
            'stroke-opacity="0.8"/>'
        )


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
    x, y = _place(probe.u, scale), _place(probe.v, scale)
    path = f"M{x - 9} {y}h6M{x + 3} {y}h6M{x} {y - 9}v6M{x} {y + 3}v6"
    for colour, width in (("#000000", 3.5), ("#ffffff", 1.5)):
        yield f'<path d="{path}" stroke="{colour}" stroke-width="{width}" fill="none"/>'
        yield (
            f'<text x="{x + 8}" y="{y - 8}" {FONT} font-weight="bold" fill="#ffffff" '
            f'stroke="{colour}" stroke-width="{width if colour == "#000000" else 0}" '
            f'paint-order="stroke">{probe.number}</text>'
        )


def _bar(bar: ColourBar, left: int, height: int) -> Iterator[str]:
    """The scale beside the picture, high on top."""
    tall = height - 64
    ramp = _image(bar.colours[::-1, None, :], BAR_WIDTH, tall, "auto")
    yield f'<g transform="translate({left + 12} 40)">{ramp}'
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
