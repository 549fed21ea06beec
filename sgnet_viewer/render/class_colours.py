"""The colour of every class, as the user chose: the data set's, the safe ones, or their own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sgnet_model.data.safe_palette import safe_colours
from sgnet_model.types import LabelScheme, UInt8Array
from sgnet_viewer.state.class_colours import OwnColours, Rgb
from sgnet_viewer.state.view_settings import ClassPalette, ViewSettings


def class_colours(scheme: LabelScheme, settings: ViewSettings) -> UInt8Array:
    """(C, 3) uint8 RGB, read-only."""
    return _colours(
        scheme.classes, scheme.palette.tobytes(), settings.palette, settings.own_colours
    )


def class_rgb(scheme: LabelScheme, settings: ViewSettings, index: int) -> Rgb:
    """A class's colour, 0..255."""
    red, green, blue = class_colours(scheme, settings)[index].tolist()
    return red, green, blue


@lru_cache(maxsize=16)
def _colours(
    names: tuple[str, ...], palette: bytes, chosen: ClassPalette, own: OwnColours
) -> UInt8Array:
    colours = np.frombuffer(palette, np.uint8).reshape(-1, 3)
    if chosen is ClassPalette.SAFE:
        colours = safe_colours(LabelScheme("", names, colours))
    colours = colours.copy()
    for name, rgb in own:
        if name in names:
            colours[names.index(name)] = rgb
    colours.flags.writeable = False
    return colours
