"""Which depth picture belongs to which colour picture: by name, by number, by time.

Each rule looks at two lists of files as wholes; the one that pairs most is taken, the stricter one
where two pair equally many.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TypeVar

from .listing import key_of

MAX_GAP_S = 0.02  # the limit of the TUM benchmark

TIMESTAMP = re.compile(r"\d{9,}\.\d+")  # TUM names a picture by its time in seconds

_NUMBER = re.compile(r"\d+")
_SECONDS = re.compile(r"\d+\.\d+")
_SIGNED = re.compile(r"(?<![^\W_])-\d+|\d+")  # "a_-5" has a sign, "frame-5" a mark
_SHORTEST_STAMP = 9  # digits that are hardly a picture's number
_SECOND_PER_COUNT = {19: 1e-9, 16: 1e-6, 13: 1e-3, 10: 1.0}  # since 1970, by the digits
_SCAN_DIGITS, _SCAN_SECOND_PER_COUNT = 12, 1e-6  # since the scan began, with zeros before
_DATE = "%Y%m%d%H%M%S"
_DATE_DIGITS = 14
_DATED_DIGITS = (14, 16, 17, 20)  # with hundredths, milliseconds or microseconds
_FIRST_YEAR = 1990  # of dates; as one, 16 digits of microseconds read 1581 or so

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Pairing:
    """For each colour picture its partner, None where it has none; a sentence on how, or ""."""

    partners: tuple[Path | None, ...]
    note: str = ""

    @property
    def count(self) -> int:
        """Of the pictures that have a partner."""
        return sum(partner is not None for partner in self.partners)


def pair_up(colours: Sequence[Path], others: Sequence[Path]) -> Pairing:
    """The partner among `others` (depth, labels) of each of `colours`.

    One picture and one other belong together whatever they are called.
    """
    if len(colours) == len(others) == 1:
        return Pairing((others[0],))
    best = by_name(colours, others)
    for rule in (by_number, by_time):
        if best.count < len(colours):
            found = rule(colours, others)
            best = found if found.count > best.count else best
    return best


def by_name(colours: Sequence[Path], others: Sequence[Path]) -> Pairing:
    """Equal stems, else equal stems without the words for colour and depth.

    What several files share, on either side, decides nothing.
    """
    by_stem = {path.stem: path for path in others}
    by_key = _unique([(key_of(path), path) for path in others])
    keys = [key_of(path) for path in colours]
    owned = _unique(list(zip(keys, colours, strict=True)))
    pairs = zip(keys, colours, strict=True)
    return Pairing(
        tuple(by_stem.get(c.stem) or (by_key.get(key) if owned[key] else None) for key, c in pairs)
    )


def by_number(colours: Sequence[Path], others: Sequence[Path]) -> Pairing:
    """Equal numbers in the names, whatever words stand around them ("a_7", "sync_depth_00007")."""
    mine, theirs = numbers_of(colours), numbers_of(others)
    if len({len(numbers) for numbers in (*mine, *theirs)}) != 1 or not mine[0]:
        return Pairing((None,) * len(colours))
    by_numbers = _unique(list(zip(theirs, others, strict=True)))
    owned = _unique(list(zip(mine, colours, strict=True)))
    return Pairing(
        tuple(
            by_numbers.get(numbers) if owned.get(numbers) else None
            for numbers, _ in zip(mine, colours, strict=True)
        )
    )


def by_time(colours: Sequence[Path], others: Sequence[Path]) -> Pairing:
    """The nearest in time, where all names hold times: see `times_of` and `nearest`."""
    mine, theirs = times_of(colours), times_of(others)
    if mine is None or theirs is None:
        return Pairing((None,) * len(colours))
    return nearest(list(zip(mine, colours, strict=True)), list(zip(theirs, others, strict=True)))


def nearest(colours: list[tuple[float, Path]], others: list[tuple[float, Path]]) -> Pairing:
    """(seconds, file) -> for each colour picture the other that is nearest, 20 ms at most.

    Where none has one so near, one clock is late: then half the usual step between two others is
    the limit, and the gap is said. One other may serve two colour pictures.
    """
    others = sorted(others)
    partners, gaps = [], []
    times = [time for time, _ in others]
    for time, _ in colours:
        place = _nearest(time, times)
        partners.append(others[place][1] if place is not None else None)
        gaps.append(abs(times[place] - time) if place is not None else float("inf"))
    limit = MAX_GAP_S
    if all(gap > limit for gap in gaps):
        steps = [after - before for before, after in pairwise(times) if after > before]
        limit = max(limit, median(steps) / 2 if steps else 0.0)
    kept = tuple(p if gap <= limit else None for p, gap in zip(partners, gaps, strict=True))
    widest = max((gap for gap in gaps if gap <= limit), default=0.0)
    note = f"Colour and depth were taken up to {1000 * widest:.0f} ms apart."
    return Pairing(kept, note if widest > MAX_GAP_S else "")


def times_of(paths: Sequence[Path]) -> list[float] | None:
    """Seconds, of names that are all times; None for others.

    "1305031102.175304", or the last number of at least nine digits: seconds, milliseconds,
    microseconds or nanoseconds since 1970 where it has 10, 13, 16 or 19 digits, microseconds of a
    scan where it has 12 and begins with 0 ("0000001-000000019962"), a date and time where it has 14
    ("20240131123001"), or 16, 17 or 20 with parts of the second. Other numbers are no times.
    """
    stamps: list[float] = []
    for path in paths:
        decimals = _SECONDS.findall(path.stem)
        digits = [run for run in _NUMBER.findall(path.stem) if len(run) >= _SHORTEST_STAMP]
        if decimals and len(decimals[-1].split(".")[0]) >= _SHORTEST_STAMP:
            whole, _, parts = decimals[-1].partition(".")
            stamp = _dated(whole + parts) if len(whole) == _DATE_DIGITS else float(decimals[-1])
        else:
            stamp = _seconds(digits[-1]) if digits else None
        if stamp is None:
            return None
        stamps.append(stamp)
    return stamps or None


def seconds_of(stamp: str) -> float:
    """A list's "1305031102.175304", or a whole number: of 13, 16 or 19 digits it is ms, µs, ns."""
    if "." in stamp:
        return float(stamp)
    return int(stamp) * _SECOND_PER_COUNT.get(len(stamp), 1.0)


