"""What the steps between stored values say about their unit.

Two things leave marks. Structured light (the first Kinect, Xtion, PrimeSense) measures disparity in
eighths of a pixel, so that depth z comes in steps of z^2 / (8 f b): 2.9 mm at 1 m. And a unit that
others were multiplied into leaves gaps: millimetres stored in tenths are multiples of ten.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .depth_units import SATURATED

STEP_PER_M2 = 1 / (8 * 575 * 0.075)  # metres of step at one metre: f in pixels, b in metres
FEWEST_STEPS, MOST_STEPS = 64, 1000  # different values that one frame of such a sensor has
SPREAD_MOST = 0.25  # quartiles of the estimate, apart by this share of it
NEAREST = 1.3  # factor between the estimate and the unit that it stands for
MULTIPLES = {10: "0.1mm", 5: "1/5000m", 4: "0.25mm"}  # of a stored millimetre
SHARE_LEAST = 0.98
ENOUGH_VALUES = 4096  # to see whether all are multiples

_SENSOR_UNITS = {"mm": 1000.0, "0.25mm": 4000.0, "1/5000m": 5000.0, "0.1mm": 10000.0}


def unit_by_sensor_steps(stored: NDArray[Any]) -> str | None:
    """The unit in which steps are those of structured light; None where they are no such steps.

    `stored`: (H, W) whole numbers, 0 = missing, all of them: a sample would skip steps. With u
    units a metre a step at the stored s is s^2 / (8 f b u).
    """
    if stored.dtype.kind == "f":
        stored = np.nan_to_num(stored, nan=0.0, posinf=0.0, neginf=0.0)
    if stored.min(initial=0) < 0 or stored.max(initial=0) > SATURATED:
        return None
    counts = np.bincount(stored.astype(np.int64).ravel(), minlength=SATURATED + 1)
    counts[[0, SATURATED]] = 0  # missing, both
    different = np.flatnonzero(counts)
    counts = counts[different]
    if not FEWEST_STEPS <= different.size <= MOST_STEPS:
        return None
    steps, middles = np.diff(different), (different[1:] + different[:-1]) / 2
    units_per_metre = STEP_PER_M2 * middles**2 / steps
    low, middle, high = np.percentile(units_per_metre, (25, 50, 75))
    if high - low > SPREAD_MOST * middle or _is_sparse(counts):
        return None
    unit = min(_SENSOR_UNITS, key=lambda name: abs(np.log(middle / _SENSOR_UNITS[name])))
    ratio = middle / _SENSOR_UNITS[unit]
    return unit if 1 / NEAREST <= ratio <= NEAREST else None


def unit_by_multiples(values: NDArray[np.float64]) -> tuple[str, int] | None:
    """The unit into which millimetres were multiplied, and by how much; None where none was."""
    some = values[:: max(1, values.size // ENOUGH_VALUES)].astype(np.int64)
    if np.unique(some).size < FEWEST_STEPS:
        return None
    for factor, unit in MULTIPLES.items():
        if float((some % factor == 0).mean()) >= SHARE_LEAST:
            return unit, factor
    return None


def _is_sparse(counts: NDArray[np.intp]) -> bool:
    """Most values once only: too few pixels to speak of steps."""
    return float((counts == 1).mean()) > 0.5
