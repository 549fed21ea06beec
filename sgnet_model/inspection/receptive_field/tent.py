"""Bilinear weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def tent(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """max(0, 1 - |d|): how much a sample takes from a cell at that distance along one axis."""
    weight: NDArray[np.float64] = np.maximum(1 - np.abs(distance), 0)
    return weight
