"""Stored depth values to metres: the units in use, and what each of them calls missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import DepthInfo, FloatArray, Origin, UserError

from .depth_guess import guess_unit

__all__ = ["UNITS", "DepthUnit", "guess_unit", "metric_depth", "to_metres"]

StoredDepth = NDArray[Any]  # (H, W), any integer of at least 16 bits, or float

SATURATED = 65535  # the largest 16-bit value, kept by tools that went on to float
ROUND_HOLE = 10000  # what some tools write for "nothing"
FARTHEST_M = 1000.0  # no depth camera sees farther: such values are holes or another unit
SUN_CLIP_M = 8.0
KINECT_NUMERATOR = 351.3
KINECT_OFFSET = 1092.5
KINECT_FARTHEST_M = 10.0  # one step of disparity is 0.3 m there: the toolboxes cut there too


@dataclass(frozen=True, slots=True)
class DepthUnit:
    """A way depth is stored. `decode` maps finite stored values (float64) to metres."""

    name: str
    description: str  # a few words, for menus and --help
    decode: Callable[[NDArray[np.float64]], NDArray[np.float64]]


def to_metres(stored: StoredDepth, unit: str) -> FloatArray:
    """Metres from stored values; every missing pixel becomes 0.

    `stored`: (H, W), integer or float. `unit`: a key of `UNITS`. Returns (H, W) float32, metres,
    0 = missing, never NaN. Missing are: 0 and below, NaN, infinity, 65535 (a saturated 16-bit
    value), 10000 in a float array or where it stands alone above integer millimetres, what the
    unit itself calls missing, and anything beyond 1000 m.
    Raises UserError for an unknown unit.
    """
    if unit not in UNITS:
        raise UserError(f"The depth unit {unit!r} is not known: use one of {', '.join(UNITS)}.")
    values = stored.astype(np.float64)
    values[_holes(stored, unit)] = 0.0
    metres = UNITS[unit].decode(values)
    metres[(values <= 0) | ~(metres > 0) | (metres > FARTHEST_M)] = 0.0
    return metres.astype(np.float32)


def metric_depth(
    stored: StoredDepth, path: str, unit: str | None = None
) -> tuple[FloatArray, DepthInfo]:
    """Metres and how they were got; the unit is guessed where none is given.

    `stored`: (H, W) as read from the file at `path`, whose name is part of the guess. Raises
    UserError for 8-bit values, an unknown unit, and where no pixel holds a valid depth.
    """
    name = path.replace("\\", "/").rsplit("/", 1)[-1] or "The depth"
    _refuse_without_scale(stored, name, unit)
    chosen = guess_unit(stored, path) if unit is None else unit
    metres = to_metres(stored, chosen)
    origin = Origin.GUESS if unit is None else Origin.GIVEN
    return metres, describe_depth(metres, DepthInfo(chosen, origin, 0.0, 0.0), name)


def describe_depth(metres: FloatArray, info: DepthInfo, name: str) -> DepthInfo:
    """`info` with the median and the valid share of `metres` ((H, W) float32, 0 = missing).

    Raises UserError where nothing is valid.
    """
    valid = metres[metres > 0]
    if not valid.size:
        raise UserError(
            f"{name} holds no valid depth when read as {info.unit}: every pixel is missing, so "
            "choose another file or another depth unit."
        )
    return replace(info, median_m=float(np.median(valid)), valid_fraction=valid.size / metres.size)


def _holes(stored: StoredDepth, unit: str) -> NDArray[np.bool_]:
    """(H, W): pixels that hold a mark for "no measurement"."""
    holes = stored == SATURATED
    if stored.dtype.kind == "f":
        return np.asarray(holes | ~np.isfinite(stored) | (stored == ROUND_HOLE), np.bool_)
    if unit == "mm" and _stands_alone(stored, ROUND_HOLE):
        holes |= stored == ROUND_HOLE
    return np.asarray(holes, np.bool_)


def _stands_alone(stored: StoredDepth, mark: int) -> bool:
    """Whether `mark` is the largest value, with nothing in the tenth below it: no wall ends so."""
    below = stored[stored < SATURATED]
    if below.max(initial=0) != mark:
        return False
    return not bool(((below > 0.9 * mark) & (below < mark)).any())


def _refuse_without_scale(stored: StoredDepth, name: str, unit: str | None) -> None:
    if stored.dtype.kind not in "uif":
        raise UserError(
            f"{name} holds {stored.dtype} values: depth must be 16-bit integers or floats."
        )
    if stored.dtype.itemsize == 1:
        raise UserError(
            f"{name} holds 8-bit depth, which has no metric scale: use the original 16-bit or "
            "float depth of this frame."
        )
    if unit is None and stored.dtype.kind in "ui" and 0 < stored.max(initial=0) <= 255:
        raise UserError(
            f"{name} holds no value above 255, like an 8-bit picture without metric scale: use the "
            "original depth, or name the depth unit if these values have one."
        )


def _scaled(units_per_metre: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda values: values / units_per_metre


def _decode_sun(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """SUN RGB-D: millimetres rotated left by three of 16 bits; clipped to 8 m like its toolbox."""
    bits = values.astype(np.uint16).astype(np.uint32)
    millimetres = ((bits >> 3) | (bits << 13)) & 0xFFFF
    return np.minimum(millimetres / 1000.0, SUN_CLIP_M)


def _decode_kinect(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raw Kinect disparity d: z = 351.3 / (1092.5 - d) metres; 2047 and z > 10 m are missing."""
    valid = values < KINECT_OFFSET - KINECT_NUMERATOR / KINECT_FARTHEST_M
    metres = np.zeros_like(values)
    metres[valid] = KINECT_NUMERATOR / (KINECT_OFFSET - values[valid])
    return metres


UNITS: dict[str, DepthUnit] = {
    unit.name: unit
    for unit in (
        DepthUnit("mm", "millimetres (most 16-bit files)", _scaled(1000)),
        DepthUnit("0.1mm", "tenths of a millimetre (Kinect 2 exports)", _scaled(10000)),
        DepthUnit("1/5000m", "5000 units a metre (TUM, ICL-NUIM)", _scaled(5000)),
        DepthUnit("sun", "SUN RGB-D, millimetres rotated by three bits", _decode_sun),
        DepthUnit("cm", "centimetres", _scaled(100)),
        DepthUnit("m", "metres (float files)", _scaled(1)),
        DepthUnit("kinect-disparity", "raw Kinect disparity, 0..2047", _decode_kinect),
    )
}
