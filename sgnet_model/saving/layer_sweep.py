"""The taps of one pixel, layer after layer, over the picture."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator

import cv2
import numpy as np

from sgnet_model.inspection.probe import probe
from sgnet_model.inspection.receptive_field import LayerTaps
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UInt8Array

LEAST_WIDTH = 960  # a smaller picture is enlarged by a whole factor
STRIP = 34  # pixels under the picture, for the layer's name
RADII = (4, 10)  # of a tap at modulation 0 and 1
WHITE, GREY = (255, 255, 255), (170, 170, 170)


def layer_sweep(
    frame: Frame, prediction: Prediction, pixel: tuple[int, int], shown: UInt8Array, repeat: int
) -> Iterator[UInt8Array]:
    """(H, W, 3) uint8 RGB: every S-Conv's taps over `shown` ((h, w, 3)), each `repeat` pictures.

    `pixel`: (u, v), column and row. UserError outside the picture.
    """
    read = probe(prediction, *pixel, frame.depth_m, frame.intrinsics)
    scale = max(1, -(-LEAST_WIDTH // shown.shape[1]))
    large = np.repeat(np.repeat(shown, scale, axis=0), scale, axis=1)
    for number, layer in enumerate(read.layers):
        picture = _drawn(large, layer, pixel, scale, number / len(read.layers))
        for _ in range(repeat):
            yield picture


def _drawn(
    large: UInt8Array, layer: LayerTaps, pixel: tuple[int, int], scale: int, hue: float
) -> UInt8Array:
    page = np.zeros((large.shape[0] + STRIP, large.shape[1], 3), np.uint8)
    page[: large.shape[0]] = large
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.75, 1.0))
    centre = _place(*pixel, scale)
    for x, y, modulation in zip(layer.x, layer.y, layer.modulation, strict=True):
        tap = _place(float(x), float(y), scale)
        radius = round(RADII[0] + (RADII[1] - RADII[0]) * float(modulation))
        cv2.line(page, centre, tap, GREY, 1, cv2.LINE_AA)
        cv2.circle(page, tap, radius, (red, green, blue), -1, cv2.LINE_AA)
        cv2.circle(page, tap, radius, WHITE, 1, cv2.LINE_AA)
    cv2.drawMarker(page, centre, WHITE, cv2.MARKER_CROSS, 22, 2, cv2.LINE_AA)
    page[large.shape[0] :] = 0  # taps beyond the picture do not cover the words
    words = f"{layer.name}   spread {layer.spread_px:.1f} px"
    if layer.spread_m is not None and np.isfinite(layer.spread_m):
        words += f", {layer.spread_m:.2f} m"
    at = (10, large.shape[0] + STRIP - 10)
    cv2.putText(page, words, at, cv2.FONT_HERSHEY_SIMPLEX, 0.7, WHITE, 1, cv2.LINE_AA)
    return page


def _place(x: float, y: float, scale: int) -> tuple[int, int]:
    """Of the centre of an enlarged pixel; far outside stays far outside."""
    u, v = ((value + 0.5) * scale - 0.5 for value in (x, y))
    return round(min(max(u, -9999.0), 99999.0)), round(min(max(v, -9999.0), 99999.0))
