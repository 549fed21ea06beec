"""What an inspection found, as a map over the picture, colours of the cloud, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from sgnet_model.colour import Ramp, diverging_image, ramp_colours
from sgnet_model.inspection.contours import contours_of, outlines
from sgnet_model.inspection.finding import Finding, HeatMap, Map, SignedMap, TwoHueMap
from sgnet_model.inspection.pictures import colours_of, enlarged, limit_of, opacity_of
from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.picture import ColourBar, MapOverlay, PictureModel

VEIL = 0.85  # opacity over what the window shows beneath: hues of classes are not those of a map
CONTOURS = (((0, 0, 0, 170), 3), ((255, 255, 255, 255), 1))  # RGBA and width: light beside dark
MOST_FACTS = 14  # lines of the panel


def map_overlay(part: Map, rgb: UInt8Array) -> MapOverlay:
    """The map over the grey picture; what the window shows beneath is seen a little."""
    size = (rgb.shape[0], rgb.shape[1])
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    image = np.empty((*size, 4), np.uint8)
    opacity = opacity_of(part, size)[..., None]
    image[..., :3] = np.rint(grey + opacity * (colours_of(part, size) - grey))
    image[..., 3] = round(255 * VEIL)
    if isinstance(part, HeatMap) and part.contours:
        lines = outlines(enlarged(part, size), tuple(one.share for one in part.contours))
        for colour, width in CONTOURS:
            for around in lines.values():
                cv2.polylines(image, around, True, colour, width)
    return MapOverlay(image, colour_bar(part), part.title)


def with_contours(part: HeatMap) -> HeatMap:
    """A step of a series, with the lines that hold shares of its mass."""
    return replace(part, contours=contours_of(part.values))


def colour_bar(part: Map) -> ColourBar:
    """The scale of the map's colours; of two causes from one to the other."""
    if isinstance(part, SignedMap):
        limit = limit_of(part)
        steps = np.linspace(-1, 1, 256)[None]
        return ColourBar(part.unit, "", -limit, limit, diverging_image(steps, 1.0)[0])
    if isinstance(part, TwoHueMap):
        steps = np.linspace(0, 1, 256)[None]
        mixed = TwoHueMap("", "", np.stack((1 - steps, steps)), part.grid, "", part.causes)
        title = f"{part.causes[0]} to {part.causes[1]}"
        return ColourBar(title, "", 0.0, 1.0, colours_of(mixed, (1, 256))[0])
    return ColourBar(part.unit, "", 0.0, limit_of(part), ramp_colours(Ramp.INFERNO))


def facts_of(finding: Finding) -> tuple[tuple[str, str], ...]:
    """The numbers of a finding that fit into a panel: those that are no lists."""
    found: list[tuple[str, str]] = []
    if finding.score is not None:
        names = " over ".join(finding.score.classes)
        found.append((f"score ({finding.score.kind}: {names})", number(finding.score.value)))
    found.extend(_flat("", finding.values))
    return tuple(found[:MOST_FACTS])


def checks_of(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Each self-check and how far off it was."""
    return tuple((check.what, number(check.error)) for check in finding.checks)


def number(value: float) -> str:
    """Four digits, with a true minus sign."""
    return f"{value:.4g}".replace("-", "−")


def _flat(prefix: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{prefix}{key.replace('_', ' ')}"
        if isinstance(value, Mapping):
            found.extend(_flat(f"{name}: ", value))
        elif isinstance(value, bool | str):
            found.append((name, str(value)))
        elif isinstance(value, int | float):
            found.append((name, number(value)))
    return found


def with_overlays(picture: PictureModel, overlays: tuple[MapOverlay, ...]) -> PictureModel:
    """The picture as a file shows it: the topmost map over it, with that one's colour bar."""
    if not overlays:
        return picture
    top = overlays[-1]
    alpha = top.image[..., 3:] / 255.0
    mixed = np.rint(picture.image * (1 - alpha) + top.image[..., :3] * alpha)
    return replace(picture, image=mixed.astype(np.uint8), bar=top.bar)


def over_picture(overlay: MapOverlay, rgb: UInt8Array) -> UInt8Array:
    """(H, W, 3): the map over the grey picture, for the points of the cloud."""
    grey = rgb.mean(-1, keepdims=True)
    alpha = overlay.image[..., 3:] / 255.0
    mixed: UInt8Array = np.rint(grey * (1 - alpha) + overlay.image[..., :3] * alpha).astype(
        np.uint8
    )
    return mixed
