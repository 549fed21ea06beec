"""What an inspection found: maps, taps, curves and tables with their units, and its self-check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import LayerTrace

from .receptive_field import LayerTaps
from .receptive_field.grids import Size, picture_from_network

Values = NDArray[np.floating[Any]]
Pixel = tuple[int, int]  # (u, v): column and row of the picture


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells of a map lie: cell (row, column) at the picture's pixel
    (x + column step_x, y + row step_y)."""

    x: float = 0.0
    y: float = 0.0
    step_x: float = 1.0
    step_y: float = 1.0

    @classmethod
    def of_stride(cls, stride: int, network: Size, picture: Size) -> Grid:
        """Of a feature map at `stride`: index i lies at network pixel `stride` i. Sizes are
        (height, width)."""
        return cls(
            picture_from_network(0.0, network[1], picture[1]),
            picture_from_network(0.0, network[0], picture[0]),
            stride * picture[1] / network[1],
            stride * picture[0] / network[0],
        )

    def cells(self, picture: Size, shape: Size) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each row and each column of the picture the nearest row and column of a map of
        `shape`: an enlarged map is `values[rows[:, None], columns]`."""
        height, width = picture
        rows = np.floor((np.arange(height) - self.y) / self.step_y + 0.5)
        columns = np.floor((np.arange(width) - self.x) / self.step_x + 0.5)
        return (
            np.clip(rows, 0, shape[0] - 1).astype(np.int64),
            np.clip(columns, 0, shape[1] - 1).astype(np.int64),
        )


def output_grid(trace: LayerTrace, network: Size, picture: Size) -> Grid:
    """Of a map over the outputs of a layer."""
    return Grid.of_stride(trace.stride_out, network, picture)


@dataclass(frozen=True, slots=True)
class Contour:
    """The smallest set of cells that holds `share` of a map's sum: those of at least `level`."""

    share: float
    level: float
    cells: int


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """`values`: (h, w), none below zero, in `unit`. `name` is the file's, without a suffix.

    `root`: drawn by the square root, as few cells hold most of it.
    """

    name: str
    title: str
    values: Values
    grid: Grid
    unit: str
    contours: tuple[Contour, ...] = ()
    layer: str = ""  # the S-Conv it belongs to, if one
    root: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SignedMap:
    """`values`: (h, w) of either sign, in `unit`; drawn with zero fixed."""

    name: str
    title: str
    values: Values
    grid: Grid
    unit: str
    layer: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TwoHueMap:
    """`values`: (2, h, w): how much each of two causes did, in `unit`, of either sign.

    Drawn in two hues, by the share that each has of the sum of both sizes.
    """

    name: str
    title: str
    values: Values
    grid: Grid
    unit: str
    causes: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """The taps of one layer and a number for each, (9,) float64 in `unit`, of either sign."""

    name: str
    title: str
    layer: LayerTaps
    values: NDArray[np.float64]
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """`y` over `x`, (n,) each; `low` and `high`, if given, are the bounds of its interval."""

    name: str
    title: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    x_unit: str
    y_unit: str
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text or numbers under `columns`; a number that is not there is None."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


Part = HeatMap | SignedMap | TwoHueMap | Taps | Curve | Table
Map = HeatMap | SignedMap | TwoHueMap


@dataclass(frozen=True, slots=True)
class Score:
    """z, what is explained: a class's logit, or a winner's less a runner-up's, at one pixel after
    upsampling. `indices` and `classes`: those logits, winner first. `value`: z itself.
    """

    kind: str  # "margin" or "class"
    indices: tuple[int, ...]
    classes: tuple[str, ...]
    value: float

    def read(self, logits: Values) -> float:
        """z of the (C,) logits of another pass at the same pixel."""
        first, *second = (float(logits[index]) for index in self.indices)
        return first - sum(second)


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the finding itself. `error`: how far off it was, 0 in exact arithmetic."""

    what: str
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """The answer of an inspection for one pixel.

    `values`: numbers by the keys that `--json` prints, JSON-ready. `checks`: at least one, the
    first the one that is always made. `notes`: sentences the reader should see. `steps`: further
    maps of a series, first to last, for a slider.
    """

    inspection: str
    pixel: Pixel
    score: Score | None
    checks: tuple[Check, ...]
    parts: tuple[Part, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    steps: tuple[HeatMap, ...] = ()

    def __repr__(self) -> str:
        return f"<Finding {self.inspection!r} at {self.pixel}: {', '.join(self.values)}>"

    def maps(self) -> tuple[Map, ...]:
        """The parts that are maps."""
        return tuple(part for part in self.parts if isinstance(part, Map))
