"""Corners of a canvas for plates over the picture: where they cover no tap of the active probe."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize

from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.picture.picture_canvas import PictureCanvas

REACH = STEP  # pixels around a tap that are its mark


class Corner(Enum):
    """(right, bottom)."""

    TOP_LEFT = (False, False)
    TOP_RIGHT = (True, False)
    BOTTOM_LEFT = (False, True)
    BOTTOM_RIGHT = (True, True)


def in_corner(corner: Corner, room: QSize, size: QSize) -> QRect:
    """A plate of `size` in a corner of `room`."""
    right, bottom = corner.value
    x = room.width() - size.width() - STEP if right else STEP
    y = room.height() - size.height() - STEP if bottom else STEP
    return QRect(QPoint(x, y), size)


def free_corner(
    corners: Sequence[Corner],
    room: QSize,
    size: QSize,
    taps: Sequence[QPointF],
    taken: Sequence[QRect] = (),
) -> QRect:
    """The first of `corners` where nothing is covered; else the one farthest from the taps.

    `taken`: other plates, which it lies on only where there is no other place.
    """
    boxes = [in_corner(corner, room, size) for corner in corners]
    free = [box for box in boxes if not any(box.intersects(one) for one in taken)] or boxes
    distances = [min((_distance(box, tap) for tap in taps), default=np.inf) for box in free]
    clear = [box for box, distance in zip(free, distances, strict=True) if distance > REACH]
    return clear[0] if clear else free[int(np.argmax(distances))]


def tap_places(canvas: PictureCanvas, probes: Sequence[ProbeMarks]) -> list[QPointF]:
    """The active probe and its taps, in pixels of the canvas."""
    origin, scale = canvas.to_viewport(0.0, 0.0), canvas.scale_px
    places = []
    for probe in (probe for probe in probes if probe.active):
        xs = np.concatenate([[probe.u], *(taps.x for taps in probe.taps)])
        ys = np.concatenate([[probe.v], *(taps.y for taps in probe.taps)])
        places += [
            origin + QPointF(scale * x, scale * y)
            for x, y in zip(xs.tolist(), ys.tolist(), strict=True)
        ]
    return places


def _distance(box: QRect, at: QPointF) -> float:
    """0 inside."""
    across = max(box.left() - at.x(), at.x() - box.right(), 0.0)
    down = max(box.top() - at.y(), at.y() - box.bottom(), 0.0)
    return float(np.hypot(across, down))
