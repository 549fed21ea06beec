"""The point cloud of a frame, its colours, and the probes lifted into it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sgnet_model import colour
from sgnet_model.geometry import depth_to_points
from sgnet_model.inspection.probe import Probe
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, UInt8Array
from sgnet_viewer.contract.cloud import IntArray
from sgnet_viewer.contract.picture import ColourBar, MapOverlay
from sgnet_viewer.render.class_colours import class_colours
from sgnet_viewer.render.cloud_light import Direction, brightness, lit, towards_light
from sgnet_viewer.render.depth import depth_limits, ramp_of
from sgnet_viewer.render.finding import over_picture
from sgnet_viewer.render.layer_colours import Rgb, layer_colours
from sgnet_viewer.render.picture import CONFIDENCE_RAMP, shown_mask
from sgnet_viewer.render.regions import UNSURE_RGB
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.render.taps import chosen_layers
from sgnet_viewer.state.view_settings import CloudColour, TapWeight, ViewSettings

HIDDEN_RGB = (104, 108, 114)  # recedes before the dark and the light background
MOST_POINTS = 1 << 21  # those of a picture of 1920x1080
PROBE_PX, TAP_PX = 13.0, (5.0, 11.0)  # diameters; a tap's at modulation 0 and 1
FIXED_TAP_PX = 8.0  # where opacity shows the modulation
FAINTEST = 0.15
PASSIVE = 0.5  # opacity of the probes that are not active
PROBE_RGB = (255, 255, 255)

CloudArrays = tuple[FloatArray, UInt8Array, IntArray]
MarkArrays = tuple[FloatArray, UInt8Array, FloatArray, IntArray]


def cloud_points(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    stride: int = 1,
    explained: MapOverlay | None = None,
) -> CloudArrays:
    """Points (N, 3) float32 metres, colours (N, 3) uint8, source index (N,) int64 = v W + u.

    Only pixels with valid depth, and of no class that is ticked off; N may be 0. Of rows and
    columns every `stride`-th is taken. `explained`: the map over the picture, where there is one.
    """
    if frame.depth_m is None:
        points, source = np.empty((0, 3), np.float32), np.empty(0, np.int64)
    else:
        kept = _kept(frame.depth_m, prediction, settings, stride)
        points = depth_to_points(frame.depth_m, frame.intrinsics, stride)[kept]
        v, u = np.nonzero(kept)
        source = (v * frame.size[1] + u) * stride
    return points, cloud_colours(frame, prediction, settings, source, explained), source


def seen_cloud(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    stride: int = 1,
    explained: MapOverlay | None = None,
    towards: Direction | None = None,
) -> CloudArrays:
    """`cloud_points` as the screen shows them: classes ticked off are grey (or left out, as the
    settings say), and colours that are classes are lit, from `towards`.
    """
    if not settings.grey_hidden:
        points, colours, source = cloud_points(frame, prediction, settings, stride, explained)
    else:
        all_shown = replace(settings, hidden=frozenset())
        points, colours, source = cloud_points(frame, prediction, all_shown, stride, explained)
        shown = None if prediction is None else shown_mask(prediction.labels, settings)
        if shown is not None:
            colours[~shown.ravel()[source]] = HIDDEN_RGB
    classes = prediction is not None and settings.cloud_colour is CloudColour.LABELS
    if classes and settings.cloud_shaded:
        colours = _lit(colours, frame, source, stride, towards)
    return points, colours, source


def _lit(
    colours: UInt8Array, frame: Frame, source: IntArray, stride: int, towards: Direction | None
) -> UInt8Array:
    if frame.depth_m is None or not len(colours):
        return colours
    direction = towards or towards_light(None)
    light = brightness(frame.depth_m[::stride, ::stride], frame.intrinsics, direction)
    if stride == 1:
        return lit(colours, light.ravel()[source])
    v, u = np.divmod(source, frame.size[1])
    return lit(colours, light[v // stride, u // stride])


def stride_for(size: tuple[int, int]) -> int:
    """The n of every n-th row and column, so that a picture of `size` (height, width) has no more
    points than a screen can tell apart: each costs 23 bytes in two processes, and time."""
    return max(math.ceil(math.sqrt(size[0] * size[1] / MOST_POINTS)), 1)


def cloud_colours(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    source: IntArray,
    explained: MapOverlay | None = None,
) -> UInt8Array:
    """(N, 3) uint8 for the pixels `source`; without a prediction, labels and confidence are RGB."""
    kind = settings.cloud_colour
    if kind is CloudColour.EXPLANATION and explained is not None:
        return over_picture(explained, frame.rgb).reshape(-1, 3)[source]
    if kind is CloudColour.DEPTH and frame.depth_m is not None:
        depth = frame.depth_m.ravel()[source][None]
        limits = depth_limits(frame.depth_m, settings)
        return _row(colour.depth_image(depth, limits, ramp_of(settings)))
    if kind is CloudColour.LABELS and prediction is not None:
        return _label_colours(prediction, settings, source)
    if kind is CloudColour.CONFIDENCE and prediction is not None:
        confidence = prediction.confidence.ravel()[source][None]
        return _row(colour.confidence_image(confidence, CONFIDENCE_RAMP))
    return np.ascontiguousarray(frame.rgb.reshape(-1, 3)[source])


def cloud_bar(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    explained: MapOverlay | None = None,
) -> ColourBar | None:
    """The scale of `cloud_colours`; None where they mean no quantity."""
    kind = settings.cloud_colour
    if kind is CloudColour.EXPLANATION and explained is not None:
        return explained.bar
    if kind is CloudColour.DEPTH and frame.depth_m is not None:
        low, high = depth_limits(frame.depth_m, settings)
        return ColourBar("depth", "m", low, high, colour.ramp_colours(ramp_of(settings)))
    if kind is CloudColour.CONFIDENCE and prediction is not None:
        return ColourBar("confidence", "", 0.0, 1.0, colour.ramp_colours(CONFIDENCE_RAMP))
    return None


def _label_colours(prediction: Prediction, settings: ViewSettings, source: IntArray) -> UInt8Array:
    """(N, 3); grey where the network is less sure than is asked."""
    palette = class_colours(prediction.scheme, settings)
    colours = colour.label_image(prediction.labels.ravel()[source], palette)
    if settings.least_confidence > 0:
        below = prediction.confidence.ravel()[source] < settings.least_confidence
        colours[below] = UNSURE_RGB
    return colours


MEASURED_RGB, MEASURED_PX = (255, 214, 64), 9.0


def cloud_marks(
    probes: tuple[tuple[Probe, bool], ...],
    settings: ViewSettings,
    corners: tuple[tuple[float, float, float], ...] = (),
    valued: TapValues | None = None,
) -> MarkArrays:
    """The probes, each with whether it is the active one, and their taps as points and lines.

    `corners`: xyz in metres of a measured polyline, NaN where a depth is missing. `valued`: what
    colours the taps of the probe at its pixel, in the place of their layers.

    Returns xyz (M, 3) float32 metres, rgba (M, 4) uint8, diameters (M,) float32 pixels, and lines
    (L, 2) int64 from each probe to its taps. Taps without a 3D point (outside the picture, or depth
    missing) are left out, and a probe without depth has no lines. The active one comes last.
    """
    marks = _Marks([], [], [], [])
    for probe, active in sorted(probes, key=lambda pair: pair[1]):
        own = valued if valued is not None and valued.pixel == (probe.u, probe.v) else None
        _add_probe(marks, probe, settings, 1.0 if active else PASSIVE, own)
    _add_polyline(marks, corners)
    return (
        np.array(marks.xyz, np.float32).reshape(-1, 3),
        np.array(marks.rgba, np.uint8).reshape(-1, 4),
        np.array(marks.size, np.float32),
        np.array(marks.lines, np.int64).reshape(-1, 2),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Grows mark by mark."""

    xyz: list[tuple[float, float, float]]
    rgba: list[tuple[int, int, int, int]]
    size: list[float]
    lines: list[tuple[int, int]]

    def add(self, xyz: tuple[float, float, float], rgb: Rgb, opacity: float, size: float) -> int:
        """Returns the mark's index."""
        self.xyz.append(xyz)
        self.rgba.append((*rgb, round(255 * opacity)))
        self.size.append(size)
        return len(self.xyz) - 1


