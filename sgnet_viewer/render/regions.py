"""Regions of one class: their outlines, their names, and those the network is not sure of."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.prediction import Prediction
from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.picture import RegionName

Mask = NDArray[np.bool_]
NONE = 255  # of labels: no class that is shown
LEAST_SHARE = 0.008  # of the picture: smaller regions have no name
MOST_NAMES = 40
FINE = 320  # pixels of the longer side in which regions are looked for
UNSURE_RGB, STRIPE_RGB = (118, 118, 118), (58, 58, 58)
STRIPES = 60  # to the height of a picture


def below_confidence(prediction: Prediction, least: float) -> Mask | None:
    """(H, W): where the winner's probability is less; None where nothing is asked."""
    return prediction.confidence < least if least > 0 else None


def hatched(image: UInt8Array, under: UInt8Array, where: Mask, opacity: float) -> UInt8Array:
    """(H, W, 3): `image`, and at those pixels grey stripes over `under`."""
    height, width = where.shape
    mixed = cv2.addWeighted(under, 1 - opacity, _stripes(height, width), opacity, 0)
    return np.asarray(cv2.copyTo(mixed, where.astype(np.uint8), image.copy()), np.uint8)


@lru_cache(maxsize=2)
def _stripes(height: int, width: int) -> UInt8Array:
    """(H, W, 3): diagonal stripes, half of the pixels in each of the two greys; read-only."""
    half = max(height // STRIPES // 2, 1)
    v, u = np.ogrid[:height, :width]
    pattern = np.array((UNSURE_RGB, STRIPE_RGB), np.uint8)[(u + v) // half % 2]
    pattern.flags.writeable = False
    striped: UInt8Array = pattern
    return striped


def outlined(image: UInt8Array, labels: UInt8Array, colours: UInt8Array) -> UInt8Array:
    """(H, W, 3): along every border the classes' colours, in full, each on its own side.

    `labels`: (H, W) indices; NONE has no outline. `colours`: (C, 3).
    """
    border = np.zeros(labels.shape, bool)
    for one, other in ((labels[:, 1:], labels[:, :-1]), (labels[1:], labels[:-1])):
        differs = one != other
        along = border[:, 1:], border[:, :-1]
        if differs.shape[0] != labels.shape[0]:
            along = border[1:], border[:-1]
        for side in along:
            side |= differs
    border &= labels != NONE
    if max(labels.shape) >= 480:  # one pixel is too thin where many are shown as one
        thick = cv2.dilate(border.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
        border = thick & (labels != NONE)
    drawn = image.copy()
    drawn[border] = colours[labels[border]]
    return drawn


def region_names(
    labels: UInt8Array, names: tuple[str, ...], colours: UInt8Array
) -> tuple[RegionName, ...]:
    """Where the names of the regions stand, the largest region first.

    `labels`: (H, W) indices, NONE for what has no name. A region is connected over edges.
    """
    step = max(max(labels.shape) // FINE, 1)  # where a name stands needs no finer look
    labels = labels[::step, ::step]
    least = max(round(LEAST_SHARE * labels.size), 1)
    found: list[tuple[int, RegionName]] = []
    counts = np.bincount(labels.ravel(), minlength=256)[: len(names)]
    for index in np.flatnonzero(counts >= least).tolist():
        red, green, blue = colours[index].tolist()
        mask = (labels == index).astype(np.uint8)
        for area, u, v in _regions(mask, least):
            found.append((area, RegionName(names[index], u * step, v * step, (red, green, blue))))
    found.sort(key=lambda pair: -pair[0])
    return tuple(name for _, name in found[:MOST_NAMES])


def _regions(mask: UInt8Array, least: int) -> list[tuple[int, int, int]]:
    """(area, u, v) of every region of at least so many pixels; the pixel farthest from its edge."""
    count, numbers, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    found = []
    for number in range(1, count):
        left, top, width, height, area = boxes[number].tolist()
        if area >= least:
            inside = (numbers[top : top + height, left : left + width] == number).astype(np.uint8)
            padded = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
            distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
            v, u = np.unravel_index(int(distance.argmax()), distance.shape)
            found.append((area, left + int(u) - 1, top + int(v) - 1))
    return found
