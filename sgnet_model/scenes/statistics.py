"""What a set of frames looks like in numbers: to hold rendered rooms against real ones.

Measured frame by frame and averaged, so that no frame counts more than another; the shares of
classes and the contrast inside them are over all pixels. Colours and detail are those of the
picture without its outermost pixels, where undistortion leaves a white border in NYUv2 and in
rendered scenes. The definitions stand at the functions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import Frame, UserError

Float = NDArray[np.float32]
MARGIN = 60  # of 480 rows: what a projector may not reach
BORDER = 12  # of 480 rows: more than undistortion leaves white
DEPTH_PERCENTILES = (5, 25, 50, 75, 95)
GRADIENT_PERCENTILES = (75, 90, 95)
BAND = (0.12, 0.25)  # cycles per pixel
WINDOW = 9  # pixels a side, of the contrast inside classes
CLASSES = 41  # 0 = void


@dataclass(frozen=True, slots=True, eq=False)
class FrameNumbers:
    """The values of one frame; see the functions below for what they mean."""

    values: dict[str, float]
    pixels: NDArray[np.int64]  # (41,) by label
    contrast: NDArray[np.float64]  # (41,) summed over the pixels that count
    counted: NDArray[np.int64]  # (41,) how many those are


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Of a whole set. `values`: means over frames. `shares`: of the labelled pixels, 1..40.

    `contrast`: grey levels, by class 1..40; NaN for a class that is nowhere large enough.
    """

    frames: int
    values: dict[str, float]
    shares: NDArray[np.float64]
    contrast: NDArray[np.float64]

    def to_dict(self, classes: tuple[str, ...]) -> dict[str, Any]:
        """JSON-ready; `classes`: the 40 names. Classes that do not occur have no contrast."""
        seen = {n: c for n, c in zip(classes, self.contrast, strict=True) if np.isfinite(c)}
        return {
            "frames": self.frames,
            **{name: round(value, 5) for name, value in self.values.items()},
            "shares": {n: round(float(s), 5) for n, s in zip(classes, self.shares, strict=True)},
            "contrast": {name: round(float(value), 2) for name, value in seen.items()},
        }


def measure(frames: Iterable[Frame]) -> Statistics:
    """Over all frames, each read once. Raises UserError where there is none.

    A frame without depth or labels counts for the rest.
    """
    numbers = [of_frame(frame) for frame in frames]
    if not numbers:
        raise UserError("There is no frame to measure: give a data set, or at least one scene.")
    names = list(dict.fromkeys(name for each in numbers for name in each.values))
    values = {
        name: float(np.mean([e.values[name] for e in numbers if name in e.values]))
        for name in names
    }
    pixels = np.sum([each.pixels for each in numbers], 0)[1:]
    counted = np.sum([each.counted for each in numbers], 0)[1:]
    total = np.sum([each.contrast for each in numbers], 0)[1:]
    with np.errstate(invalid="ignore"):
        return Statistics(len(numbers), values, pixels / max(1, pixels.sum()), total / counted)


def of_frame(frame: Frame) -> FrameNumbers:
    """One frame's values."""
    picture = _without_border(frame.rgb)
    values = {**_colour(picture), **_detail(picture)}
    if frame.depth_m is not None:
        values |= _depth(frame.depth_m)
    empty = np.zeros(CLASSES, np.int64)
    if frame.labels is None:
        return FrameNumbers(values, empty, empty.astype(float), empty)
    labels = np.where(frame.labels < CLASSES, frame.labels, 0)
    contrast, counted = _contrast(frame.rgb, labels)
    pixels = np.bincount(labels.ravel(), minlength=CLASSES)
    return FrameNumbers(values, pixels, contrast, counted)


