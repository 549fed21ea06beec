"""The probe and its taps lifted into the cloud: points and lines laid over its picture.

They are drawn by Qt on the returned picture, not by Open3D: crisp at any point size, always
visible, faded where a surface hides them, and changed without drawing the cloud again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_viewer.cloud.camera import NEAR_M, Projected
from sgnet_viewer.cloud.picking import ProjectedCloud, hidden_marks
from sgnet_viewer.cloud.scene import require_rows


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Points and lines in the cloud's frame, painted in the given order: the last lies on top.

    `xyz`: (N, 3) float32, metres, finite. `rgba`: (N, 4) uint8. `size_px`: (N,) float32,
    diameters in pixels of the widget. `lines`: (M, 2) int64, pairs of rows of `xyz`; a line has
    the colour of its second point.
    """

    xyz: FloatArray
    rgba: UInt8Array
    size_px: FloatArray
    lines: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.xyz)


@dataclass(frozen=True, slots=True, eq=False)
class LaidMarks:
    """Marks on a picture.

    `pixels`: where, in pixels of that picture. `hidden`: (N,) bool, behind the surface seen there.
    `points`, `lines`: indices of the marks and of the lines that lie in front of the eye.
    """

    marks: Marks
    pixels: Projected
    hidden: NDArray[np.bool_]
    points: NDArray[np.int64]
    lines: NDArray[np.int64]


NO_MARKS = Marks(
    np.empty((0, 3), np.float32),
    np.empty((0, 4), np.uint8),
    np.empty(0, np.float32),
    np.empty((0, 2), np.int64),
)


def make_marks(
    xyz: FloatArray, rgba: UInt8Array, size_px: FloatArray, lines: NDArray[np.int64]
) -> Marks:
    """Checked `Marks`.

    Raises:
        UserError: the arrays do not belong together, or a mark is not finite.
    """
    count = len(xyz)
    require_rows("The positions of the marks", xyz, np.float32, (count, 3))
    require_rows("The colours of the marks", rgba, np.uint8, (count, 4))
    if size_px.shape != (count,) or lines.ndim != 2 or lines.shape[1] != 2:
        raise UserError(
            f"The marks' sizes arrived as {size_px.shape} and their lines as {lines.shape}, "
            f"expected ({count},) and (M, 2): pass a size for each mark and a pair for each line."
        )
    if lines.size and (lines.min() < 0 or lines.max() >= count):
        raise UserError(
            f"A line of the marks joins {lines.min()} and {lines.max()}, expected rows "
            f"0..{count - 1}: pass indices of marks."
        )
    if not np.isfinite(xyz).all():
        raise UserError("A mark of the cloud is not finite: leave out marks without depth.")
    return Marks(xyz, rgba, size_px.astype(np.float32), lines.astype(np.int64))


def lay_marks(marks: Marks, picture: ProjectedCloud) -> LaidMarks:
    """Where `marks` lie on a picture of the cloud, and which of them its surfaces hide."""
    scene = picture.scene
    pixels = scene.camera.project(marks.xyz, scene.size)
    shown = pixels.depth >= NEAR_M
    lines = np.flatnonzero(shown[marks.lines].all(axis=1))
    return LaidMarks(marks, pixels, hidden_marks(picture, pixels), np.flatnonzero(shown), lines)
