"""What lies behind the cells of an evaluation: frames, and a pixel of each to look at."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array

from .bins import CONFIDENCE_BINS, DEPTH_BINS, confidence_bins, depth_bins
from .confusion import Counts

Pixel = tuple[int, int]  # (u, v)


@dataclass(frozen=True, slots=True)
class CellFrame:
    """`pixels`: of the frame at `frame` that are in the cell; `of` so many. `pixel`: the one of
    which the network is surest; None where there is none."""

    frame: int
    pixels: int
    of: int
    pixel: Pixel | None


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Pixels of one frame in groups. By group `pixels` and `wrong`, how many, and `surest`, the
    flat index of the one that is wrong with the highest probability, -1 for none: (n,) int64."""

    pixels: Counts
    wrong: Counts
    surest: Counts

    @classmethod
    def of(
        cls,
        group: NDArray[np.int64],
        wrong: NDArray[np.bool_],
        confidence: FloatArray,
        at: NDArray[np.int64],
        count: int,
    ) -> Groups:
        """`group`: 0..count - 1 of each pixel, `at` its flat index."""
        surest = np.full(count, -1, np.int64)
        order = np.argsort(confidence[wrong], kind="stable")
        surest[group[wrong][order]] = at[wrong][order]  # the last one stays
        return cls(
            np.bincount(group, minlength=count),
            np.bincount(group[wrong], minlength=count),
            surest,
        )


@dataclass(frozen=True, slots=True, eq=False)
class FrameCells:
    """Of one frame, of its pixels with truth. `pairs`: truth C + prediction, those that occur, with
    how many pixels and the flat index of the surest: (n,) int64 each. Groups: see `bins`."""

    width: int
    pairs: Counts
    pixels: Counts
    surest: Counts
    by_depth: Groups
    by_confidence: Groups

    @classmethod
    def of(
        cls,
        truth: UInt8Array,
        labels: UInt8Array,
        confidence: FloatArray,
        depth_m: FloatArray | None,
        classes: int,
    ) -> FrameCells:
        """`truth`: (H, W), 0 = void, k = class k - 1. `confidence`: of the winner, 0..1."""
        at = np.flatnonzero(truth)
        right, said = truth.ravel()[at].astype(np.int64) - 1, labels.ravel()[at].astype(np.int64)
        sure = confidence.ravel()[at]
        order = np.argsort(sure, kind="stable")
        code = right * classes + said
        surest = np.full(classes * classes, -1, np.int64)
        surest[code[order]] = at[order]
        pixels = np.bincount(code, minlength=classes * classes)
        pairs = np.flatnonzero(pixels)
        depth = np.zeros(truth.size, np.float32) if depth_m is None else depth_m.ravel()
        wrong = right != said
        return cls(
            truth.shape[1],
            pairs,
            pixels[pairs],
            surest[pairs],
            Groups.of(depth_bins(depth[at]), wrong, sure, at, DEPTH_BINS),
            Groups.of(confidence_bins(sure), wrong, sure, at, CONFIDENCE_BINS),
        )

    def place(self, flat: int) -> Pixel | None:
        """(u, v) of a flat index; None for -1."""
        return None if flat < 0 else (flat % self.width, flat // self.width)


@dataclass(slots=True, eq=False)
class Cells:
    """Of a set. `frames`: by index."""

    classes: int
    frames: dict[int, FrameCells] = field(default_factory=dict)

    def of_pair(self, truth: int, prediction: int) -> tuple[CellFrame, ...]:
        """Frames with pixels of class `truth` that were taken for `prediction`, the most first;
        `of`: the pixels of that class."""
        found, code = [], truth * self.classes + prediction
        for index, cells in self.frames.items():
            place = int(np.searchsorted(cells.pairs, code))
            if place < len(cells.pairs) and cells.pairs[place] == code:
                own = cells.pairs // self.classes == truth
                pixel = cells.place(int(cells.surest[place]))
                found.append(
                    CellFrame(index, int(cells.pixels[place]), int(cells.pixels[own].sum()), pixel)
                )
        return _sorted(found)

    def of_depth(self, bin: int) -> tuple[CellFrame, ...]:
        """Frames with wrong pixels in a bin of depth, the most first."""
        groups = {index: (cells, cells.by_depth) for index, cells in self.frames.items()}
        return _wrong(groups, bin)

    def of_confidence(self, bin: int) -> tuple[CellFrame, ...]:
        """Frames with wrong pixels in a bin of the winner's probability, the most first."""
        groups = {index: (cells, cells.by_confidence) for index, cells in self.frames.items()}
        return _wrong(groups, bin)


def _wrong(groups: dict[int, tuple[FrameCells, Groups]], bin: int) -> tuple[CellFrame, ...]:
    return _sorted(
        [
            CellFrame(
                index,
                int(group.wrong[bin]),
                int(group.pixels[bin]),
                cells.place(int(group.surest[bin])),
            )
            for index, (cells, group) in groups.items()
            if group.wrong[bin]
        ]
    )


def _sorted(found: list[CellFrame]) -> tuple[CellFrame, ...]:
    return tuple(sorted(found, key=lambda one: (-one.pixels, one.frame)))
