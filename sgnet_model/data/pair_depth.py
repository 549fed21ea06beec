"""The depth of a pair: read in its unit, made planar, brought to the picture's size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sgnet_model.files import expanded
from sgnet_model.resize import resize_nearest
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError

from .camera_check import same_aspect
from .camera_records import DepthScale
from .depth_units import unit_called, unit_of
from .images import read_stored_depth
from .intrinsics import CameraFiles
from .reading import Reading, read_metric

PLAUSIBLE_MEDIAN_M = (0.15, 20.0)
ROOM_MEDIAN_M = (0.8, 8.0)
DISTANCE_SUFFIX = ".depth_meters.hdf5"  # Hypersim's: metres along each pixel's ray
SAME_UNIT = 1e-3  # a published 1/6553.5 m and a file's 0.0001526 are one unit


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
    """The depth in the unit given, else a camera file's, else its data set's, else a guess.

    A camera file's scale is for whole numbers in a plain unit; a unit that the data set's reader
    took from a file of its own stays. At the file's own size. Raises UserError.
    """
    if path is None:
        raise UserError(f"{rgb_path.name} came without a depth file: give the depth file too.")
    path = expanded(path).absolute()
    scale = files.scale if unit is None and reading.depth is read_metric else None
    if scale is None:
        metres, info = reading.depth(path, unit)
        scale = _wins(files, path, info) if reading.depth is not read_metric else None
        if scale is not None:
            return _as_scaled(path, info, reading, scale)
        return _told(path.name, metres, info)
    metres, info = read_metric(path, None, scale[0].unit_m)
    said = f"The depth of {path.name} is in {info.unit} by {scale[1]} ({scale[0].said})."
    own = (said,) if info.origin is Origin.FILE else ()
    return _told(path.name, metres, info, own)


def _wins(files: CameraFiles, path: Path, read: DepthInfo) -> tuple[DepthScale, str] | None:
    """The camera file's scale, where depth that a data set read as `read` is rather in that unit.

    Not where the data set says the same, has it from a file itself or from the user, or keeps no
    plain counts: SUN's codes, floats and stretched bytes are no multiples of a unit.
    """
    published = _metres_of(read.unit) if read.origin is Origin.DATASET else None
    if published is None and read.origin is not Origin.GUESS:
        return None
    if not path.is_file():  # in an archive or a bag, which say their units
        return None
    scale = files.scale
    if scale is None or (published and abs(scale[0].unit_m / published - 1) < SAME_UNIT):
        return None
    stored, _ = read_stored_depth(path)
    return scale if stored.dtype.kind in "ui" and stored.dtype.itemsize > 1 else None


def _metres_of(unit: str) -> float | None:
    """Metres in one count; None where depth is no multiple of what is stored."""
    try:
        return unit_called(unit).metres
    except UserError:  # a data set's own way, as Cityscapes' disparity
        return None


def _as_scaled(
    path: Path, read: DepthInfo, reading: Reading, scale: tuple[DepthScale, str]
) -> PairDepth:
    """Read again in the unit of a camera file, and the sentence that says against what."""
    own = unit_of(scale[0].unit_m).name
    metres, info = reading.depth(path, own)
    said = f"The depth of {path.name} is in {own} by {scale[1]} ({scale[0].said})"
    if read.origin is Origin.DATASET:
        said += f", not in {read.unit} as in its data set"
    return _told(path.name, metres, replace(info, origin=Origin.FILE), (f"{said}.",))


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
    if not same_aspect(stored[::-1], size[::-1]):
        raise UserError(
            f"{name} is {stored[1]} x {stored[0]} and the picture {size[1]} x {size[0]}: they must "
            "have the same aspect (within 2 %), so give a file that is aligned with the picture."
        )


def said_resized(name: str, stored: tuple[int, int], size: tuple[int, int]) -> str:
    """Of a file that was brought to the picture's size."""
    return (
        f"{name} is {stored[1]} x {stored[0]} and was resized to the picture's {size[1]} x "
        f"{size[0]} by nearest neighbour."
    )


def _told(name: str, metres: FloatArray, info: DepthInfo, own: tuple[str, ...] = ()) -> PairDepth:
    """With what is to be said of the unit, behind `own`; a doubt stands in the info too."""
    odd = info.doubt or _odd_median(name, info)
    notes = (*own, *([info.said] if info.said else []), *([odd] if odd else []))
    return PairDepth(metres, replace(info, doubt=odd or _rather_millimetres(name, info)), notes)


def _odd_median(name: str, info: DepthInfo) -> str:
    """The range is that of rooms and desks; a data set knows its own."""
    low, high = PLAUSIBLE_MEDIAN_M
    if info.origin is Origin.DATASET or low <= info.median_m <= high:
        return ""
    return (
        f"{name} read as {info.unit} has a median of {info.median_m:.3g} m: choose another depth "
        "unit if that is wrong."
    )


def _rather_millimetres(name: str, info: DepthInfo) -> str:
    """Of a unit that was given, where most files' millimetres would make a room of no room.

    No note: a desk may be what was taken.
    """
    low, high = ROOM_MEDIAN_M
    in_mm = dict(info.alternatives).get("mm")
    if info.origin is not Origin.GIVEN or in_mm is None:
        return ""
    if low <= info.median_m <= high or not low <= in_mm <= high:
        return ""
    return (
        f"{name} read as {info.unit}, as given, has a median of {info.median_m:.2f} m, as mm "
        f"{in_mm:.2f} m: it may be in mm."
    )
