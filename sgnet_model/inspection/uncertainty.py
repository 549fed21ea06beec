"""How sure a prediction is, pixel by pixel: views beside the winner's probability. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """`entropy`: (H, W) float32, of the class probabilities over ln C: 0 sure, 1 anything goes.
    `margin`: (H, W) float32, the winner's probability less the runner-up's, 0..1.
    """

    entropy: FloatArray
    margin: FloatArray


def uncertainty(prediction: Prediction) -> Uncertainty:
    """Of a prediction, at the picture's size."""
    chances = prediction.probabilities  # (C, H, W)
    classes = len(chances)
    entropy = np.zeros(chances.shape[1:], np.float32)
    best, second = (np.zeros(chances.shape[1:], np.float32) for _ in range(2))
    for of_class in chances:  # class by class: nothing else of that size is made
        entropy -= of_class * np.log(np.maximum(of_class, np.float32(1e-30)))
        np.maximum(second, np.minimum(best, of_class), out=second)
        np.maximum(best, of_class, out=best)
    scale = np.float32(np.log(classes)) if classes > 1 else np.float32(1)
    return Uncertainty(np.clip(entropy / scale, 0, 1), best - second)


def class_probability(prediction: Prediction, index: int) -> FloatArray:
    """(H, W) float32: the probability of class `index` of the scheme, 0..1."""
    probability: FloatArray = prediction.probabilities[index].copy()
    return probability
