"""Stored depth values to metres: the units in use, and what each of them calls missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import DepthInfo, FloatArray, Origin, UserError

from .depth_guess import alternatives, guess
from .depth_units import ROUND_HOLE, SATURATED, DepthUnit, unit_called, unit_of

StoredDepth = NDArray[Any]  # (H, W), any integer of at least 16 bits, or float

FARTHEST_M = 1000.0  # no depth camera sees farther: such values are holes or another unit


def to_metres(stored: StoredDepth, unit: str) -> FloatArray:
    """Metres from stored values; every missing pixel becomes 0.

    `stored`: (H, W), integer or float. `unit`: as `unit_called` takes it. Returns (H, W) float32,
    metres, 0 = missing, never NaN. Missing are: 0 and below, NaN, infinity, 65535 (a saturated
    16-bit value), 10000 in a float array or where it stands alone above integer millimetres, what
    the unit itself calls missing, and anything beyond 1000 m.
    Raises UserError for an unknown unit.
    """
    chosen = unit_called(unit)
    values = stored.astype(np.float64)
    values[_holes(stored, chosen)] = 0.0
    metres = chosen.decode(values)
    metres[(values <= 0) | ~(metres > 0) | (metres > FARTHEST_M)] = 0.0
    return metres.astype(np.float32)


def metric_depth(
    stored: StoredDepth, path: str, unit: str | None = None, file_scale_m: float | None = None
) -> tuple[FloatArray, DepthInfo]:
    """Metres and how they were got; the unit is guessed where none is given.

    `stored`: (H, W) as read from the file at `path`, whose name is part of the guess.
    `file_scale_m`: metres per unit of integer depth, where a camera file says so; `unit` wins.
    Raises UserError for 8-bit values, an unknown unit, and where no pixel holds a valid depth.
    """
    name = path.replace("\\", "/").rsplit("/", 1)[-1] or "The depth"
    if unit is not None:
        chosen, origin = unit_called(unit).name, Origin.GIVEN
    elif file_scale_m is not None and stored.dtype.kind in "ui":
        chosen, origin = unit_of(file_scale_m).name, Origin.FILE
    else:
        chosen, origin = "", Origin.GUESS
    _refuse_without_scale(stored, name, chosen)
    doubt = ""
    if not chosen:
        chosen, doubt = guess(stored, path)
    metres = to_metres(stored, chosen)
    others = alternatives(stored, chosen)
    return metres, describe_depth(
        metres, DepthInfo(chosen, origin, 0.0, 0.0, doubt=doubt, alternatives=others), name
    )


def exact_metres(counts: StoredDepth, unit_m: float) -> FloatArray:
    """(H, W) counts of `unit_m` metres, 0 and 65535 missing -> (H, W) float32 metres, 0 = missing.

    Every count can be recovered from them.
    """
    kept = np.where(counts == SATURATED, 0, np.nan_to_num(counts, posinf=0.0, neginf=0.0))
    return np.maximum(kept, 0).astype(np.float32) * np.float32(unit_m)


def known_depth(
    metres: FloatArray, unit: str, origin: Origin, name: str
) -> tuple[FloatArray, DepthInfo]:
    """`metres` ((H, W) float32, 0 = missing) of a file in a unit that is known.

    Raises UserError where nothing is valid.
    """
    return metres, describe_depth(metres, DepthInfo(unit, origin, 0.0, 0.0), name)


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


def _holes(stored: StoredDepth, unit: DepthUnit) -> NDArray[np.bool_]:
    """(H, W): pixels that hold a mark for "no measurement"."""
    holes = stored == SATURATED
    if stored.dtype.kind == "f":
        return np.asarray(holes | ~np.isfinite(stored) | (stored == ROUND_HOLE), np.bool_)
    if unit.name == "mm" and _stands_alone(stored, ROUND_HOLE):
        holes |= stored == ROUND_HOLE
    return np.asarray(holes, np.bool_)


def _stands_alone(stored: StoredDepth, mark: int) -> bool:
    """Whether `mark` is the largest value, with nothing in the tenth below it: no wall ends so."""
    below = stored[stored < SATURATED]
    if below.max(initial=0) != mark:
        return False
    return not bool(((below > 0.9 * mark) & (below < mark)).any())


def _refuse_without_scale(stored: StoredDepth, name: str, unit: str) -> None:
    if stored.dtype.kind not in "uif":
        raise UserError(
            f"{name} holds {stored.dtype} values: depth must be 16-bit integers or floats."
        )
    if stored.dtype.itemsize == 1:
        raise UserError(
            f"{name} holds 8-bit depth, which has no metric scale: use the original 16-bit or "
            "float depth of this frame."
        )
    if not unit and stored.dtype.kind in "ui" and 0 < stored.max(initial=0) <= 255:
        raise UserError(
            f"{name} holds no value above 255, like an 8-bit picture without metric scale: use the "
            "original depth, or name the depth unit if these values have one."
        )
