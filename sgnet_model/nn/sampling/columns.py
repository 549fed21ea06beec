"""Sampled columns: what is left of a deformable 3x3 convolution is one matrix product.

For inference. Padding 1, dilation 1, nine taps; positions as in `positions.tap_positions`.
Compiled by numba where it is installed, else by torch's embedding_bag.
"""

from __future__ import annotations

import torch
from torch import Tensor

from . import gather
from .positions import tap_positions

try:
    from sgnet_model.nn.compiled import calls
except ImportError:  # no numba for this Python or processor
    calls = None  # type: ignore[assignment]

TAPS = 9
SLOTS = 16  # channels a tap's nine products take in `sample_scores`: a whole vector register


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


def sample_scores(products: Tensor, offsets: Tensor, bias: Tensor, stride: int) -> Tensor:
    """Eq. 5-6 where the folded weight generator was applied before sampling (both are linear).

    `products`: (N, 9 * 16, H, W), channels-last: for each tap its part of the nine scores, and
    seven unused channels. `offsets`: (N, 18, h, w). `bias`: (9,). Returns sigmoid(bias + the
    taps' parts sampled at the taps and summed): (N, 9, h, w) in 0..1, in the offsets' type.
    """
    if calls is not None and calls.suits(products, offsets):
        return calls.scores(products, offsets, bias, stride)
    taps = tap_positions(offsets, (products.shape[2], products.shape[3]), stride=stride)
    scores = gather.summed_parts(products, taps, TAPS)[:, :TAPS]
    return torch.sigmoid(scores.to(offsets.dtype) + bias[:, None, None])
