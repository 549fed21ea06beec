"""Guessing the unit of stored depth from its values, and saying what speaks against the guess.

Names and list files alone prove nothing: they decide between units that the values allow. Every
guess is shown to the user with the median it gives, and can be overruled; one that the values do
not settle comes with a doubt.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .depth_steps import unit_by_multiples, unit_by_sensor_steps
from .depth_units import ROUND_HOLE, SATURATED, unit_called
from .pairing import TIMESTAMP

ROOM_M = (0.3, 10.0)  # a plausible median depth of an indoor frame
TUM_ROOM_M = (0.5, 13.2)  # up to what 16 bits hold
KINECT2_ROOM_M = (0.3, 4.5)  # the sensor's range
NAMED_ROOM_M = (0.15, 10.0)
TYPICAL_M = 2.0
FAR_M = 10.0  # beyond, five real frames in millimetres have at most 0.6 % of their pixels
FAR_SHARE_MOST = 0.03
CENTIMETRES_UP_TO = 120.0  # a median of 120 is 1.2 m, or a close-up in millimetres above that
ROTATED_VALUES = 64
KINECT2_SIZE = (424, 512)
KINECT_NO_RETURN = 2047
KINECT_INFINITY = 1092
FLOAT_METRES_BELOW = 65.0  # medians of float files in metres, outdoor scenes included
FLOAT_CENTIMETRES_BELOW = 300.0
OUTDOORS_M = 30.0  # a median that far is rather another unit
MOST_COUNTS = 2**32  # whole numbers beyond are no counts
MICROMETRES = "0.001mm"
OTHER_UNITS = ("mm", "0.1mm", "1/5000m", "0.25mm", "1/256m", "1/6553.5m", "cm", "m", MICROMETRES)
OTHERS_MEDIAN_M = (0.15, 30.0)
OTHERS_MOST = 5

_NAMED_UNITS = {"mm": "mm", "cm": "cm", "m": "m", "meters": "m", "metres": "m"}
_TUM_WORDS = {"tum", "icl", "freiburg1", "freiburg2", "freiburg3", "nuim"}
_SUN_WORDS = {"sunrgbd", "bfx"}
_LIST_FILES = ("depth.txt", "associations.txt", "associated.txt", "associate.txt")


def guess_unit(stored: NDArray[Any], path: str) -> str:
    """The unit that makes most sense of `stored`, see `guess`."""
    return guess(stored, path)[0]


def guess(stored: NDArray[Any], path: str) -> tuple[str, str]:
    """The unit that makes most sense of `stored` ((H, W), integer or float), and the doubt.

    `path` is where it was read from. The doubt is a sentence where another unit is as likely, empty
    where names and values agree or the values settle it.
    """
    where = Path(path)
    values = _sample(stored)
    named = _unit_in_name(where, stored.dtype.kind == "f")
    if named is not None:
        return named, _doubt_of_name(values, named, where)
    if stored.dtype.kind == "f" and not _holds_counts(values):
        return _guess_float(values, where)
    if _is_kinect_disparity(stored):
        return "kinect-disparity", ""
    if _looks_rotated(values, where):
        if _words(where) & _SUN_WORDS or not _fits_millimetres(values, ROOM_M):
            return "sun", ""
        why = "all values are multiples of 8, like SUN RGB-D's"
        return "mm", _doubt(where, "mm", why)
    return _guess_integer(values, stored, where)


def alternatives(stored: NDArray[Any], chosen: str) -> tuple[tuple[str, float], ...]:
    """Other units with the median in metres that each gives, those nearest to a room's first."""
    values = _sample(stored)
    if not values.size:
        return ()
    median = float(np.median(values))
    medians = [
        (unit, median * metres)
        for unit in OTHER_UNITS
        if unit != chosen and (metres := unit_called(unit).metres) is not None
    ]
    if chosen != "sun" and _looks_rotated(values, Path()):
        medians.append(("sun", median / 8000))
    low, high = OTHERS_MEDIAN_M
    likely = [(unit, there) for unit, there in medians if low <= there <= high]
    likely.sort(key=lambda other: abs(np.log(other[1] / TYPICAL_M)))
    return tuple(likely[:OTHERS_MOST])


