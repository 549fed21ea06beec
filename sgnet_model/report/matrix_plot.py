"""A confusion matrix as a drawing, and its largest confusions as a list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.evaluation.confusion import Counts

from .svg import Svg, rect, text

LABELS = 118  # pixels for the names, on the left and above
FAINTEST = 0.005  # smaller shares of a row are not drawn


@dataclass(frozen=True, slots=True)
class Confusion:
    """`share` of `truth`'s pixels, 0..1, was predicted as `predicted`; `pixels` of them."""

    truth: str
    predicted: str
    share: float
    pixels: int


def matrix_plot(matrix: Counts, classes: tuple[str, ...]) -> Svg:
    """(C, C) counts, rows = truth: each row's shares. The opacity is the square root of a share, so
    that small confusions are seen; browsers tell the number under the pointer.
    """
    cell = max(10.0, min(26.0, 640 / len(classes)))
    share = row_shares(matrix)
    parts = []
    for row, truth in enumerate(classes):
        y = LABELS + row * cell
        size = min(12.0, cell - 1)
        parts.append(text(LABELS - 6, y + cell * 0.75, truth, anchor="end", size=size))
        x = LABELS + (row + 0.75) * cell
        parts.append(text(x, LABELS - 6, truth, size=size, turn=-90))
        parts.append(rect(LABELS, y, cell * len(classes), cell - 1, colour="raised"))
        for column in np.flatnonzero(share[row] >= FAINTEST):
            parts.append(_cell(classes, share, row, int(column), cell))
    edge = LABELS + cell * len(classes)
    parts.append(text(8, LABELS - 10, "truth ↓", size=11, colour="muted"))
    parts.append(text(LABELS - 6, 14, "prediction →", anchor="end", size=11, colour="muted"))
    return Svg(edge + 12, edge + 12, "".join(parts), "Confusion matrix, shares of each true class")


def row_shares(matrix: Counts) -> NDArray[np.float64]:
    """(C, C): the share of each true class; zeros for a class absent from the truth."""
    totals = matrix.sum(1, keepdims=True)
    shares: NDArray[np.float64] = matrix / np.maximum(totals, 1)
    return shares


def largest_confusions(
    matrix: Counts, classes: tuple[str, ...], count: int = 12
) -> tuple[Confusion, ...]:
    """Pairs of classes with the most wrong pixels, most first."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    share = row_shares(matrix)
    order = np.argsort(-wrong, axis=None, kind="stable")[:count]
    pairs = [divmod(int(place), len(classes)) for place in order if wrong.flat[place] > 0]
    return tuple(
        Confusion(classes[row], classes[column], float(share[row, column]), int(wrong[row, column]))
        for row, column in pairs
    )


def _cell(
    classes: tuple[str, ...], share: NDArray[np.float64], row: int, column: int, cell: float
) -> str:
    value = float(share[row, column])
    return rect(
        LABELS + column * cell,
        LABELS + row * cell,
        cell - 1,
        cell - 1,
        colour="accent" if row == column else "other",
        opacity=value**0.5,
        tip=f"{classes[row]} as {classes[column]}: {value:.1%}",
    )
