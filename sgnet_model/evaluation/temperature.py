"""The temperature of a checkpoint: fitted on some frames, checked on others.

Guo et al., "On Calibration of Modern Neural Networks", ICML 2017: logits are divided by one number,
fitted on frames that training never saw; the labels stay the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from sgnet_model.predictor import Predictor
from sgnet_model.types import FloatArray, Frame, UInt8Array, UserError

from .calibration import Calibration

PIXELS = 2000  # of each frame, spread evenly


@dataclass(frozen=True, slots=True)
class Calibrated:
    """`ece_before`, `ece_after`: expected calibration errors, with logits as they are and divided
    by `temperature`. `pixels`: how many were looked at."""

    temperature: float
    ece_before: float
    ece_after: float
    pixels: int


def sampled_logits(
    predictor: Predictor, frames: Iterable[Frame], pixels: int = PIXELS
) -> tuple[FloatArray, UInt8Array]:
    """(n, C) float32 logits and (n,) uint8 labels from 1 at labelled pixels of the frames.

    About `pixels` of each frame, on a regular grid. UserError where no pixel has a label.
    """
    logits, truth = [], []
    for frame in frames:
        if frame.labels is None or frame.depth_m is None:
            raise UserError(
                f"{frame.name} has no depth or no labels: calibration needs frames with both."
            )
        prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
        stride = max(1, round((frame.labels.size / pixels) ** 0.5))
        grid = frame.labels[::stride, ::stride]
        kept = grid > 0
        logits.append(prediction.full_logits()[:, ::stride, ::stride][:, kept].T)
        truth.append(grid[kept])
    if not sum(map(len, truth)):
        raise UserError("No pixel of these frames has a label: choose frames with ground truth.")
    return np.concatenate(logits), np.concatenate(truth)


def calibrated(
    logits: FloatArray, truth: UInt8Array, temperature: float | None = None
) -> Calibrated:
    """What the temperature does on these pixels; without one, that which fits them best."""
    before = _measured(logits, truth)
    found = temperature or before.temperature or 1.0
    after = _measured(logits / np.float32(found), truth)
    return Calibrated(found, before.ece or 0.0, after.ece or 0.0, len(truth))


def _measured(logits: FloatArray, truth: UInt8Array) -> Calibration:
    """As of a picture of one row."""
    return Calibration.of(torch.from_numpy(logits.T[:, None].copy()), truth[None])
