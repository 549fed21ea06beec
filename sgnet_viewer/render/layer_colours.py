"""One hue for each ResNet layer, one step of lightness for each S-Conv within it.

The hues are chosen to stay apart for colour-blind readers (blue, green, orange, pink); the steps
run from light (the first block) to dark (the last).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

Rgb = tuple[int, int, int]

HUES = (0.555, 0.40, 0.105, 0.915)  # of layers 1 to 4, as fractions of the colour circle
LIGHTEST, DARKEST = 0.74, 0.50
SATURATION = (0.85, 0.60, 0.92, 0.80)


def layer_group(name: str) -> int:
    """The ResNet layer of an S-Conv: "layer3.21" -> 3, of one in a second stream: "hha3.0" -> 3;
    0 where the name says none."""
    found = re.match(r"[a-z]+(\d+)\.", name, re.ASCII)
    return int(found[1]) if found else 0


@cache
def layer_colours(names: tuple[str, ...]) -> Mapping[str, Rgb]:
    """RGB (0..255) for each S-Conv name; the same names give the same colours."""
    colours: dict[str, Rgb] = {}
    for group in {layer_group(name) for name in names}:
        members = [name for name in names if layer_group(name) == group]
        for step, name in enumerate(members):
            colours[name] = _shade(group, step / max(len(members) - 1, 1))
    return MappingProxyType(colours)


def _shade(group: int, darkness: float) -> Rgb:
    index = (group - 1) % len(HUES)
    lightness = LIGHTEST + (DARKEST - LIGHTEST) * darkness
    red, green, blue = colorsys.hls_to_rgb(HUES[index], lightness, SATURATION[index])
    return round(red * 255), round(green * 255), round(blue * 255)
