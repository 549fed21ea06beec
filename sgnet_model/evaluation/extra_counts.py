"""What an evaluation counts beside the confusion matrix: it adds up over frames and processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from sgnet_model.types import Frame, UInt8Array

from .bins import DEPTH_BINS, depth_bins, depth_range
from .boundaries import Boundaries
from .calibration import Calibration
from .confusion import Counts, confusion, scores


@dataclass(slots=True, eq=False)
class ExtraCounts:
    """`by_depth`: (8, C, C) confusion matrices, one for each bin of depth; their sum is the
    confusion matrix."""

    calibration: Calibration
    boundaries: Boundaries
    by_depth: Counts

    @classmethod
    def empty(cls, classes: int) -> ExtraCounts:
        """Nothing counted."""
        matrices = np.zeros((DEPTH_BINS, classes, classes), np.int64)
        return cls(Calibration.empty(), Boundaries.empty(classes), matrices)

    @classmethod
    def of(cls, frame: Frame, truth: UInt8Array, labels: UInt8Array, logits: Tensor) -> ExtraCounts:
        """Of one frame. `logits`: (C, H, W); `truth`: 0 = void."""
        classes = logits.shape[0]
        return cls(
            Calibration.of(logits, truth),
            Boundaries.of(truth, labels, frame.depth_m, classes),
            _by_depth(frame, truth, labels, classes),
        )

    def add(self, other: ExtraCounts) -> None:
        """Of another frame."""
        self.calibration.add(other.calibration)
        self.boundaries.add(other.boundaries)
        self.by_depth += other.by_depth

    def to_json(self) -> dict[str, Any]:
        """The keys that `evaluate --json` promises."""
        return {
            "ece": self.calibration.ece,
            "temperature": self.calibration.temperature,
            "boundary_iou": self.boundaries.to_json(),
            "by_depth": [_bin_json(bin, matrix) for bin, matrix in enumerate(self.by_depth)],
        }

    def state(self) -> dict[str, Any]:
        """JSON-ready, for an evaluation that is taken up again."""
        calibration, boundaries = self.calibration, self.boundaries
        return {
            "calibration": [
                one.tolist()
                for one in (
                    calibration.pixels,
                    calibration.correct,
                    calibration.confidence,
                    calibration.losses,
                )
            ],
            "boundaries": [boundaries.inside.tolist(), boundaries.union.tolist()],
            "widths": list(boundaries.widths.items()),
            "by_depth": self.by_depth.tolist(),
        }

    @classmethod
    def from_state(cls, values: dict[str, Any], classes: int) -> ExtraCounts:
        """The inverse; ValueError, TypeError or LookupError for anything else."""
        made = cls.empty(classes)
        sums = [np.array(one, np.float64) for one in values["calibration"]]
        inside, union = (np.array(one, np.int64) for one in values["boundaries"])
        widths = {int(width): int(frames) for width, frames in values["widths"]}
        found = cls(
            Calibration(*sums),
            Boundaries(inside, union, widths),
            np.array(values["by_depth"], np.int64),
        )
        if found.by_depth.shape != made.by_depth.shape or inside.shape != union.shape:
            raise ValueError("counts of other classes")
        return found


def _by_depth(frame: Frame, truth: UInt8Array, labels: UInt8Array, classes: int) -> Counts:
    depth_m = frame.depth_m if frame.depth_m is not None else np.zeros(truth.shape, np.float32)
    bins = depth_bins(depth_m)
    return np.stack(
        [
            confusion(np.where(bins == bin, truth, 0).astype(np.uint8), labels, classes)
            for bin in range(DEPTH_BINS)
        ]
    )


def _bin_json(bin: int, matrix: Counts) -> dict[str, Any]:
    of_bin = scores(matrix)
    return {
        **depth_range(bin),
        "pixels": int(matrix.sum()),
        **{
            name: None if np.isnan(value) else float(value)
            for name, value in (
                ("acc", of_bin.acc),
                ("macc", of_bin.macc),
                ("miou", of_bin.miou),
            )
        },
    }
