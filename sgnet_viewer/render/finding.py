"""What an inspection found, as a map over the picture, colours of the cloud, and words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sgnet_model.colour import Ramp, diverging_image, ramp_colours
from sgnet_model.inspection.finding import Finding, HeatMap, Map, SignedMap, TwoHueMap
from sgnet_model.inspection.pictures import colours_of, enlarged, limit_of
from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.picture import ColourBar, MapOverlay

OPACITY = 0.7
CONTOUR_RGBA = (255, 255, 255, 235)
MOST_FACTS = 14  # lines of the panel


def map_overlay(part: Map, size: tuple[int, int]) -> MapOverlay:
    """`size`: (height, width) of the picture. Where the map says nothing the picture is seen."""
    colours = colours_of(part, size)
    image = np.empty((*size, 4), np.uint8)
    image[..., :3] = colours
    image[..., 3] = np.where(_says_something(part, size), round(255 * OPACITY), 0)
    if isinstance(part, HeatMap):
        for contour in part.contours:
            image[_border(enlarged(part, size) >= contour.level)] = CONTOUR_RGBA
    return MapOverlay(image, colour_bar(part), part.title)


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


def _says_something(part: Map, size: tuple[int, int]) -> np.ndarray:
    values = enlarged(part, size)
    if isinstance(part, TwoHueMap):
        return np.ones(size, bool)
    return np.asarray(values != 0)


def _border(inside: np.ndarray) -> np.ndarray:
    """(H, W) bool: the pixels of `inside` that have a neighbour outside."""
    padded = np.pad(inside, 1, mode="edge")
    kept = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return np.asarray(inside & ~kept)


def over_picture(overlay: MapOverlay, rgb: UInt8Array) -> UInt8Array:
    """(H, W, 3): the map over the grey picture, for the points of the cloud."""
    grey = rgb.mean(-1, keepdims=True)
    alpha = overlay.image[..., 3:] / 255.0
    mixed: UInt8Array = np.rint(grey * (1 - alpha) + overlay.image[..., :3] * alpha).astype(
        np.uint8
    )
    return mixed
