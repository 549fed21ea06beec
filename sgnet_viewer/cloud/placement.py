"""Where a picture of the cloud lies in its widget.

The vertical field of view is fixed, so a picture drawn for another size of the widget keeps its
meaning when it is scaled to the new height and centred: it stands in until the new one arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from sgnet_viewer.cloud.camera import ViewSize

MAX_PIXELS = 1_300_000  # above this a picture is drawn smaller and scaled up
MIN_SIDE = 16


@dataclass(frozen=True, slots=True)
class Placement:
    """`scale`: widget pixels for a picture's pixel. `left`: x of the picture's left edge."""

    scale: float
    left: float

    def to_widget(self, u: NDArray[np.floating], v: NDArray[np.floating]) -> NDArray[np.float64]:
        """(N, 2) widget coordinates of picture pixels (centres at whole numbers)."""
        pixels = np.stack([u, v], axis=1).astype(np.float64)
        return (pixels + 0.5) * self.scale + (self.left, 0.0)

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """(u, v) in the picture of a point of the widget."""
        return (x - self.left) / self.scale - 0.5, y / self.scale - 0.5


def place(picture: ViewSize, width: float, height: float) -> Placement:
    """Place `picture` into a widget of `width` x `height`."""
    scale = height / picture.height
    return Placement(scale, (width - picture.width * scale) / 2)


def picture_size(width: int, height: int, pixel_ratio: float) -> ViewSize:
    """Pixels to draw for a widget: those of the screen, as long as there are not too many."""
    ratio = min(pixel_ratio, sqrt(MAX_PIXELS / max(width * height, 1)))
    return ViewSize(max(round(width * ratio), MIN_SIDE), max(round(height * ratio), MIN_SIDE))
