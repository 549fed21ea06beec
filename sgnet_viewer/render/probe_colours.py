"""A colour of its own for each probe, so that cross, number and card are known to belong together.

Light ones, that read over pictures, with black figures on them; the first is white. They differ
in lightness and hue for colour-blind readers (after Okabe and Ito, 2008).
"""

from __future__ import annotations

Rgb = tuple[int, int, int]

COLOURS: tuple[Rgb, ...] = (
    (255, 255, 255),
    (240, 228, 66),
    (86, 180, 233),
    (230, 159, 0),
    (204, 140, 190),
    (120, 230, 170),
    (255, 170, 150),
    (190, 180, 255),
)


def probe_colour(number: int) -> Rgb:
    """Of the probe of that number, from 1 on; they come again after eight."""
    return COLOURS[(number - 1) % len(COLOURS)]