def _sample(stored: NDArray[Any]) -> NDArray[np.float64]:
    """Valid values of every fourth row, as float64: a median needs no more."""
    rows = stored[::4] if stored.shape[0] >= 64 else stored
    values = rows.astype(np.float64).ravel()
    return values[np.isfinite(values) & (values > 0) & ~np.isin(values, (ROUND_HOLE, SATURATED))]


def _holds_counts(values: NDArray[np.float64]) -> bool:
    """Whole numbers in a float array are what an integer file held."""
    if not values.size or float(np.median(values)) < FLOAT_CENTIMETRES_BELOW:
        return False
    return bool((values == np.rint(values)).all() and values.max() <= MOST_COUNTS)


def _guess_float(values: NDArray[np.float64], path: Path) -> tuple[str, str]:
    median = float(np.median(values)) if values.size else 0.0
    if median >= FLOAT_METRES_BELOW:
        unit = "cm" if median < FLOAT_CENTIMETRES_BELOW else "mm"
        return unit, "" if unit == "mm" else _doubt(path, unit, "floats are mostly metres")
    if values.size and values.max() <= 1.0:
        why = "no value is above 1, like a picture that was stretched to 0..1 and has no scale"
        return "m", _doubt(path, "m", why)
    if median > OUTDOORS_M:
        return "m", _doubt(path, "m", f"a median of {median:.3g} m is far")
    return "m", ""


def _guess_integer(
    values: NDArray[np.float64], stored: NDArray[Any], path: Path
) -> tuple[str, str]:
    """By the sensor's steps; else millimetres, unless they put too much out of a room."""
    by_steps, shape = unit_by_sensor_steps(stored), stored.shape
    if by_steps is not None and _median_within(values, _per_metre(by_steps), TUM_ROOM_M):
        return by_steps, ""
    plausible = KINECT2_ROOM_M if shape == KINECT2_SIZE else ROOM_M
    if not values.size:
        return "mm", ""
    if _fits_millimetres(values, plausible):
        if _looks_like_tum(path) and _median_within(values, 5000, TUM_ROOM_M):
            why = "its name or the lists beside it are like TUM's, which has 5000 units a metre"
            return "mm", _doubt(path, "mm", why)
        return "mm", ""
    multiples = unit_by_multiples(values)
    if multiples is not None and _median_within(values, _per_metre(multiples[0]), ROOM_M):
        agree = multiples[0] == "1/5000m" and _looks_like_tum(path)
        why = f"all values are multiples of {multiples[1]}, like millimetres in a finer unit"
        return multiples[0], "" if agree else _doubt(path, multiples[0], why)
    if _looks_like_tum(path) and _median_within(values, 5000, TUM_ROOM_M):
        by_name = bool(_words(path) & _TUM_WORDS)
        why = "only its name or the lists beside it speak for that"
        return "1/5000m", "" if by_name else _doubt(path, "1/5000m", why)
    if _median_within(values, 1000, plausible):
        far = float((values > 1000 * FAR_M).mean())
        why = f"{far:.0%} of its pixels lie beyond {FAR_M:.0f} m"
        return "mm", _doubt(path, "mm", why)
    return _by_median(values, shape, path)


def _fits_millimetres(values: NDArray[np.float64], room_m: tuple[float, float]) -> bool:
    far = float((values > 1000 * FAR_M).mean())
    return _median_within(values, 1000, room_m) and far <= FAR_SHARE_MOST


