"""Maps of a finding over the picture, with a colour bar and its unit, as RGB arrays."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.colour import Ramp, diverging_image, ramp_colours, ramp_image
from sgnet_model.types import UInt8Array

from .contours import Line, outlines
from .finding import HeatMap, Map, Pixel, SignedMap, TwoHueMap, Values
from .receptive_field.grids import Size

OPACITY, STRONGEST = 0.65, 0.9
ROOT = "square root"  # said of a ramp
BAR_HEIGHT = 34  # pixels under the picture
# Of the sizes that are not 0: a few strays do not set the range.
MOST_PERCENTILE, SIGNED_PERCENTILE = 99.9, 99.5
CAUSE_RGB = ((230, 97, 1), (94, 60, 153))  # orange, violet: two hues that differ for everyone
CONTOUR_RGB = (255, 255, 255)
INNERMOST = 0.5  # share: its contour lies close in the next one, whose name it would cover
LETTERS, LEAST_LETTERS = 0.5 / 480, 0.3  # of names of contours: a share of the height, and at least
FINE = 4  # bits of a pixel's parts
PIXEL_RGB = (0, 255, 255)


def map_picture(part: Map, rgb: UInt8Array, pixel: Pixel) -> UInt8Array:
    """(H + bar, W, 3): the map over the grey picture, the pixel marked, the bar beneath."""
    grey = np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
    size = (rgb.shape[0], rgb.shape[1])
    colours, opacity = colours_of(part, size), opacity_of(part, size)
    image = np.rint(grey + opacity[..., None] * (colours.astype(np.float32) - grey)).astype(
        np.uint8
    )
    if isinstance(part, HeatMap) and part.contours:
        for share, lines in outlines(enlarged(part, size)).items():
            draw_lines(image, lines, CONTOUR_RGB, 1)
            name_contour(image, share, lines, ((CONTOUR_RGB, 1),))
    cv2.drawMarker(image, pixel, PIXEL_RGB, cv2.MARKER_CROSS, 11, 1)
    return np.concatenate((image, _bar(part, image.shape[1])))


def draw_lines(
    image: UInt8Array, lines: tuple[Line, ...], colour: tuple[int, int, int], width: int
) -> None:
    """Closed lines, smooth, into an RGB image."""
    fine = [np.rint(line * (1 << FINE)).astype(np.int32) for line in lines]
    cv2.polylines(image, fine, True, colour, width, cv2.LINE_AA, FINE)


def name_contour(
    image: UInt8Array,
    share: float,
    lines: tuple[Line, ...],
    strokes: tuple[tuple[tuple[int, int, int], int], ...],
) -> None:
    """Written into the RGB image: the share that a contour holds, above the top of its longest
    line; the innermost one's below, where the next one's name leaves room. `strokes`: colour and
    thickness, one over the other."""
    if not lines:
        return
    around, inner = max(lines, key=len), share <= INNERMOST
    left, edge = (int(at) for at in around[(-around if inner else around)[:, 1].argmin()])
    text, size = f"{100 * share:.0f} %", max(LETTERS * image.shape[0], LEAST_LETTERS)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    left = min(max(left - width // 2, 0), max(image.shape[1] - width, 0))
    at = (left, min(edge + height + 4, image.shape[0]) if inner else max(edge - 4, height))
    for colour, thick in strokes:
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thick, cv2.LINE_AA)


def opacity_of(part: Map, size: Size) -> NDArray[np.float32]:
    """(H, W): what is near zero lets the picture through."""
    if isinstance(part, TwoHueMap):
        return np.full(size, OPACITY, np.float32)
    sizes = np.clip(np.abs(_drawn(part, enlarged(part, size))), 0, 1)
    return np.asarray(STRONGEST * np.sqrt(sizes), np.float32)


def limit_of(part: Map) -> float:
    """What the upper end of its colours stands for; 0 where all is 0."""
    sizes = np.abs(part.values[part.values != 0])
    if not sizes.size:
        return 0.0
    few = MOST_PERCENTILE if isinstance(part, HeatMap) else SIGNED_PERCENTILE
    return float(np.percentile(sizes, few))


def colours_of(part: Map, picture: Size) -> UInt8Array:
    """(H, W, 3): the map's colours at the picture's size, opaque."""
    values = enlarged(part, picture)
    if isinstance(part, SignedMap):
        return diverging_image(values, limit_of(part))
    if isinstance(part, TwoHueMap):
        return _two_hues(values)
    return ramp_image(_drawn(part, values), 0.0, 1.0, Ramp.INFERNO)


def _drawn(part: Map, values: Values) -> Values:
    """As shares of the limit; by the square root where the map is drawn so."""
    shares: Values = values / (limit_of(part) or 1.0)
    return np.sqrt(shares) if isinstance(part, HeatMap) and part.root else shares


def enlarged(part: Map, picture: Size) -> Values:
    """The values at every pixel of a picture of that size: of the nearest cell."""
    rows, columns = part.grid.cells(picture, (part.values.shape[-2], part.values.shape[-1]))
    large: Values = part.values[..., rows[:, None], columns]
    return large


def _two_hues(values: Values) -> UInt8Array:
    """(2, H, W) -> RGB: mixed by the share of either, fading where both are small."""
    sizes = np.abs(values)
    total = sizes.sum(0)
    share = np.divide(sizes[0], total, out=np.full(total.shape, 0.5), where=total > 0)[..., None]
    hue = share * np.array(CAUSE_RGB[0]) + (1 - share) * np.array(CAUSE_RGB[1])
    strength = np.clip(total / (np.percentile(total, 90) or 1.0), 0, 1)[..., None]
    image: UInt8Array = np.rint(255 + strength * (hue - 255)).astype(np.uint8)
    return image


def _bar(part: Map, width: int) -> UInt8Array:
    """The colours from low to high, what the ends stand for, and the unit."""
    steps = np.linspace(0, 1, max(width - 20, 1))[None]
    if isinstance(part, SignedMap):
        limit = limit_of(part)
        ramp, ends = diverging_image(2 * steps - 1, 1.0), (f"{-limit:.3g}", f"{limit:.3g}")
    elif isinstance(part, TwoHueMap):
        ramp = _two_hues(np.stack((1 - steps, steps)))
        ends = part.causes
    else:
        ramp = ramp_colours(Ramp.INFERNO)[np.rint(255 * steps).astype(int)]
        ends = ("0", f"{limit_of(part):.3g}")
    bar: NDArray[np.uint8] = np.full((BAR_HEIGHT, width, 3), 255, np.uint8)
    bar[4:14, 10 : 10 + ramp.shape[1]] = ramp[:, : max(width - 10, 0)]
    _write(bar, ends[0], 10)
    unit = f"{part.unit} ({ROOT})" if isinstance(part, HeatMap) and part.root else part.unit
    _write(bar, unit, width // 2 - 4 * len(unit))
    _write(bar, ends[1], width - 10 - 8 * len(ends[1]))
    return bar


def _write(bar: UInt8Array, text: str, x: int) -> None:
    at = (max(x, 2), BAR_HEIGHT - 7)
    cv2.putText(bar, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
