"""The depth of a pair: read in its unit, made planar, brought to the picture's size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sgnet_model.files import expanded
from sgnet_model.resize import resize_nearest
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError

from .intrinsics import CameraFiles
from .reading import Reading, read_metric

ASPECT_TOLERANCE = 0.02
PLAUSIBLE_MEDIAN_M = (0.15, 20.0)
DISTANCE_SUFFIX = ".depth_meters.hdf5"  # Hypersim's: metres along each pixel's ray


@dataclass(frozen=True, slots=True)
class PairDepth:
    """(H, W) float32 metres, 0 = missing, and how they were got; None where there are none."""

    metres: FloatArray | None = None
    info: DepthInfo | None = None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height)."""
        return None if self.metres is None else (self.metres.shape[1], self.metres.shape[0])


def guarded(load: Callable[[], PairDepth], strict: bool) -> PairDepth:
    """What `load` gives; where it raises UserError and that is not strict, the sentence alone."""
    try:
        return load()
    except UserError as error:
        if strict:
            raise
        return PairDepth(notes=(str(error),))


def stored_depth(
    path: Path | str | None, rgb_path: Path, unit: str | None, reading: Reading, files: CameraFiles
) -> PairDepth:
    """The depth as its data set reads it, else in the unit given, a camera file's, or a guess.

    At the file's own size. Raises UserError.
    """
    if path is None:
        raise UserError(f"{rgb_path.name} came without a depth file: give the depth file too.")
    path = expanded(path).absolute()
    scale = files.scale if unit is None and reading.depth is read_metric else None
    if scale is None:
        metres, info = reading.depth(path, unit)
        return PairDepth(metres, info, _notes(path.name, info))
    metres, info = read_metric(path, None, scale[0].unit_m)
    said = f"The depth of {path.name} is in {info.unit} by {scale[1]} ({scale[0].said})."
    own = (said,) if info.origin is Origin.FILE else ()
    return PairDepth(metres, info, (*own, *_notes(path.name, info)))


def holds_distances(path: Path | str | None, reading: Reading) -> bool:
    """Whether a file that no data set reads holds distances along the rays, as Hypersim's do."""
    named = path is not None and str(path).lower().endswith(DISTANCE_SUFFIX)
    return named and reading.depth is read_metric


def made_planar(depth: PairDepth, camera: Intrinsics) -> PairDepth:
    """Distances along the rays of `camera` to depth along its axis, and the sentence for it."""
    if depth.metres is None or depth.info is None:
        return depth
    metres = planar_depth(depth.metres, camera)
    info = replace(depth.info, median_m=float(np.median(metres[metres > 0])))
    said = "The depth file holds distances along each pixel's ray: they were made depth."
    return PairDepth(metres, info, (*depth.notes, said))


def planar_depth(distance_m: FloatArray, camera: Intrinsics) -> FloatArray:
    """(H, W) metres along the rays of `camera`, of any size -> (H, W) float32 along its axis.

    z = d / |((u - cx) / fx, (v - cy) / fy, 1)|.
    """
    height, width = distance_m.shape
    camera = camera.scaled_to(width, height)
    x = (np.arange(width) - camera.cx) / camera.fx  # (W,)
    y = (np.arange(height) - camera.cy) / camera.fy  # (H,)
    return (distance_m / np.sqrt(1 + x**2 + y[:, None] ** 2)).astype(np.float32)


def resized_depth(name: str, depth: PairDepth, size: tuple[int, int]) -> PairDepth:
    """Depth at the picture's `size` (height, width). Raises UserError for another aspect."""
    if depth.metres is None or depth.info is None or depth.metres.shape == size:
        return depth
    stored = (depth.metres.shape[0], depth.metres.shape[1])
    refuse_other_aspect(name, stored, size)
    info = replace(depth.info, resized_from=stored)
    resized = resize_nearest(depth.metres, size)
    return PairDepth(resized, info, (*depth.notes, said_resized(name, stored, size)))


def refuse_other_aspect(name: str, stored: tuple[int, int], size: tuple[int, int]) -> None:
    """UserError where the sizes (height, width) differ by more than a scale."""
    ratio = (stored[1] / stored[0]) / (size[1] / size[0])
    if abs(ratio - 1) > ASPECT_TOLERANCE:
        raise UserError(
            f"{name} is {stored[1]} x {stored[0]} and the picture {size[1]} x {size[0]}: they must "
            "have the same aspect (within 2 %), so give depth that is aligned with the picture."
        )


def said_resized(name: str, stored: tuple[int, int], size: tuple[int, int]) -> str:
    """Of a file that was brought to the picture's size."""
    return (
        f"{name} is {stored[1]} x {stored[0]} and was resized to the picture's {size[1]} x "
        f"{size[0]} by nearest neighbour."
    )


def _notes(name: str, info: DepthInfo) -> tuple[str, ...]:
    said = (info.said,) if info.said else ()
    if info.doubt:
        return (*said, info.doubt)
    low, high = PLAUSIBLE_MEDIAN_M
    if info.origin is Origin.DATASET or low <= info.median_m <= high:
        return said  # the range is that of rooms and desks; a data set knows its own
    return (
        *said,
        f"{name} read as {info.unit} has a median of {info.median_m:.3g} m: choose another depth "
        "unit if that is wrong.",
    )
