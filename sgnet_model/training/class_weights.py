"""Weights that let rare classes count (the paper reweights on SUN RGB-D, by no published formula).

Median frequency balancing: w_c = median(f) / f_c with f_c the share of class c among the pixels of
the frames that contain it (Eigen and Fergus 2015). Then clipped, since a class seen once would rule
the gradient, and scaled so that an average pixel weighs 1 and the learning rate keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sgnet_model.ranks import Ranks
from sgnet_model.types import Frame, UserError
from sgnet_model.untrusted import read_json, reason

from .distributed import broadcast
from .settings import CLASS_WEIGHT_POWER, ClassWeightKind

Numbers = NDArray[np.float64]
LARGEST_RATIO = 10.0  # of a weight to the median class's


@dataclass(frozen=True, slots=True, eq=False)
class ClassShares:
    """`pixels`: (C,), the share of each class among all valid pixels. `where_present`: (C,), among
    those of the frames that contain it; 0 for a class that never occurred.
    """

    pixels: Numbers
    where_present: Numbers


def measure_shares(frames: Iterable[Frame], classes: int) -> ClassShares:
    """Counted over frames with labels; UserError where no pixel has one."""
    own, around = np.zeros(classes), np.zeros(classes)
    for frame in frames:
        if frame.labels is None:
            continue
        counts = np.bincount(frame.labels.ravel(), minlength=classes + 1)[1:].astype(float)
        if len(counts) > classes:
            raise UserError(
                f"{frame.name} has labels up to {len(counts)}, the network {classes} classes: "
                "choose frames of the same label set."
            )
        own += counts
        around += counts.sum() * (counts > 0)
    if not own.any():
        raise UserError("No pixel has a label, so classes cannot be weighted: use labelled frames.")
    return ClassShares(own / own.sum(), np.divide(own, around, where=around > 0, out=own * 0))


def read_shares(path: Path, names: tuple[str, ...]) -> ClassShares:
    """From a JSON object of class name to share (or pixel count); absent classes have none."""
    table = read_json(path, lambda error: f"{path} is not a readable JSON file: {reason(error)}.")
    unknown = [name for name in table if name not in names] if isinstance(table, dict) else []
    if not isinstance(table, dict) or unknown:
        found = f"the unknown class {unknown[0]!r}" if unknown else "no object"
        raise UserError(f"{path} holds {found}: write one number for each class name.")
    values = [table.get(name, 0) for name in names]
    good = all(isinstance(value, int | float) and 0 <= value < np.inf for value in values)
    if not good or not any(values):
        raise UserError(f"{path} needs numbers of 0 or more, not all 0: write each class's share.")
    shares = np.array(values, float) / sum(values)
    return ClassShares(shares, shares)


def weighed(
    kind: ClassWeightKind,
    saved: Numbers | None,
    shares: ClassShares | None,
    measure: Callable[[], ClassShares],
    ranks: Ranks,
    tell: Callable[[str], None],
) -> Numbers | None:
    """The weights that the settings ask for; a collective call.

    Of `shares` where some are given, else those that a run was `saved` with, else of what rank 0
    measures. `tell` is given a sentence on what becomes of the saved ones.
    """
    if kind == "none":
        return None
    if shares is None and saved is not None:
        tell("The class weights are those of the saved run: they are not measured again.")
        return saved
    if shares is None and ranks.leads:
        shares = measure()
    shares = broadcast(shares, ranks)
    assert shares is not None  # rank 0 has some
    weights = median_frequency_weights(shares, CLASS_WEIGHT_POWER[kind])
    if saved is not None and not np.allclose(weights, saved):
        tell("The class weights are of the frequencies given, not those of the saved run.")
    return weights


def median_frequency_weights(shares: ClassShares, power: float = 1.0) -> Numbers:
    """(C,); a class that never occurred weighs what the rarest may.

    `power`: the ratios of the weights are raised to it; 0.5 is half-way to none.
    """
    known = shares.where_present > 0
    median = float(np.median(shares.where_present[known]))
    weights = np.full(len(known), LARGEST_RATIO)
    weights[known] = np.minimum(median / shares.where_present[known], LARGEST_RATIO)
    weights **= power
    scaled: Numbers = weights / (weights * shares.pixels).sum()
    return scaled
