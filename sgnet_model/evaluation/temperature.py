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
NO_LABELS = "No pixel of these frames has a label: choose frames with ground truth."


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

    About `pixels` of each frame, on a regular grid. UserError where no pixel has a label, and where
    the labels are of other classes than the predictor's.
    """
    samples = [_sample(predictor, frame, pixels) for frame in frames]
    if not sum(len(truth) for _, truth in samples):
        raise UserError(NO_LABELS)
    logits, truth = zip(*samples, strict=True)
    return np.concatenate(logits), np.concatenate(truth)


def calibrated(logits: FloatArray, truth: UInt8Array) -> Calibrated:
    """The temperature that fits these pixels best, and what it does. `logits`: (n, C) float32;
    `truth`: (n,) uint8 labels from 1."""
    before = _measured(logits, truth)
    found = before.temperature or 1.0
    after = _measured(logits / np.float32(found), truth)
    return Calibrated(found, before.ece or 0.0, after.ece or 0.0, len(truth))


def checked(predictor: Predictor, frames: Iterable[Frame], temperature: float) -> Calibrated:
    """What a known temperature does on other frames, which `sampled_logits` says more about.

    Counted frame by frame: the set may be of any length.
    """
    before, after, count = Calibration.empty(), Calibration.empty(), 0
    for frame in frames:
        logits, truth = _sample(predictor, frame, PIXELS)
        before.add(_measured(logits, truth))
        after.add(_measured(logits / np.float32(temperature), truth))
        count += len(truth)
    if not count:
        raise UserError(NO_LABELS)
    return Calibrated(temperature, before.ece or 0.0, after.ece or 0.0, count)


def _sample(predictor: Predictor, frame: Frame, pixels: int) -> tuple[FloatArray, UInt8Array]:
    """Logits and labels of one frame, as `sampled_logits` has them of all."""
    if frame.labels is None or frame.label_scheme is None or frame.depth_m is None:
        raise UserError(
            f"{frame.name} has no depth or no labels: calibration needs frames with both."
        )
    # Labels of other classes would be counted as if they were the network's, or lie beyond them.
    count, wanted = len(frame.label_scheme.classes), len(predictor.network.scheme.classes)
    if count != wanted:
        raise UserError(
            f"The labels of {frame.name} are {frame.label_scheme.name} with {count} classes and "
            f"the network knows {wanted}: calibration needs both of the same classes."
        )
    prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    stride = max(1, round((frame.labels.size / pixels) ** 0.5))
    grid = frame.labels[::stride, ::stride]
    kept = grid > 0
    return prediction.full_logits()[:, ::stride, ::stride][:, kept].T, grid[kept]


def _measured(logits: FloatArray, truth: UInt8Array) -> Calibration:
    """As of a picture of one row."""
    return Calibration.of(torch.from_numpy(logits.T[:, None].copy()), truth[None])
