"""The shapes of marks as SVG elements, as Qt's painter draws them on the screen."""

from __future__ import annotations

import math

from sgnet_viewer.render.mark_shapes import Circle, HalfDisc, Lines, Rgba, Shape, Square


def shape_svg(shape: Shape) -> str:
    """One element, around (0, 0)."""
    match shape:
        case Circle(radius, colour, width):
            paint = stroke(colour, width) if width else fill(colour)
            return f'<circle r="{radius:.3f}" {paint}/>'
        case HalfDisc(radius, colour):
            side = radius * math.sqrt(0.5)
            arc = f"A{radius:.3f} {radius:.3f} 0 0 0 {-side:.3f} {side:.3f}"
            return f'<path d="M{side:.3f} {-side:.3f}{arc}Z" {fill(colour)}/>'
        case Square(half, colour, width):
            box = f'x="{-half:g}" y="{-half:g}" width="{2 * half:g}" height="{2 * half:g}"'
            return f"<rect {box} {stroke(colour, width)}/>"
        case Lines(segments=()):
            return ""  # an empty path is one that readers warn of
        case Lines(segments, colour, width, rounded):
            path = "".join(f"M{x0:.2f} {y0:.2f}L{x1:.2f} {y1:.2f}" for x0, y0, x1, y1 in segments)
            cap = "round" if rounded else "square"
            return f'<path d="{path}" {stroke(colour, width)} stroke-linecap="{cap}"/>'


def fill(colour: Rgba) -> str:
    """The attributes of a filled shape."""
    return f'fill="{_hex(colour)}" fill-opacity="{colour[3]:.3f}"'


def stroke(colour: Rgba, width: float, filled: bool = False) -> str:
    """The attributes of an outline; of an outline only, unless the shape is `filled` as well."""
    line = f'stroke="{_hex(colour)}" stroke-opacity="{colour[3]:.3f}" stroke-width="{width:g}"'
    return line if filled else f'fill="none" {line}'


def _hex(colour: Rgba) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour[:3])
