"""A frame of 4 x 3 pixels and what a network may have said about it."""

from __future__ import annotations

import numpy as np

from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, Intrinsics, LabelScheme, LayerTrace, UInt8Array

SCHEME = LabelScheme(
    "three", ("wall", "bed", "lamp"), np.array([[200, 0, 0], [0, 200, 0], [0, 0, 200]], np.uint8)
)
LABELS = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [2, 0, 0, 1]], np.uint8)
TRUTH = np.array([[1, 1, 2, 2], [1, 1, 1, 2], [3, 0, 1, 0]], np.uint8)  # one pixel is wrong
DEPTH = np.array([[1, 1, 2, 2], [1, 0, 2, 2], [1, 1, 4, 2]], np.float32)
CAMERA = Intrinsics(2.0, 2.0, 1.5, 1.0, 4, 3)


def frame(
    truth: UInt8Array | None = TRUTH,
    scheme: LabelScheme | None = SCHEME,
    depth: np.ndarray | None = DEPTH,
) -> Frame:
    rgb = np.arange(36, dtype=np.uint8).reshape(3, 4, 3) * 7
    return Frame("tiny", rgb, depth, CAMERA, labels=truth, label_scheme=scheme)


def trace(name: str, offset: float = 0.0, stride: int = 1) -> LayerTrace:
    """One tap (the middle right one) is moved by `offset` to the right, more in later columns."""
    height, width = 3 // stride, 4 // stride
    offsets = np.zeros((18, height, width), np.float32)
    offsets[2 * 5 + 1] = offset * (1 + np.arange(width, dtype=np.float32))
    modulation = np.full((9, height, width), 0.5, np.float32)
    return LayerTrace(name, offsets, modulation, stride, stride, (height, width))


def prediction(*traces: LayerTrace) -> Prediction:
    logits = np.zeros((3, 3, 4), np.float32)
    for index in range(3):
        logits[index][index == LABELS] = 2.0
    confidence = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
    return Prediction(LABELS, confidence, logits, traces, (3, 4), SCHEME, 1.0)
