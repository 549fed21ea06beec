"""The boundary of every source: what an SDK hands out becomes a frame that owns its arrays.

Here, once for all sources, depth is made sane: what is not a distance becomes 0, missing.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.depth import FARTHEST_M
from sgnet_model.data.depth_units import unit_of
from sgnet_model.types import (
    DepthInfo,
    FloatArray,
    Frame,
    Intrinsics,
    Origin,
    UserError,
)
from sgnet_viewer.runtime.importing import computing

from .protocol import LiveFrame, UInt16Array

SATURATED = 65535  # "too far to count", not a distance
MEDIAN_STEP = 4  # every fourth row and column is enough for a median that is only shown
NO_DEPTH = "no depth"
ANOTHER_STREAM = "choose another stream of it"
STEPS_M = (0.001, 0.002, 0.005, 0.01, 0.02)  # the last reaches farther than any depth


def live_frame(
    rgb: NDArray[Any],
    depth: NDArray[Any] | None,
    intrinsics: Intrinsics,
    *,
    name: str,
    number: int,
    unit_m: float = 0.001,
    device_s: float | None = None,
    captured_s: float | None = None,
    notes: tuple[str, ...] = (),
    depth_origin: Origin = Origin.FILE,
    remedy: str = ANOTHER_STREAM,
) -> LiveFrame:
    """A frame from an SDK's buffers, all of them copied.

    `rgb`: (H, W, 3) uint8. `depth`: (H, W) aligned to it; uint16 counts of `unit_m` metres, or
    floats in metres; None where there is none, which is then added to `notes`. `captured_s`: now
    where not given. `depth_origin`: GUESS for depth that was not measured, or in a unit that
    is not known. `remedy`: what the user can do where the two do not belong together, for which
    UserError is raised.
    """
    _check(rgb, depth, remedy)
    raw: UInt16Array | None = None
    metres: FloatArray | None = None
    if depth is None:
        notes = notes if NO_DEPTH in notes else (*notes, NO_DEPTH)
    else:
        with computing():
            raw, metres = _counts_and_metres(depth, unit_m)
    return LiveFrame(
        frame=Frame(
            name=name,
            rgb=np.array(rgb, np.uint8, order="C"),
            depth_m=metres,
            intrinsics=intrinsics,
            depth_info=None
            if metres is None
            else describe(metres, unit_m if raw is not None else None, depth_origin),
            notes=notes,
        ),
        number=number,
        captured_s=time.monotonic() if captured_s is None else captured_s,
        device_s=device_s,
        raw_depth=raw,
        depth_unit_m=unit_m,
    )


def _counts_and_metres(depth: NDArray[Any], unit_m: float) -> tuple[UInt16Array | None, FloatArray]:
    if depth.dtype != np.uint16:
        return None, clean_depth(depth)
    raw = np.array(depth, np.uint16, order="C")
    return raw, counted_depth(raw, unit_m)


def clean_depth(depth_m: NDArray[Any]) -> FloatArray:
    """(H, W) metres of any float type -> (H, W) float32 copy, 0 = missing.

    Missing are NaN, infinities, 0 and below, and what lies beyond 1000 m.
    """
    metres = np.array(depth_m, np.float32, order="C")
    with np.errstate(invalid="ignore"):
        metres[~((metres > 0) & (metres <= FARTHEST_M))] = 0.0
    return metres


def counted_depth(raw: UInt16Array, unit_m: float) -> FloatArray:
    """(H, W) counts of `unit_m` metres -> (H, W) float32 metres; 0 and 65535 are missing."""
    metres = clean_depth(raw.astype(np.float32) * np.float32(unit_m))
    metres[raw == SATURATED] = 0.0
    return metres


def counts_of(metres: NDArray[Any], unit_m: float) -> UInt16Array:
    """(H, W) metres, 0 = missing -> counts of `unit_m`; missing, 0, is also what 65534 exceeds."""
    counts = np.rint(metres / np.float64(unit_m))
    return np.where(counts < SATURATED, counts, 0).astype(np.uint16)


def counting_unit(metres: NDArray[Any], finest_m: float) -> float:
    """Metres a count, so that the farthest of (H, W) `metres` can be counted: `finest_m` if so."""
    farthest = float(np.max(metres, initial=0.0))
    units = (finest_m, *(step for step in STEPS_M if step > finest_m))
    return next((unit for unit in units if np.rint(farthest / unit) < SATURATED), units[-1])


def describe(metres: FloatArray, unit_m: float | None, origin: Origin) -> DepthInfo:
    """What is shown of a (H, W) depth in metres, 0 = missing; the median is of a sample.

    `unit_m`: of the counts that it was made from, None where it came in metres.
    """
    sample = metres[::MEDIAN_STEP, ::MEDIAN_STEP]
    valid = sample[sample > 0]
    return DepthInfo(
        unit="m" if unit_m is None else unit_of(unit_m).name,
        origin=origin,
        median_m=float(np.median(valid)) if valid.size else 0.0,
        valid_fraction=float(np.count_nonzero(metres)) / max(metres.size, 1),
    )


def _check(rgb: NDArray[Any], depth: NDArray[Any] | None, remedy: str) -> None:
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or not rgb.size:
        raise UserError(
            f"A picture of shape {rgb.shape} and type {rgb.dtype} came: (height, width, 3) of "
            f"uint8 was expected, so {remedy}."
        )
    if depth is None:
        return
    if depth.shape != rgb.shape[:2]:
        raise UserError(
            f"Depth of shape {depth.shape} came with a picture of {rgb.shape[:2]}: depth aligned "
            f"to the picture was expected, so {remedy}."
        )
    if depth.dtype != np.uint16 and depth.dtype.kind != "f":
        raise UserError(
            f"Depth of type {depth.dtype} came: uint16 counts or floats in metres were expected, "
            f"so {remedy}."
        )
