"""What an inspection found, as a map over the picture, colours of the cloud, and words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.colour import Ramp, diverging_image, ramp_colours
from sgnet_model.inspection.contours import contours_of, outlines
from sgnet_model.inspection.finding import HeatMap, Map, Score, SignedMap, TwoHueMap
from sgnet_model.inspection.pictures import (
    ROOT,
    colours_of,
    draw_lines,
    enlarged,
    limit_of,
    name_contour,
    opacity_of,
)
from sgnet_model.inspection.receptive_field.grids import Size
from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.picture import ColourBar, MapContour, MapOverlay, PictureModel
from sgnet_viewer.render.bar_text import number

VEIL = 0.85  # opacity over what the window shows beneath: hues of classes are not those of a map
STROKES = (((0, 0, 0), 3), ((255, 255, 255), 1))  # RGB and width of lines: light beside dark


def map_overlay(part: Map, rgb: UInt8Array, score: Score | None = None) -> MapOverlay:
    """The map over the grey picture; what the window shows beneath is seen a little. `score`: of
    the finding that it is of."""
    size = (rgb.shape[0], rgb.shape[1])
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    image = np.empty((*size, 4), np.uint8)
    opacity = opacity_of(part, size)[..., None]
    image[..., :3] = np.rint(grey + opacity * (colours_of(part, size) - grey))
    image[..., 3] = round(255 * VEIL)
    return MapOverlay(image, colour_bar(part, score), part.title, _contours(part, size))


def _contours(part: Map, size: Size) -> tuple[MapContour, ...]:
    """The lines around the shares that a map names."""
    if not isinstance(part, HeatMap) or not part.contours:
        return ()
    lines = outlines(enlarged(part, size), tuple(one.share for one in part.contours))
    return tuple(MapContour(share, around) for share, around in lines.items())


def with_contours(part: HeatMap) -> HeatMap:
    """A step of a series, with the lines that hold shares of its mass."""
    return replace(part, contours=contours_of(part.values))


def colour_bar(part: Map, score: Score | None = None) -> ColourBar:
    """The scale of the map's colours; of two causes from one to the other. `score`: what a signed
    map speaks for or against."""
    if isinstance(part, SignedMap):
        limit = limit_of(part)
        steps = diverging_image(np.linspace(-1, 1, 256)[None], 1.0)[0]
        return ColourBar(part.title, part.unit, -limit, limit, steps, ends=_sides(limit, score))
    if isinstance(part, TwoHueMap):
        shares = np.linspace(0, 1, 256)[None]
        mixed = TwoHueMap("", "", np.stack((1 - shares, shares)), part.grid, "", part.causes)
        causes = (part.causes[0], "both", part.causes[1])
        return ColourBar(part.title, "", 0.0, 1.0, colours_of(mixed, (1, 256))[0], ends=causes)
    limit = limit_of(part)
    title = f"{part.layer}: {part.unit}" if part.layer else part.unit
    ends = ("0", ROOT, number(limit)) if part.root else ()
    return ColourBar(title, "", 0.0, limit, ramp_colours(Ramp.INFERNO), ends=ends)


def _sides(limit: float, score: Score | None) -> tuple[str, ...]:
    """What the two ends of a signed scale mean."""
    if score is None:
        return ()
    name = score.classes[0]
    return f"{number(-limit)} against {name}", f"{number(limit)} for {name}"


def with_overlays(picture: PictureModel, overlays: tuple[MapOverlay, ...]) -> PictureModel:
    """The picture with the topmost map over it, contours too, and with that one's colour bar."""
    if not overlays:
        return picture
    top = overlays[-1]
    return replace(picture, image=_laid_over(picture.image, top), bar=top.bar)


def over_picture(overlay: MapOverlay, rgb: UInt8Array) -> UInt8Array:
    """(H, W, 3): the map over the grey picture, for the points of the cloud."""
    return _laid_over(rgb.mean(-1, keepdims=True), overlay)


def _laid_over(below: NDArray[Any], overlay: MapOverlay) -> UInt8Array:
    """(H, W, 3): the map and its contours over (H, W, 3) or (H, W, 1) of 0..255."""
    alpha = overlay.image[..., 3:] / 255.0
    mixed: UInt8Array = np.rint(below * (1 - alpha) + overlay.image[..., :3] * alpha).astype(
        np.uint8
    )
    for colour, width in STROKES:
        for contour in overlay.contours:
            draw_lines(mixed, contour.lines, colour, width)
    for contour in overlay.contours:
        name_contour(mixed, contour.share, contour.lines, STROKES)
    return mixed
