"""How depth is stored: the units with names, and any scale that is written as a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UserError

SATURATED = 65535  # the largest 16-bit value, no depth; kept by tools that went on to float
ROUND_HOLE = 10000  # what some tools write for "nothing"
SUN_CLIP_M = 8.0
KINECT_NUMERATOR = 351.3
KINECT_OFFSET = 1092.5
KINECT_FARTHEST_M = 10.0  # one step of disparity is 0.3 m there: the toolboxes cut there too
SCALES_M = (1e-7, 1.0)  # metres per unit: finer is no depth, coarser would be no room
SCALE_FORMS = "any scale as 0.25mm, 1/256m or 0.001 (metres per unit)"

_METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001, "um": 1e-6, "µm": 1e-6}
_SCALE = re.compile(r"(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)(?:/(\d+\.?\d*))?(m|cm|mm|um|µm)?")


@dataclass(frozen=True, slots=True)
class DepthUnit:
    """A way depth is stored. `decode` maps finite stored values (float64) to metres.

    `metres`: of one unit, None where depth is no multiple of what is stored.
    """

    name: str
    description: str  # a few words, for menus and --help
    decode: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    metres: float | None = None


def unit_called(text: str) -> DepthUnit:
    """The unit of a flag or a menu: a key of `UNITS`, or a scale as "0.25mm", "1/256m", "0.001".

    A number alone is metres per unit. A scale that is a named unit's becomes that unit. Raises
    UserError.
    """
    word = text.strip().lower().replace(" ", "")
    if word in UNITS:
        return UNITS[word]
    metres = _metres(word)
    if metres is None or not SCALES_M[0] <= metres <= SCALES_M[1]:
        hint = f" (1/{text.strip()}m, say)" if metres is not None and metres > 1 else ""
        raise UserError(
            f"The depth unit {text!r} is not known: use one of {', '.join(UNITS)}, or "
            f"{SCALE_FORMS}{hint}."
        )
    return unit_of(metres, word)


def unit_text(unit: str | float | None) -> str | None:
    """What a caller gave, as `unit_called` takes it; a number is metres per stored unit."""
    if unit is None or isinstance(unit, str):
        return unit
    try:
        return f"{float(unit):.12g}"
    except (TypeError, ValueError):
        raise UserError(
            f"The depth unit {unit!r} is not known: give a name, or metres per stored unit."
        ) from None


def unit_of(metres: float, name: str = "") -> DepthUnit:
    """The unit of counts of `metres`: a named one where it is that, else `name` or a short form."""
    for unit in UNITS.values():
        if unit.metres is not None and abs(metres / unit.metres - 1) < 1e-6:
            return unit
    called = name if name and not name[-1].isdigit() else _short(metres)
    return DepthUnit(called, f"{metres:.6g} m a unit", _scaled(1 / metres), metres)


def _short(metres: float) -> str:
    """0.00025 -> "0.25mm", 1/256 -> "1/256m": whichever says it in few digits."""
    in_millimetres, in_a_metre = f"{1000 * metres:.6g}", f"{1 / metres:.6g}"
    return f"1/{in_a_metre}m" if len(in_a_metre) < len(in_millimetres) else f"{in_millimetres}mm"


def _metres(word: str) -> float | None:
    found = _SCALE.fullmatch(word)
    if found is None:
        return None
    try:
        scale = float(Fraction(found[1]) / Fraction(found[2] or 1))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return scale * _METRES[found[3] or "m"]


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


def _linear(name: str, description: str, units_per_metre: float) -> DepthUnit:
    return DepthUnit(name, description, _scaled(units_per_metre), 1 / units_per_metre)


UNITS: dict[str, DepthUnit] = {
    unit.name: unit
    for unit in (
        _linear("mm", "millimetres (most 16-bit files)", 1000),
        _linear("0.1mm", "tenths of a millimetre (Kinect 2 exports)", 10000),
        _linear("1/5000m", "5000 units a metre (TUM, ICL-NUIM)", 5000),
        DepthUnit("sun", "SUN RGB-D, millimetres rotated by three bits", _decode_sun),
        _linear("cm", "centimetres", 100),
        _linear("m", "metres (float files)", 1),
        DepthUnit("kinect-disparity", "raw Kinect disparity, 0..2047", _decode_kinect),
    )
}
