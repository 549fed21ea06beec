"""Class colours that stay apart for readers with a colour-vision deficiency.

Colours are chosen one after the other, each as far as it goes from all before it, in the worst of
four views: normal, protanopic, deuteranopic and tritanopic. Distances are those of CIE L*a*b*.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, LabelScheme, UInt8Array

Float = NDArray[np.float64]
STEPS = 16  # of each channel, among the candidates
LIGHTNESS, CHROMA = (28.0, 94.0), 18.0  # of L*a*b*: neither near black or white, nor greyish
FIRST = (0, 119, 170)
# What fills most of a picture, indoors and outdoors: these get the colours that lie farthest apart.
FREQUENT = (
    *("wall", "floor", "ceiling", "cabinet", "bed", "window", "door", "chair", "table", "sofa"),
    *("otherprop", "otherstructure", "otherfurniture", "picture", "counter", "bookshelf"),
    *("road", "building", "vegetation", "sky", "sidewalk", "car", "terrain", "fence", "person"),
)


class Deficiency(StrEnum):
    """Cones that do not work: those for long, middle and short waves."""

    PROTAN = "protan"
    DEUTAN = "deutan"
    TRITAN = "tritan"


# Linear RGB as seen with a deficiency of severity 1: Machado, Oliveira, Fernandes (2009), table 1.
_SEEN = {
    Deficiency.PROTAN: (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    Deficiency.DEUTAN: (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    Deficiency.TRITAN: (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Linear sRGB to XYZ over the white of D65 (IEC 61966-2-1).
_XYZ = np.array(
    (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
) / np.array(((0.95047,), (1.0,), (1.08883,)))


def safe_colours(scheme: LabelScheme) -> UInt8Array:
    """(C, 3) uint8 RGB, the classes that fill most pixels first served; read-only."""
    frequent = [scheme.classes.index(name) for name in FREQUENT if name in scheme.classes]
    others = [index for index in range(len(scheme.classes)) if index not in set(frequent)]
    colours = np.empty((len(scheme.classes), 3), np.uint8)
    colours[frequent + others] = safe_sequence(len(colours))
    colours.flags.writeable = False
    return colours


@lru_cache
def safe_sequence(count: int) -> UInt8Array:
    """(count, 3) uint8 RGB: each as far as it goes from all before it, in the worst view."""
    steps = np.linspace(0, 255, STEPS)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    normal = lab(_linear(grid))
    wanted = (normal[:, 0] > LIGHTNESS[0]) & (normal[:, 0] < LIGHTNESS[1])
    candidates = grid[wanted & (np.hypot(normal[:, 1], normal[:, 2]) > CHROMA)]
    linear = _linear(candidates)
    views = [lab(linear), *(lab(seen_with(linear, kind)) for kind in Deficiency)]
    chosen = [int(np.argmin(((candidates - FIRST) ** 2).sum(-1)))]
    nearest = np.full(len(candidates), np.inf)
    while len(chosen) < count:
        apart = [np.linalg.norm(view - view[chosen[-1]], axis=-1) for view in views]
        nearest = np.minimum(nearest, np.min(apart, axis=0))
        chosen.append(int(np.argmax(nearest)))
    return np.rint(candidates[chosen[:count]]).astype(np.uint8)


def seen_with(linear: Float, kind: Deficiency) -> Float:
    """(N, 3) linear RGB, 0..1, as a reader without those cones sees it, 0..1."""
    seen: Float = np.clip(linear @ np.array(_SEEN[kind]).T, 0, 1)
    return seen


def lab(linear: Float) -> Float:
    """(N, 3) linear sRGB, 0..1 -> CIE L*a*b* under D65."""
    xyz = linear @ _XYZ.T
    roots = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = roots.T
    values: Float = np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), -1)
    return values


def _linear(rgb: Float | FloatArray | UInt8Array) -> Float:
    """(N, 3) sRGB 0..255 -> linear 0..1 (IEC 61966-2-1)."""
    values = np.asarray(rgb, np.float64) / 255
    linear: Float = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return linear
