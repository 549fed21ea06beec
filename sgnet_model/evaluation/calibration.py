"""Whether probabilities are what they say: expected calibration error and temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgnet_model.types import UInt8Array

from .bins import CONFIDENCE_BINS, confidence_bins

EVERY = 8  # rows and columns of the pixels that the temperature is fitted to
TEMPERATURES = np.geomspace(0.2, 5, 65)
Sums = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Calibration:
    """Sums over pixels with truth: by bin of the winner's probability `pixels`, `correct` and
    `confidence`, (15,) each; `losses`: (65,) the negative log-likelihood at each of TEMPERATURES,
    over every 8th pixel of every 8th row."""

    pixels: Sums
    correct: Sums
    confidence: Sums
    losses: Sums

    @classmethod
    def empty(cls) -> Calibration:
        """Nothing counted."""
        pixels, correct, confidence = np.zeros((3, CONFIDENCE_BINS))
        return cls(pixels, correct, confidence, np.zeros(len(TEMPERATURES)))

    @classmethod
    def of(cls, logits: Tensor, truth: UInt8Array) -> Calibration:
        """`logits`: (C, H, W). `truth`: (H, W), 0 = void, k = class k - 1."""
        known = truth > 0
        best, labels = logits.max(0)
        confidence = (best - logits.logsumexp(0)).exp().cpu().numpy()[known].astype(np.float64)
        right = (labels.cpu().numpy() == truth.astype(np.int64) - 1)[known]
        at = confidence_bins(confidence)
        return cls(
            np.bincount(at, minlength=CONFIDENCE_BINS).astype(np.float64),
            np.bincount(at, right, CONFIDENCE_BINS).astype(np.float64),
            np.bincount(at, confidence, CONFIDENCE_BINS).astype(np.float64),
            _losses(logits, truth),
        )

    def add(self, other: Calibration) -> None:
        """Of more pixels."""
        self.pixels += other.pixels
        self.correct += other.correct
        self.confidence += other.confidence
        self.losses += other.losses

    @property
    def ece(self) -> float | None:
        """The mean over pixels of |share of correct ones - mean probability| of their bin."""
        total = self.pixels.sum()
        return float(np.abs(self.correct - self.confidence).sum() / total) if total else None

    @property
    def temperature(self) -> float | None:
        """What the logits should be divided by: the one of least negative log-likelihood."""
        if not self.losses.any():
            return None
        best = int(self.losses.argmin())
        if best in (0, len(self.losses) - 1):
            return float(TEMPERATURES[best])
        left, middle, right = self.losses[best - 1 : best + 2]
        bend = left - 2 * middle + right  # a parabola through three points, in log T
        step = 0.5 * (left - right) / bend if bend > 0 else 0.0
        ratio = TEMPERATURES[1] / TEMPERATURES[0]
        return float(TEMPERATURES[best] * ratio**step)


def _losses(logits: Tensor, truth: UInt8Array) -> Sums:
    some = torch.from_numpy(truth[::EVERY, ::EVERY].astype(np.int64)).to(logits.device)
    known = some > 0
    chosen = logits[:, ::EVERY, ::EVERY][:, known].double()  # (C, n)
    if chosen.shape[1] == 0:
        return np.zeros(len(TEMPERATURES))
    right = chosen.gather(0, (some[known] - 1)[None])[0]
    sums = [
        float((torch.logsumexp(chosen / temperature, 0) - right / temperature).sum())
        for temperature in TEMPERATURES
    ]
    return np.array(sums)
