"""Where the layers look: the relative receptive field of each, and the taps of chosen pixels
(paper, Fig. 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from sgnet_model.inspection.offset_statistics import OffsetStatistics, measure_offsets
from sgnet_model.inspection.probe import check_pixel
from sgnet_model.inspection.receptive_field import LayerTaps, relative_field, taps_at
from sgnet_model.inspection.receptive_field.grids import network_from_picture
from sgnet_model.prediction import Prediction
from sgnet_model.predictor import Predictor
from sgnet_model.types import Frame, LayerTrace, UInt8Array, UserError

from .blocks import Image
from .pictures import drawing, file_name, photo, reduced

Pixel = tuple[int, int]  # (u, v): column and row of the picture
PIXEL_COLOURS = ((255, 140, 40), (60, 190, 255), (255, 90, 190), (150, 230, 70))
_OUTLINE = (20, 20, 20)
_SHIFT = 4  # OpenCV draws at sixteenths of a pixel
HEADER = ("layer", "stride", "offset, cells", "± from place to place", "correlation with depth")


@dataclass(frozen=True, slots=True)
class FieldSheet:
    """One frame. `images`: the picture, then each layer's field. `rows` under `header`: what each
    layer's offsets do there. Without images `title` says why.
    """

    title: str
    images: tuple[Image, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def field_sheet(
    predictor: Predictor, frame: Frame, name: str, pixels: Sequence[Pixel] = (), number: int = 1
) -> FieldSheet:
    """Runs the network over the frame. `pixels`: whose taps to draw; none: the picture's centre.

    `number`: another one for each sheet of a report.

    UserError where the frame has no depth, a pixel lies outside, or the network has no taps.
    """
    if frame.depth_m is None:
        raise UserError(f"{name} has no usable depth: its receptive fields cannot be drawn.")
    height, width = frame.size
    pixels = tuple(pixels) or ((width // 2, height // 2),)
    for u, v in pixels:
        check_pixel(u, v, frame.size)
    statistics = measure_offsets(predictor, [frame])
    prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    taps = {
        trace.name: [_taps(trace, pixel, prediction, frame) for pixel in pixels]
        for trace in prediction.traces
    }
    stem = file_name(f"field{number}", name)
    places = " and ".join(f"{u},{v}" for u, v in pixels)
    return FieldSheet(
        title=f"{name}, taps of pixel {places}",
        images=(
            photo(stem, _marked(frame.rgb, pixels), f"{name}: picture"),
            *(_map(stem, trace, taps[trace.name], prediction) for trace in prediction.traces),
        ),
        header=(*HEADER, *(f"spread at {u},{v}, px" for u, v in pixels)),
        rows=tuple(_row(entry, taps[entry.name]) for entry in statistics),
    )


def field_picture(trace: LayerTrace, network: Pixel, size: tuple[int, int]) -> UInt8Array:
    """(H, W, 3) grey: each pixel of a picture of `size` shows the index nearest to it, brighter =
    larger. `network`: (height, width) the network was fed.
    """
    image = relative_field(trace).image
    rows, columns = (
        np.clip(
            np.floor(
                network_from_picture(np.arange(length, dtype=float), fed, length) / trace.stride_out
                + 0.5
            ),
            0,
            cells - 1,
        ).astype(np.intp)
        for length, fed, cells in zip(size, network, image.shape, strict=True)
    )
    spread: UInt8Array = image[rows[:, None], columns[None, :]]
    return np.repeat(spread[..., None], 3, axis=2)


def _taps(trace: LayerTrace, pixel: Pixel, prediction: Prediction, frame: Frame) -> LayerTaps:
    return taps_at(
        trace, *pixel, prediction.network_size, frame.size, frame.depth_m, frame.intrinsics
    )


def _map(stem: str, trace: LayerTrace, taps: list[LayerTaps], prediction: Prediction) -> Image:
    size = reduced(*prediction.size)
    picture = field_picture(trace, prediction.network_size, size)
    for layer, colour in zip(taps, _cycle(len(taps)), strict=True):
        _draw_taps(picture, layer, colour, size[1] / prediction.size[1])
    field = relative_field(trace)
    spread = "constant" if field.constant else f"{field.low:.1f} to {field.high:.1f} cells"
    return drawing(file_name(stem, trace.name), picture, f"{trace.name}: {spread}")


def _draw_taps(
    picture: UInt8Array, layer: LayerTaps, colour: tuple[int, int, int], scale: float
) -> None:
    """A dot for each tap, larger where its modulation is."""
    for x, y, modulation in zip(layer.x, layer.y, layer.modulation, strict=True):
        place = _subpixel(x, y, scale)
        radius = round((2.0 + 3.5 * float(modulation)) * 2**_SHIFT)
        cv2.circle(picture, place, radius + 2**_SHIFT, _OUTLINE, -1, cv2.LINE_AA, _SHIFT)
        cv2.circle(picture, place, radius, colour, -1, cv2.LINE_AA, _SHIFT)


def _marked(rgb: UInt8Array, pixels: Sequence[Pixel]) -> UInt8Array:
    """The picture with a cross on each pixel."""
    picture = rgb.copy()
    size = max(picture.shape[1] // 24, 8)
    for (u, v), colour in zip(pixels, _cycle(len(pixels)), strict=True):
        for ink, extra in ((_OUTLINE, 2), (colour, 0)):
            width = max(picture.shape[1] // 210, 1) + extra
            cv2.drawMarker(picture, (u, v), ink, cv2.MARKER_CROSS, size, width, cv2.LINE_AA)
    return picture


def _subpixel(x: float, y: float, scale: float) -> tuple[int, int]:
    """Of the reduced picture, in OpenCV's fixed point; strays stay near."""
    u, v = ((float(value) + 0.5) * scale - 0.5 for value in (x, y))
    return tuple(int(np.clip(value, -999, 9999) * 2**_SHIFT) for value in (u, v))  # type: ignore[return-value]


def _cycle(count: int) -> list[tuple[int, int, int]]:
    return [PIXEL_COLOURS[index % len(PIXEL_COLOURS)] for index in range(count)]


def _row(entry: OffsetStatistics, taps: list[LayerTaps]) -> tuple[str, ...]:
    correlation = entry.depth_correlation
    return (
        entry.name,
        str(entry.stride_in),
        f"{entry.mean:.2f}",
        f"{entry.std:.2f}",
        "–" if correlation is None else f"{correlation:+.2f}",
        *(f"{layer.spread_px:.1f}" for layer in taps),
    )
