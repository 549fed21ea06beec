"""One S-Conv from the paper's Eq. 3-7, step by step and unfolded, in float64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from .deformable import Array, bilinear, convolution, deformable

NORM_EPSILON = 1e-5


class SlowSConv(NamedTuple):
    """Features (N, O, h, w), offsets (N, 18, h, w), modulation (N, 9, h, w)."""

    features: Array
    offsets: Array
    modulation: Array


def s_conv(x: Array, spatial: Array, state: Mapping[str, Array], stride: int) -> SlowSConv:
    """`state`: the module's state dict as arrays. Norms with their running statistics."""
    projected = resized(spatial, x.shape[2], x.shape[3])
    for index in (0, 3, 6):  # Eq. 3: conv, norm, ReLU, three times
        conv, norm = f"projector.{index}", f"projector.{index + 1}"
        projected = convolution(projected, state[f"{conv}.weight"], state[f"{conv}.bias"])
        projected = np.maximum(normalised(projected, state, norm), 0)
    offsets = convolution(  # Eq. 4
        projected, state["offset_generator.weight"], state["offset_generator.bias"], stride
    )
    gathered = deformable(  # Eq. 5: S* at the shifted taps
        projected, offsets, state["weight_generator.sample.weight"], stride=stride
    )
    scores = convolution(  # Eq. 6
        gathered, state["weight_generator.to_taps.weight"], state["weight_generator.to_taps.bias"]
    )
    modulation = 1 / (1 + np.exp(-scores))
    features = deformable(x, offsets, state["weight"], modulation, state["bias"], stride)  # Eq. 7
    return SlowSConv(features, offsets, modulation)


def normalised(x: Array, state: Mapping[str, Array], norm: str) -> Array:
    """Batch norm with running statistics, channel by channel."""
    centred = x - state[f"{norm}.running_mean"][:, None, None]
    scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + NORM_EPSILON)
    return centred * scale[:, None, None] + state[f"{norm}.bias"][:, None, None]


def resized(x: Array, height: int, width: int) -> Array:
    """Bilinear with the corner elements kept in the corners (align_corners)."""
    result = np.zeros((*x.shape[:2], height, width))
    rows = np.linspace(0, x.shape[2] - 1, height)
    columns = np.linspace(0, x.shape[3] - 1, width)
    for b, i, j in np.ndindex(x.shape[0], height, width):
        result[b, :, i, j] = bilinear(x[b], rows[i], columns[j])
    return result
