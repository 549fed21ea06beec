"""Two answers to one frame, or over a set: another network, precision, switch or edit as B."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.evaluation.confusion import Counts, confusion, scores
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, UInt8Array, UserError

from .finding import Check

RESAMPLES = 1000
INTERVAL = (2.5, 97.5)  # percentiles
FOUR = ("both", "only_a", "only_b", "neither")


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Of one frame. `differ`: (H, W) where the classes differ. `js`: (H, W) float32, the
    Jensen-Shannon divergence of the class probabilities, 0..ln 2. `four`: (H, W) uint8 by who is
    right, an index of FOUR, 255 where there is no truth; None without truth. `counts_a`,
    `counts_b`: (C, C) confusion matrices, with it.
    """

    differ: NDArray[np.bool_]
    js: FloatArray
    four: UInt8Array | None = None
    counts_a: Counts | None = None
    counts_b: Counts | None = None

    @property
    def shares(self) -> dict[str, float]:
        """Of the pixels with truth, by FOUR; empty without truth."""
        return {} if self.four is None else shares_of(four_counts(self.four))

    def to_json(self) -> dict[str, Any]:
        """`disagreement`, `js_mean` and the four shares, None without truth."""
        return {
            "disagreement": float(self.differ.mean()),
            "js_mean": float(self.js.mean()),
            **(self.shares or dict.fromkeys(FOUR)),
        }

    def check(self) -> Check:
        """The four shares against both accuracies; without truth that no divergence is beyond its
        bounds."""
        if self.counts_a is None or self.counts_b is None:
            beyond = max(0.0, -float(self.js.min()), float(self.js.max()) - float(np.log(2)))
            return Check("the divergence lies within 0 and ln 2", beyond)
        shares = self.shares
        off = [
            abs(shares["both"] + shares[only] - scores(counts).acc)
            for only, counts in (("only_a", self.counts_a), ("only_b", self.counts_b))
        ]
        return Check("the four shares give both accuracies", max(off))


def compare(a: Prediction, b: Prediction, frame: Frame) -> Comparison:
    """Two predictions of the frame's size; with its ground truth where that is in their classes.

    UserError where the two know different classes.
    """
    check_classes(a, b)
    differ, js = a.labels != b.labels, divergence(a.probabilities, b.probabilities)
    four, truth = who_is_right(a, b, frame), frame.labels
    if four is None or truth is None:
        return Comparison(differ, js)
    of_a, of_b = (confusion(truth, one.labels, len(a.scheme.classes)) for one in (a, b))
    return Comparison(differ, js, four, of_a, of_b)


def check_classes(a: Prediction, b: Prediction) -> None:
    """UserError where the two know different classes."""
    if a.scheme.classes != b.scheme.classes:
        raise UserError(
            f"A knows {a.scheme.name} with {len(a.scheme.classes)} classes and B {b.scheme.name} "
            f"with {len(b.scheme.classes)}: two networks of the same classes are needed."
        )


def who_is_right(a: Prediction, b: Prediction, frame: Frame) -> UInt8Array | None:
    """(H, W): an index of FOUR, 255 where there is no truth; None where no pixel of the frame has
    any in the classes of the two."""
    truth, classes = frame.labels, len(a.scheme.classes)
    if truth is None or frame.label_scheme is None or len(frame.label_scheme.classes) != classes:
        return None
    if not truth.any():
        return None
    right_a, right_b = (one.labels.astype(np.int64) + 1 == truth for one in (a, b))
    four = np.where(right_a, np.where(right_b, 0, 1), np.where(right_b, 2, 3)).astype(np.uint8)
    four[truth == 0] = 255
    return four


def four_counts(four: UInt8Array) -> NDArray[np.int64]:
    """(4,): how many pixels there are of each of FOUR; those without truth are left out."""
    return np.bincount(four[four < len(FOUR)], minlength=len(FOUR))


