"""What a network said about one picture. NumPy only: reading it imports no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .plan import Plan
from .switches import NO_SWITCHES, Switches
from .types import FloatArray, Frame, LabelScheme, LayerTrace, UInt8Array
from .upsampling import enlarged, interpolation_matrix


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Prediction:
    """`labels`: (H, W) uint8 class indices 0..C-1 of `scheme`. `confidence`: (H, W) float32, the
    winning class's probability. `logits`: (C, h, w) float32 before upsampling. `traces`: the
    S-Convs of the same forward pass, in order, as they acted. `network_size`: (height, width) the
    network saw. `switches`: what its layers did without. `plan`: every convolution between picture
    and logits, where the network is known. `temperature`: logits are divided by it before they are
    probabilities (see `evaluation.calibration`); the confidence is one of those.
    """

    labels: UInt8Array
    confidence: FloatArray
    logits: FloatArray
    traces: tuple[LayerTrace, ...]
    network_size: tuple[int, int]
    scheme: LabelScheme
    milliseconds: float  # forward pass and upsampling
    switches: Switches = NO_SWITCHES
    plan: Plan | None = None
    temperature: float = 1.0

    def __repr__(self) -> str:
        height, width = self.size
        return (
            f"<Prediction: {width} x {height} pixels, {len(self.scheme.classes)} classes of "
            f"{self.scheme.name}, {len(self.traces)} traces, {self.milliseconds:.0f} ms>"
        )

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the picture."""
        return self.labels.shape[0], self.labels.shape[1]

    @property
    def probabilities(self) -> FloatArray:
        """(C, H, W) float32, summing to 1 over C; computed anew at each call (49 MB at 480x640)."""
        return _softmax(self.full_logits(), self.temperature)

    def probabilities_at(self, u: int, v: int) -> FloatArray:
        """(C,) float32 at pixel (u, v): the same numbers as `probabilities[:, v, u]`."""
        return _softmax(self.logits_at(u, v), self.temperature)

    def logits_at(self, u: int, v: int) -> FloatArray:
        """(C,) float32 at pixel (u, v) of the picture, after upsampling."""
        row, column = self.weights_at(u, v)
        around = self.logits[:, row > 0][:, :, column > 0]  # (C, 1..4, 1..4)
        logits: FloatArray = np.asarray(around @ column[column > 0] @ row[row > 0], np.float32)
        return logits

    def weights_at(self, u: int, v: int) -> tuple[FloatArray, FloatArray]:
        """How pixel (u, v) reads the head's grid: (h,) of its rows, (w,) of its columns, each
        summing to 1; its logits are their product with `logits`."""
        rows, columns = self._matrices()
        return rows[v], columns[u]

    def full_logits(self) -> FloatArray:
        """(C, H, W) float32 at the picture's size, computed anew (49 MB at 480x640)."""
        return enlarged(self.logits, self.network_size, self.size)

    def trace(self, name: str) -> LayerTrace:
        """The trace of the S-Conv called `name`; KeyError if there is none."""
        for trace in self.traces:
            if trace.name == name:
                return trace
        raise KeyError(name)

    def _matrices(self) -> tuple[FloatArray, FloatArray]:
        (_, h, w), (network_h, network_w), (height, width) = (
            self.logits.shape,
            self.network_size,
            self.size,
        )
        return interpolation_matrix(h, network_h, height), interpolation_matrix(w, network_w, width)


Predict = Callable[[Frame], Prediction]


def _softmax(logits: FloatArray, temperature: float) -> FloatArray:
    """Over the first axis."""
    exponentials = np.exp((logits - logits.max(0)) / np.float32(temperature))
    result: FloatArray = exponentials / exponentials.sum(0)
    return result