def _without_border(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3): without BORDER on each side, or a quarter of a side where that is less."""
    height, width = rgb.shape[:2]
    border = round(BORDER * height / 480)
    rows, columns = (min(border, side // 4) for side in (height, width))
    return rgb[rows : height - rows, columns : width - columns]


def _depth(depth: Float) -> dict[str, float]:
    """Holes in the whole picture, and inside a margin where that leaves any pixel; percentiles in
    metres; curvature noise: the mean of |z(x-1) - 2 z(x) + z(x+1)| / z^2 over neighbouring triples,
    in 1 / m, without the tenth that bends most (borders of things).
    """
    height, width = depth.shape
    margin = round(MARGIN * height / 480)
    inside = depth[margin : height - margin, margin : max(margin, width - margin)]
    values = {"holes": float((depth <= 0).mean())}
    if inside.size:
        values["holes_inside"] = float((inside <= 0).mean())
    known = depth[depth > 0]
    if known.size:
        for percent, metres in zip(
            DEPTH_PERCENTILES, np.percentile(known, DEPTH_PERCENTILES), strict=True
        ):
            values[f"depth_{percent}"] = float(metres)
    left, middle, right = depth[:, :-2], depth[:, 1:-1], depth[:, 2:]
    whole = (left > 0) & (middle > 0) & (right > 0)
    if whole.any():
        bend = np.abs(left - 2 * middle + right)[whole] / middle[whole] ** 2
        values["curvature"] = float(bend[bend <= np.percentile(bend, 90)].mean())
    return values


def _colour(rgb: NDArray[np.uint8]) -> dict[str, float]:
    """CIE Lab: chroma sqrt(a^2 + b^2), its mean and 95th percentile; mean lightness 0..100; the
    shares of pixels whose grey level is under 25 and over 250.
    """
    lab = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    grey = _grey(rgb)
    return {
        "chroma": float(chroma.mean()),
        "chroma_95": float(np.percentile(chroma, 95)),
        "lightness": float(lab[..., 0].mean()),
        "dark": float((grey < 25).mean()),
        "blown": float((grey > 250).mean()),
    }


def _detail(rgb: NDArray[np.uint8]) -> dict[str, float]:
    """log10 of the mean power per pixel of the grey levels between 0.12 and 0.25 cycles per pixel,
    through a Hann window of mean power 1; percentiles of the gradient's length (Sobel / 4).
    """
    grey = _grey(rgb)
    window = np.outer(np.hanning(grey.shape[0]), np.hanning(grey.shape[1])).astype(np.float32)
    window /= np.sqrt((window**2).mean())
    power = np.abs(np.fft.rfft2((grey - grey.mean()) * window)) ** 2 / grey.size
    fy, fx = np.fft.fftfreq(grey.shape[0])[:, None], np.fft.rfftfreq(grey.shape[1])[None]
    radius = np.hypot(fy, fx)
    band = (radius >= BAND[0]) & (radius < BAND[1])
    dx, dy = (cv2.Sobel(grey, cv2.CV_32F, k, 1 - k, scale=0.25) for k in (1, 0))
    steps = np.percentile(np.hypot(dx, dy), GRADIENT_PERCENTILES)
    return {
        "power": float(np.log10(max(power[band].mean(), 1e-9))),
        **{f"gradient_{p}": float(s) for p, s in zip(GRADIENT_PERCENTILES, steps, strict=True)},
    }


def _contrast(
    rgb: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """By label: the summed standard deviation of grey in windows of 9 pixels, and their number.

    Only windows that lie within one class count.
    """
    grey = _grey(rgb)
    mean, square = (cv2.blur(image, (WINDOW, WINDOW)) for image in (grey, grey * grey))
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    kernel = np.ones((WINDOW, WINDOW), np.uint8)
    pure = cv2.erode(labels, kernel) == cv2.dilate(labels, kernel)
    chosen = labels[pure]
    total = np.bincount(chosen, deviation[pure].astype(np.float64), minlength=CLASSES)
    counted = np.bincount(chosen, minlength=CLASSES).astype(np.int64)
    return total.astype(np.float64), counted


def _grey(rgb: NDArray[np.uint8]) -> Float:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)