def shares_of(counts: NDArray[np.int64]) -> dict[str, float]:
    """(4,) such counts as shares of their sum, by FOUR; 0 of none."""
    return dict(zip(FOUR, (counts / max(counts.sum(), 1)).tolist(), strict=True))


def divergence(p: FloatArray, q: FloatArray) -> FloatArray:
    """Jensen-Shannon, natural logarithm: (C, H, W) probabilities twice -> (H, W) in 0..ln 2."""
    total = np.zeros(p.shape[1:], np.float32)
    for one, other in zip(p, q, strict=True):  # class by class: no third array of their size
        middle = np.maximum((one + other) / 2, np.float32(1e-30))
        for part in (one, other):
            total += part / 2 * np.log(np.maximum(part, np.float32(1e-30)) / middle)
    return np.clip(total, 0, np.log(2)).astype(np.float32)


@dataclass(slots=True, eq=False)
class SetComparison:
    """Over frames, in order. `rows`: a frame's name and what `Comparison.to_json` says.

    `pixels`, `differ`, `divergence`, `four`: sums over all of them. `off`: the largest error of the
    frames' checks.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    matrices: list[tuple[Counts, Counts]] = field(default_factory=list)
    pixels: int = 0
    differ: int = 0
    divergence: float = 0.0
    four: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(FOUR), np.int64))
    off: float = 0.0

    def add(self, name: str, one: Comparison) -> None:
        """Another frame."""
        self.rows.append({"frame": name, **one.to_json()})
        self.pixels += one.differ.size
        self.differ += int(one.differ.sum())
        self.divergence += float(one.js.sum(dtype=np.float64))
        self.off = max(self.off, one.check().error)
        if one.four is not None and one.counts_a is not None and one.counts_b is not None:
            self.matrices.append((one.counts_a, one.counts_b))
            self.four += four_counts(one.four)

    def to_json(self) -> dict[str, Any]:
        """Over all pixels; `frames`: those that differ most first; with truth `mcnemar` and a
        `bootstrap` over frames of the difference in mean IoU, A less B."""
        total = max(self.pixels, 1)
        known = bool(self.four.sum())
        return {
            "disagreement": self.differ / total,
            "js_mean": self.divergence / total,
            **(shares_of(self.four) if known else dict.fromkeys(FOUR)),
            "mcnemar": self._mcnemar() if known else None,
            "bootstrap": bootstrap(self.matrices) if known else None,
            "frames": sorted(self.rows, key=lambda row: -row["disagreement"]),
            "check": {"what": "the four shares, frame by frame", "error": self.off},
        }

    def _mcnemar(self) -> dict[str, float | None]:
        """Pixels of a frame depend on each other: the statistic overstates, the bootstrap does
        not."""
        _, only_a, only_b, _ = self.four.tolist()
        either = only_a + only_b
        statistic = (abs(only_a - only_b) - 1) ** 2 / either if either else None
        return {"only_a": only_a, "only_b": only_b, "statistic": statistic}


def bootstrap(matrices: list[tuple[Counts, Counts]]) -> dict[str, Any]:
    """Frames drawn with replacement, the same for A and B: the difference of their mean IoU.

    Drawn alike each time.
    """
    both = np.stack([np.stack(pair) for pair in matrices])  # (frames, 2, C, C)
    random = np.random.default_rng(0)
    frames = len(both)
    differences = [
        _difference(np.tensordot(np.bincount(drawn, minlength=frames), both, 1))
        for drawn in random.integers(0, frames, (RESAMPLES, frames))
    ]
    low, high = np.nanpercentile(differences, INTERVAL)
    return {
        "miou_difference": _difference(both.sum(0)),
        "low": float(low),
        "high": float(high),
        "frames": frames,
        "resamples": RESAMPLES,
    }


def _difference(pair: NDArray[np.int64]) -> float:
    return scores(pair[0]).miou - scores(pair[1]).miou