def _seconds(digits: str) -> float | None:
    """Of a whole number in a name; None where it is no time, see `times_of`."""
    if len(digits) == _SCAN_DIGITS and digits.startswith("0"):
        return int(digits) * _SCAN_SECOND_PER_COUNT
    dated = _dated(digits) if len(digits) in _DATED_DIGITS else None
    second = _SECOND_PER_COUNT.get(len(digits))
    return dated if dated is not None or second is None else int(digits) * second


def _dated(digits: str) -> float | None:
    """Seconds since 1970 of a date, a time and parts of the second; None for other numbers."""
    try:
        date = datetime.strptime(digits[:_DATE_DIGITS], _DATE).replace(tzinfo=UTC)
    except ValueError:
        return None
    if date.year < _FIRST_YEAR:
        return None
    return date.timestamp() + float(f"0.{digits[_DATE_DIGITS:] or 0}")


def _nearest(time: float, times: list[float]) -> int | None:
    """The place in the sorted `times`."""
    after = bisect.bisect_left(times, time)
    around = [place for place in (after - 1, after) if 0 <= place < len(times)]
    return min(around, key=lambda place: abs(times[place] - time), default=None)


def numbers_of(paths: Sequence[Path]) -> list[tuple[int, ...]]:
    """The numbers of each name, without those that all names share ("kinect2_0007")."""
    numbers = [tuple(int(run) for run in _SIGNED.findall(path.stem)) for path in paths]
    if len({len(found) for found in numbers}) != 1:
        return [found[-1:] for found in numbers]
    columns = list(zip(*numbers, strict=True))
    kept = [column for column in columns if len(set(column)) > 1] or columns[-1:]
    return list(zip(*kept, strict=True)) or [()] * len(paths)


def _unique(entries: Sequence[tuple[Key, Path]]) -> dict[Key, Path | None]:
    found: dict[Key, Path | None] = {}
    for key, path in entries:
        found[key] = None if key in found else path
    return found
