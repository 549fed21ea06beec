"""What if: edits of a frame's depth, as values, as text and under a brush.

An edit is a kind, an amount where the kind has one, and a region; several apply in order. Values
are frozen and hashable, so that they are part of a question, of a session and of a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .types import FloatArray, Frame, UserError

NEAREST_M = 0.01  # no edit makes a valid depth nearer than this, or a hole of it, but `hole`
LARGEST_M = 1000.0
# Kind -> what its amount is; None: it has none.
KINDS: dict[str, str | None] = {
    "shift": "metres, away is positive",
    "flatten": None,
    "hole": None,
    "fill": None,
    "scale": "a factor",
    "constant": "metres",
}
WITHOUT_REGION = ("shift", "scale", "fill")  # kinds that may mean the whole picture
FORM = (
    "shift=METRES, scale=FACTOR, constant=METRES, flatten, hole or fill, then box=X,Y,WIDTH,HEIGHT "
    "or stroke=X,Y;X,Y;... radius=R (pixels of the picture)"
)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels x <= u < x + width, y <= v < y + height of the picture."""

    x: int
    y: int
    width: int
    height: int

    def mask(self, size: tuple[int, int]) -> Mask:
        """(H, W), True inside."""
        inside = np.zeros(size, bool)
        top, left = max(self.y, 0), max(self.x, 0)
        inside[top : max(self.y + self.height, 0), left : max(self.x + self.width, 0)] = True
        return inside

    def __str__(self) -> str:
        return f"box={self.x},{self.y},{self.width},{self.height}"


@dataclass(frozen=True, slots=True)
class Stroke:
    """Pixels within `radius` of a line through `points`, (u, v) each; one point: a disc."""

    points: tuple[tuple[float, float], ...]
    radius: float

    def mask(self, size: tuple[int, int]) -> Mask:
        """(H, W), True inside."""
        inside = np.zeros(size, bool)
        ends = zip(self.points, self.points[1:] or self.points, strict=False)
        for (u0, v0), (u1, v1) in ends:
            rows = _span(min(v0, v1), max(v0, v1), self.radius, size[0])
            columns = _span(min(u0, u1), max(u0, u1), self.radius, size[1])
            v, u = np.ogrid[rows, columns]
            length2 = (u1 - u0) ** 2 + (v1 - v0) ** 2
            along = ((u - u0) * (u1 - u0) + (v - v0) * (v1 - v0)) / (length2 or 1.0)
            along = np.clip(along, 0, 1)
            distance2 = (u - u0 - along * (u1 - u0)) ** 2 + (v - v0 - along * (v1 - v0)) ** 2
            inside[rows, columns] |= distance2 <= self.radius**2
        return inside

    def __str__(self) -> str:
        points = ";".join(f"{u:g},{v:g}" for u, v in self.points)
        return f"stroke={points} radius={self.radius:g}"


Region = Box | Stroke


@dataclass(frozen=True, slots=True)
class Edit:
    """`kind`: a key of KINDS. `amount`: see there. `region` None: the whole picture."""

    kind: str
    amount: float | None = None
    region: Region | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UserError(f"There is no edit called {self.kind!r}: choose {', '.join(KINDS)}.")
        what = KINDS[self.kind]
        if (self.amount is None) != (what is None):
            wanted = f"needs an amount ({what})" if what else "takes no amount"
            raise UserError(f"The edit {self.kind} {wanted}: {FORM}.")
        if self.amount is not None:
            _check_amount(self.kind, self.amount)
        if self.region is None and self.kind not in WITHOUT_REGION:
            raise UserError(f"The edit {self.kind} needs a region: add box=X,Y,WIDTH,HEIGHT.")

    def mask(self, size: tuple[int, int]) -> Mask:
        """(H, W): the pixels it may change."""
        return np.ones(size, bool) if self.region is None else self.region.mask(size)

    def __str__(self) -> str:
        """As `--edit` takes it."""
        amount = "" if self.amount is None else f"={self.amount:g}"
        return f"{self.kind}{amount}" + ("" if self.region is None else f" {self.region}")


