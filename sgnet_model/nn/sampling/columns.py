"""Sampled columns: what is left of a deformable 3x3 convolution is one matrix product.

For inference. Padding 1, dilation 1, nine taps; positions as in `positions.tap_positions`.
Compiled by numba where it is installed, else by torch's embedding_bag.
"""

from __future__ import annotations

from torch import Tensor

from . import gather
from .positions import tap_positions

try:
    from sgnet_model.nn.compiled import calls
except ImportError:  # no numba for this Python or processor
    calls = None  # type: ignore[assignment]


def sample_columns(x: Tensor, offsets: Tensor, modulation: Tensor | None, stride: int) -> Tensor:
    """m_i(p) X(p + d_i + Delta d_i(p)) of every tap i.

    `x`: (N, C, H, W), channels-last. `offsets`: (N, 18, h, w) and `modulation`: (N, 9, h, w) or
    None for 1, float32 or float64. Returns (N, 9 C, h, w) channels-last, taps outermost, in the
    type of `x`.
    """
    if calls is not None and calls.suits(x, offsets):
        return calls.columns(x, offsets, modulation, stride)
    taps = tap_positions(offsets, (x.shape[2], x.shape[3]), stride=stride)
    return gather.sampled_columns(x, taps, modulation)
