"""Guessing the unit of stored depth: first what the names say, then what the values allow.

Every guess is shown to the user with the median it gives, and can be overruled.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOM_M = (0.3, 10.0)  # a plausible median depth of an indoor frame
TUM_ROOM_M = (0.5, 13.2)  # up to what 16 bits hold
KINECT2_ROOM_M = (0.3, 4.5)  # the sensor's range
TYPICAL_M = 2.0
CENTIMETRES_UP_TO = 120.0  # a median of 120 is 1.2 m, or a close-up in millimetres above that
ROTATED_VALUES = 64
KINECT2_SIZE = (424, 512)
KINECT_NO_RETURN = 2047
KINECT_INFINITY = 1092
FLOAT_METRES_BELOW = 65.0  # medians of float files in metres, outdoor scenes included
FLOAT_CENTIMETRES_BELOW = 300.0

_TIMESTAMP = re.compile(r"\d{9,}\.\d+")  # TUM names a picture by its time in seconds
_NAMED_UNITS = {"mm": "mm", "cm": "cm", "m": "m", "meters": "m", "metres": "m"}
_TUM_WORDS = {"tum", "icl", "freiburg1", "freiburg2", "freiburg3", "nuim"}
_SUN_WORDS = {"sunrgbd", "bfx"}
_LIST_FILES = ("depth.txt", "associations.txt", "associated.txt", "associate.txt")


def guess_unit(stored: NDArray[Any], path: str) -> str:
    """The key of `UNITS` that makes most sense of `stored`: (H, W), integer or float.

    `path` is where it was read from. A name that says its unit ("depth_mm.png") wins, then a data
    set recognised by its names *and* by values that agree with it, then the values alone.
    """
    where = Path(path)
    values = _sample(stored)
    named = _unit_in_name(where, stored.dtype.kind == "f")
    if named is not None:
        return named
    if stored.dtype.kind == "f":
        return _guess_float(values)
    if _is_kinect_disparity(stored):
        return "kinect-disparity"
    if _looks_rotated(values, where):
        return "sun"
    if _looks_like_tum(where) and _median_within(values, 5000, TUM_ROOM_M):
        return "1/5000m"
    return _guess_integer(values, stored.shape)


def _sample(stored: NDArray[Any]) -> NDArray[np.float64]:
    """Valid values of every fourth row, as float64: a median needs no more."""
    rows = stored[::4] if stored.shape[0] >= 64 else stored
    values = rows.astype(np.float64).ravel()
    return values[np.isfinite(values) & (values > 0) & ~np.isin(values, (10000.0, 65535.0))]


def _guess_float(values: NDArray[np.float64]) -> str:
    median = float(np.median(values)) if values.size else 0.0
    if median < FLOAT_METRES_BELOW:
        return "m"
    return "cm" if median < FLOAT_CENTIMETRES_BELOW else "mm"


def _guess_integer(values: NDArray[np.float64], shape: tuple[int, ...]) -> str:
    """Millimetres unless they put the median out of a room; then the finer unit nearest to 2 m."""
    plausible = KINECT2_ROOM_M if shape == KINECT2_SIZE else ROOM_M
    if not values.size or _median_within(values, 1000, plausible):
        return "mm"
    median = float(np.median(values))
    if median < 1000 * ROOM_M[0]:
        return "cm" if 100 * ROOM_M[0] <= median <= CENTIMETRES_UP_TO else "mm"
    if shape == KINECT2_SIZE:
        return "0.1mm"
    tum, tenths = (abs(np.log(median / units / TYPICAL_M)) for units in (5000, 10000))
    return "1/5000m" if tum < tenths else "0.1mm"


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
    if not _median_within(values, 8000, ROOM_M) or values.max() > 65535:
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
    if _TIMESTAMP.fullmatch(path.stem) or _words(path) & _TUM_WORDS:
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
