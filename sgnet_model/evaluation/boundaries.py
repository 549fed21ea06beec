"""How well borders are found: boundary IoU, and apart for borders with and without a depth step.

Cheng et al., "Boundary IoU", CVPR 2021: the IoU of the parts of truth and prediction that lie
within d of their own borders, d = 2 % of the picture's diagonal. A pixel counts as near a border
where a border pixel of its map is within d; the picture's frame and void are no borders.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array

SHARE = 0.02  # of the diagonal
STEP = 0.04  # of the nearer depth: a step across a border that is larger is an occlusion
WINDOW = 5  # pixels around a border where the step is looked for: depth borders are not exact
KINDS = ("all", "occlusion", "flush")
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class Boundaries:
    """`inside`, `union`: (3, C) pixels by kind of border and class. `widths`: d of the frames."""

    inside: Counts
    union: Counts
    widths: dict[int, int] = field(default_factory=dict)  # d -> frames

    @classmethod
    def empty(cls, classes: int) -> Boundaries:
        """Nothing counted."""
        return cls(np.zeros((3, classes), np.int64), np.zeros((3, classes), np.int64))

    @classmethod
    def of(
        cls, truth: UInt8Array, labels: UInt8Array, depth_m: FloatArray | None, classes: int
    ) -> Boundaries:
        """`truth`: (H, W), 0 = void, k = class k - 1. `labels`: (H, W) class indices."""
        d = width_of(truth.shape)
        known = truth > 0
        own, said = truth.astype(np.int64) - 1, labels.astype(np.int64)
        border = borders(truth, known)
        near_truth = near(border, d) & known
        near_said = near(borders(labels, np.ones_like(known)), d) & known
        counts = cls.empty(classes)
        counts.widths[d] = 1
        for kind, where in enumerate((known, *_regions(border, depth_m, d))):
            both = near_truth & near_said & (own == said) & where
            of_truth, of_said = near_truth & where, near_said & where
            inside = np.bincount(own[both], minlength=classes)
            total = np.bincount(own[of_truth], minlength=classes)
            total = total + np.bincount(said[of_said], minlength=classes)
            counts.inside[kind], counts.union[kind] = inside, total - inside
        return counts

    def add(self, other: Boundaries) -> None:
        """Of another frame."""
        self.inside += other.inside
        self.union += other.union
        for width, frames in other.widths.items():
            self.widths[width] = self.widths.get(width, 0) + frames

    def to_json(self) -> dict[str, float | None]:
        """The mean over classes that have such a border in truth or prediction; `d_px`: the mean
        over frames."""
        found: dict[str, float | None] = {}
        for kind, name in enumerate(KINDS):
            seen = self.union[kind] > 0
            values = self.inside[kind][seen] / self.union[kind][seen]
            found[name] = float(values.mean()) if values.size else None
        frames = sum(self.widths.values())
        mean = sum(width * count for width, count in self.widths.items()) / max(frames, 1)
        return {**found, "d_px": mean if frames else None}


def width_of(size: tuple[int, ...]) -> int:
    """d of a picture, pixels."""
    return max(1, round(SHARE * math.hypot(size[0], size[1])))


def borders(labels: UInt8Array, known: Mask) -> Mask:
    """(H, W): pixels with a neighbour above, below, left or right of another class, both known."""
    found = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        (first, second), (one, other) = _pairs(labels, axis), _pairs(known, axis)
        both = (first != second) & one & other
        for part in _pairs(found, axis):
            part |= both
    return found


def near(border: Mask, distance: int) -> Mask:
    """(H, W): whether a border pixel is within `distance`."""
    if not border.any():
        return np.zeros_like(border)
    away = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away <= distance, bool)


def depth_steps(depth_m: FloatArray) -> tuple[Mask, Mask]:
    """(H, W): where depth steps within a window, and where it does not; neither where missing."""
    seen = depth_m > 0
    kernel = np.ones((WINDOW, WINDOW), np.uint8)
    far = cv2.dilate(np.where(seen, depth_m, 0).astype(np.float32), kernel)
    close = cv2.erode(np.where(seen, depth_m, np.inf).astype(np.float32), kernel)
    step = np.asarray(far - close > STEP * close, bool)
    known = np.isfinite(close) & (far > 0)
    whole = cv2.erode(seen.astype(np.uint8), kernel) > 0
    return step & known, ~step & whole


def _regions(border: Mask, depth_m: FloatArray | None, d: int) -> tuple[Mask, Mask]:
    """Pixels nearer to an occlusion border than to a flush one, and the others, within d."""
    if depth_m is None:
        return np.zeros_like(border), np.zeros_like(border)
    step, flat = depth_steps(depth_m)
    of_step, of_flat = (_distances(border & kind) for kind in (step, flat))
    return (of_step <= d) & (of_step <= of_flat), (of_flat <= d) & (of_flat < of_step)


def _distances(border: Mask) -> NDArray[np.float32]:
    if not border.any():
        return np.full(border.shape, np.inf, np.float32)
    away = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away, np.float32)


def _pairs(values: NDArray[Any], axis: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Each pixel and the next along an axis, as views."""
    return (values[:-1], values[1:]) if axis == 0 else (values[:, :-1], values[:, 1:])
