"""From the head's grid to the picture: one linear map for each axis.

Two conventions meet. The head's logits span the network's input corner to corner
(align_corners=True, as the authors' network does); the network's input and the user's picture share
their outer edges (pixel x of w lies at (x + 0.5) W / w - 0.5 of W). Both interpolations are linear,
so their product is a matrix, and an upsampled map is rows @ map @ columns^T.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .types import FloatArray


@lru_cache(maxsize=64)
def interpolation_matrix(head: int, network: int, picture: int) -> FloatArray:
    """(picture, head) float32, read-only; rows sum to 1."""
    corners = np.arange(network) * ((head - 1) / max(network - 1, 1))
    matrix = _linear(corners, head)  # (network, head)
    if picture != network:
        edges = (np.arange(picture) + 0.5) * (network / picture) - 0.5
        matrix = _linear(np.clip(edges, 0, network - 1), network) @ matrix
    result = matrix.astype(np.float32)
    result.setflags(write=False)
    return result


def _linear(positions: np.ndarray, length: int) -> np.ndarray:
    """(len(positions), length) float64: linear interpolation at positions in 0..length - 1."""
    low = np.minimum(np.floor(positions).astype(int), length - 1)
    high = np.minimum(low + 1, length - 1)
    upper = positions - low
    matrix = np.zeros((len(positions), length))
    rows = np.arange(len(positions))
    matrix[rows, low] += 1 - upper
    matrix[rows, high] += upper
    return matrix