def _add_probe(
    marks: _Marks,
    probe: Probe,
    settings: ViewSettings,
    opacity: float,
    valued: TapValues | None,
) -> None:
    """Taps first, the probe on top of them."""
    colours = layer_colours(tuple(layer.name for layer in probe.layers))
    taps = []
    for layer in chosen_layers(probe, settings):
        known = np.isfinite(layer.points_m).all(-1)
        own = valued and valued.colours(layer.name)
        for tap in np.flatnonzero(known).tolist():
            x, y, z = layer.points_m[tap].tolist()
            size, alpha = _size_and_opacity(float(layer.modulation[tap]), settings.tap_weight)
            colour = own[tap] if own else colours[layer.name]
            taps.append(marks.add((x, y, z), colour, alpha * opacity, size))
    if probe.xyz_m is not None:
        centre = marks.add(probe.xyz_m, PROBE_RGB, opacity, PROBE_PX)
        marks.lines.extend((centre, tap) for tap in taps)


def _add_polyline(marks: _Marks, corners: tuple[tuple[float, float, float], ...]) -> None:
    """Corners without depth are left out, and the lines to them."""
    known = [
        marks.add(xyz, MEASURED_RGB, 1.0, MEASURED_PX) if np.isfinite(xyz).all() else None
        for xyz in corners
    ]
    marks.lines.extend(
        (one, other) for one, other in pairwise(known) if one is not None and other is not None
    )


def _size_and_opacity(modulation: float, weight: TapWeight) -> tuple[float, float]:
    if weight is TapWeight.OPACITY:
        return FIXED_TAP_PX, FAINTEST + (1 - FAINTEST) * modulation
    return TAP_PX[0] + (TAP_PX[1] - TAP_PX[0]) * modulation, 1.0


def _row(image: UInt8Array) -> UInt8Array:
    """(1, N, 3) -> (N, 3)."""
    return image.reshape(-1, 3)


def _kept(
    depth_m: FloatArray, prediction: Prediction | None, settings: ViewSettings, stride: int
) -> NDArray[np.bool_]:
    """Of every `stride`-th row and column: whether the pixel is a point."""
    kept: NDArray[np.bool_] = depth_m[::stride, ::stride] > 0
    if prediction is None:
        return kept
    shown = shown_mask(prediction.labels[::stride, ::stride], settings)
    return kept if shown is None else kept & shown