def _by_median(values: NDArray[np.float64], shape: tuple[int, ...], path: Path) -> tuple[str, str]:
    """Millimetres are ruled out: of the others the one with the median nearest to 2 m.

    Values beyond 16 bits may be micrometres.
    """
    median = float(np.median(values))
    if median < 1000 * ROOM_M[0]:
        unit = "cm" if 100 * ROOM_M[0] <= median <= CENTIMETRES_UP_TO else "mm"
        return unit, _doubt(path, unit, f"a median of {median:.0f} units is small")
    if shape == KINECT2_SIZE:
        in_range = _median_within(values, 10000, KINECT2_ROOM_M)
        return "0.1mm", "" if in_range else _doubt(path, "0.1mm", "only its size speaks for that")
    units = ["0.1mm", "1/5000m", *([MICROMETRES] if values.max() > SATURATED else [])]
    unit = min(units, key=lambda unit: abs(np.log(median / _per_metre(unit) / TYPICAL_M)))
    far = float((values > 1000 * FAR_M).mean())
    return unit, _doubt(path, unit, f"as millimetres {far:.0%} of it would lie beyond 10 m")


def _doubt_of_name(values: NDArray[np.float64], unit: str, path: Path) -> str:
    """A name is believed as far as the values allow it."""
    if not values.size:
        return ""
    median = float(np.median(values)) / _per_metre(unit)
    far = float((values > _per_metre(unit) * FAR_M).mean())
    if NAMED_ROOM_M[0] <= median <= ROOM_M[1] and far <= FAR_SHARE_MOST:
        return ""
    why = f"its name says so, but the median is {median:.3g} m and {far:.0%} lie beyond 10 m"
    return _doubt(path, unit, why)


def _doubt(path: Path, unit: str, why: str) -> str:
    return f"The depth of {path.name} was taken to be in {unit}, which is doubtful: {why}."


def _per_metre(unit: str) -> float:
    metres = unit_called(unit).metres
    return 1 / metres if metres else 1.0


def _median_within(
    values: NDArray[np.float64], units_per_metre: float, room_m: tuple[float, float]
) -> bool:
    if not values.size:
        return False
    return room_m[0] <= float(np.median(values)) / units_per_metre <= room_m[1]


def _looks_rotated(values: NDArray[np.float64], path: Path) -> bool:
    """SUN's rotation leaves the low three bits to depths from 8.192 m on: below, multiples of 8.

    Without a name that says SUN, many different values must agree before chance is ruled out.
    """
    if not _median_within(values, 8000, ROOM_M) or values.max() > SATURATED:
        return False
    share = float((values % 8 == 0).mean())
    enough = 1 if _words(path) & _SUN_WORDS else ROTATED_VALUES
    return share > 0.98 and np.unique(values).size >= enough


def _is_kinect_disparity(stored: NDArray[Any]) -> bool:
    """11-bit values with "no return" among them, and none between it and infinity's disparity."""
    if stored.max(initial=0) != KINECT_NO_RETURN:
        return False
    return not bool(((stored > KINECT_INFINITY) & (stored < KINECT_NO_RETURN)).any())


def _looks_like_tum(path: Path) -> bool:
    if TIMESTAMP.fullmatch(path.stem) or _words(path) & _TUM_WORDS:
        return True
    folder = path.parent.parent
    return any((folder / name).is_file() for name in _LIST_FILES)


def _unit_in_name(path: Path, is_float: bool) -> str | None:
    """The unit a file or its folder spells out: "depth_mm.png", "depth_cm/0001.png".

    Whole metres are no depth: "m" counts for float files only.
    """
    for part in (path.stem, path.parent.name):
        for word in _split(part):
            unit = _NAMED_UNITS.get(word)
            if unit is not None and (is_float or unit != "m"):
                return unit
    return None


def _words(path: Path) -> set[str]:
    """Lower-case words of the file name and of the five folders it lies in."""
    return {word for part in path.parts[-6:] for word in _split(part)}


def _split(name: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
