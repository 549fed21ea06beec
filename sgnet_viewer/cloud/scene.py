"""What is to be drawn: the cloud, the eye, and how. Frozen; compared by identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Coloured points of one frame, holes and hidden classes already left out.

    `points`: (N, 3) float32, metres, sensor frame, finite. `colours`: (N, 3) uint8 RGB.
    `source_index`: (N,) int64, v * W + u of the pixel each point came from, ascending; -1, and
    before those, for points of other frames.
    """

    points: FloatArray
    colours: UInt8Array
    source_index: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.points)

    @property
    def is_merged(self) -> bool:
        """Points of other frames are there too."""
        return bool(len(self)) and bool(self.source_index[0] < 0)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One picture to draw; lengths in pixels of that picture, not of the widget.

    `draft`: the view is being moved, so a slow renderer may leave out every second point.
    `shaded`: with eye-dome lighting. `scale`: pixels of the picture for one of the widget.
    """

    cloud: Cloud
    camera: OrbitCamera
    size: ViewSize
    point_size: float
    background: Rgb
    draft: bool = False
    shaded: bool = False
    scale: float = 1.0


def make_cloud(points: FloatArray, colours: UInt8Array, source_index: NDArray[np.int64]) -> Cloud:
    """A checked `Cloud`.

    Raises:
        UserError: the arrays do not belong together, or a point is not finite.
    """
    require_rows("The points of the cloud", points, np.float32, (len(points), 3))
    require_rows("The colours of the cloud", colours, np.uint8, (len(points), 3))
    require_rows("The source index of the cloud", source_index, np.int64, (len(points),))
    if not np.isfinite(points).all():
        count = int((~np.isfinite(points)).any(axis=1).sum())
        raise UserError(
            f"{count} of {len(points)} points of the cloud are not finite: leave out pixels "
            "without depth before the cloud is drawn."
        )
    contiguous = np.ascontiguousarray
    return Cloud(contiguous(points), contiguous(colours), contiguous(source_index))


def same_frame(known: Cloud, other: Cloud, samples: int = 512) -> bool:
    """Whether `other` shows the frame of `known`, with other classes hidden or a part repaired.

    So it is where most of the sampled pixels that both have lie at the same place. The source
    indices must ascend, as they do in clouds made from an image.
    """
    if not len(known) or not len(other):
        return False
    first = int(np.searchsorted(other.source_index, 0))  # before it are points of other frames
    if first == len(other):
        return False
    sample = np.random.default_rng(0).integers(first, len(other), samples)  # even steps could miss
    indices = other.source_index[sample]
    at = np.minimum(np.searchsorted(known.source_index, indices), len(known) - 1)
    both = known.source_index[at] == indices
    unmoved = (known.points[at[both]] == other.points[sample[both]]).all(axis=1)
    return bool(unmoved.size) and bool(unmoved.mean() > 0.5)


def require_rows(name: str, array: NDArray[Any], dtype: type, shape: tuple[int, ...]) -> None:
    """Raise a `UserError` unless `array` has this dtype and shape."""
    if array.dtype != dtype or array.shape != shape:
        raise UserError(
            f"{name} arrived as {array.shape} {array.dtype}, expected "
            f"{shape} {np.dtype(dtype).name}: pass one row for each point."
        )


EMPTY_CLOUD = Cloud(np.empty((0, 3), np.float32), np.empty((0, 3), np.uint8), np.empty(0, np.int64))