@dataclass(frozen=True, slots=True)
class Edits:
    """Several, in order. False where there is none."""

    items: tuple[Edit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    @property
    def texts(self) -> tuple[str, ...]:
        """As `--edit` takes them."""
        return tuple(map(str, self.items))

    def then(self, edit: Edit) -> Edits:
        """With one more; the window's undo keeps the value from before."""
        return Edits((*self.items, edit))

    def mask(self, size: tuple[int, int]) -> Mask:
        """(H, W): all pixels that any of them may change."""
        inside = np.zeros(size, bool)
        for edit in self.items:
            inside |= edit.mask(size)
        return inside

    def applied(self, frame: Frame) -> Frame:
        """The frame with edited depth; the frame itself where there is no edit.

        UserError where the frame has no depth, a region misses the picture, or no depth is left.
        """
        if not self.items:
            return frame
        if frame.depth_m is None:
            raise UserError(f"{frame.name} has no usable depth to edit.")
        depth_m = frame.depth_m
        for edit in self.items:
            mask = edit.mask(frame.size)
            if not mask.any():
                raise UserError(
                    f"The edit {str(edit)!r} touches no pixel of a picture of {frame.size[1]}x"
                    f"{frame.size[0]}: choose another region."
                )
            depth_m = edited(depth_m, mask, edit.kind, edit.amount)
        if not (depth_m > 0).any():
            raise UserError("The edits leave no valid depth: choose smaller regions.")
        return replace(frame, depth_m=depth_m)


NO_EDITS = Edits()


def edited(depth_m: FloatArray, mask: Mask, kind: str, amount: float | None = None) -> FloatArray:
    """A new (H, W) depth in metres, 0 = missing, changed where `mask` is True: what a brush does.

    shift adds `amount` metres, scale multiplies, constant sets (missing pixels too), hole makes
    missing, fill gives missing pixels the depth of the nearest valid one, flatten sets valid pixels
    to the plane that fits them (inverse depth, which is affine on a plane). Missing pixels stay
    missing unless said.
    """
    result = depth_m.copy()
    inside = mask & (depth_m > 0)
    if kind == "hole":
        result[mask] = 0
    elif kind == "constant":
        result[mask] = amount
    elif kind == "fill":
        from .holes import fill_holes

        result[mask] = fill_holes(depth_m)[mask]
    elif kind == "flatten":
        _flatten(result, inside)
    elif kind == "shift":
        result[inside] = _valid(depth_m[inside] + np.float32(amount or 0))
    elif kind == "scale":
        result[inside] = _valid(depth_m[inside] * np.float32(amount or 1))
    else:
        raise UserError(f"There is no edit called {kind!r}: choose {', '.join(KINDS)}.")
    return result


def parse_edits(texts: Iterable[str]) -> Edits:
    """From texts like "shift=-0.3 box=10,20,30,40", in order."""
    return Edits(tuple(_parsed(text) for text in texts))


def _parsed(text: str) -> Edit:
    words = text.split()
    if not words:
        raise UserError(f"An edit is empty: write {FORM}.")
    kind, equals, amount = words[0].partition("=")
    numbers = _numbers(amount, text) if equals else ()
    if len(numbers) > 1:
        raise UserError(f"The edit {text!r} has more than one amount: write {FORM}.")
    return Edit(kind, numbers[0] if numbers else None, _region(words[1:], text))


def _region(words: Sequence[str], text: str) -> Region | None:
    given = dict(word.partition("=")[::2] for word in words)
    if len(given) != len(words):
        raise UserError(f"The edit {text!r} says something twice: write {FORM}.")
    if not given:
        return None
    if set(given) == {"box"}:
        numbers = _numbers(given["box"], text)
        if len(numbers) == 4 and min(numbers[2:]) >= 1:
            x, y, width, height = map(round, numbers)
            return Box(x, y, width, height)
    elif set(given) == {"stroke", "radius"}:
        points = [_numbers(point, text) for point in given["stroke"].split(";")]
        radius = _numbers(given["radius"], text)
        if all(len(point) == 2 for point in points) and len(radius) == 1 and radius[0] > 0:
            return Stroke(tuple((point[0], point[1]) for point in points), radius[0])
    raise UserError(f"The edit {text!r} has no region that is understood: write {FORM}.")


def _numbers(text: str, whole: str) -> tuple[float, ...]:
    words = text.split(",")
    if not all(re.fullmatch(_NUMBER, word) for word in words):
        raise UserError(f"The edit {whole!r} has something else than a number: write {FORM}.")
    numbers = tuple(map(float, words))
    if any(not abs(number) <= 1e6 for number in numbers):
        raise UserError(f"The edit {whole!r} has a number beyond a million.")
    return numbers


def _check_amount(kind: str, amount: float) -> None:
    good = abs(amount) <= LARGEST_M and (amount > 0 or kind == "shift")
    if not good:
        raise UserError(f"The edit {kind} cannot take {amount:g}: give {KINDS[kind]}.")


def _span(low: float, high: float, radius: float, length: int) -> slice:
    """The pixels of an axis between two positions, `radius` more on either side."""
    first = int(np.clip(np.floor(low - radius), 0, length))
    return slice(first, int(np.clip(np.ceil(high + radius) + 1, first, length)))


def _valid(depth_m: FloatArray) -> FloatArray:
    return np.clip(depth_m, np.float32(NEAREST_M), np.float32(LARGEST_M))


def _flatten(depth_m: FloatArray, inside: Mask) -> None:
    """In place. A plane seen by a pinhole camera has 1 / z = a u + b v + c. Fewer than three
    pixels, or pixels in a line, stay as they are."""
    v, u = np.nonzero(inside)
    columns = np.stack((u - u.mean(), v - v.mean(), np.ones(len(u))), 1) if len(u) else None
    if columns is None or np.linalg.matrix_rank(columns) < 3:
        return
    inverse = 1 / depth_m[v, u].astype(np.float64)
    plane, *_ = np.linalg.lstsq(columns, inverse, rcond=None)
    fitted = np.clip(columns @ plane, 1 / LARGEST_M, 1 / NEAREST_M)
    depth_m[v, u] = (1 / fitted).astype(np.float32)
