"""CPU implementation: every sample is a weighted sum of four channels-last rows, then one product.

`embedding_bag` reads each corner's row contiguously and sums the four with their weights in one
pass, which on CPUs is several times faster than grid_sample's walk over separate channel planes.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .positions import TapPositions


def sample_and_multiply(
    x: Tensor, taps: TapPositions, weight: Tensor, modulation: Tensor | None
) -> Tensor:
    """See `sample_taps`. The result is a channels-last view."""
    columns = sampled_columns(x, taps, modulation).permute(0, 2, 3, 1)  # (N, h, w, K C)
    kernel = weight.permute(2, 3, 1, 0).reshape(-1, weight.shape[0])  # (K C, O)
    product = columns.reshape(-1, kernel.shape[0]) @ kernel.to(x.dtype)
    return product.view(*columns.shape[:3], len(weight)).permute(0, 3, 1, 2)


def sampled_columns(x: Tensor, taps: TapPositions, modulation: Tensor | None) -> Tensor:
    """Each tap's sample times its modulation, (N, K C, h, w): a channels-last view, taps outermost.

    Arguments as in `sample_taps`.
    """
    n, k, h, w = taps.y.shape
    corners, weights = _corners(taps)  # each (N, h, w, K, 4)
    rows = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])  # (N H W, C)
    if torch.is_grad_enabled() and rows.requires_grad:
        # What a tap at NaN read is not known: what it would teach goes to a row that is no pixel's.
        corners = corners.masked_fill(weights.isnan(), len(rows))
        rows = F.pad(rows, (0, 0, 0, 1))
    if modulation is not None:
        weights = weights * modulation.permute(0, 2, 3, 1)[..., None]
    sampled = _weighted_rows(rows, corners.view(-1, 4), weights.view(-1, 4))  # (N h w K, C)
    return sampled.view(n, h, w, k * x.shape[1]).permute(0, 3, 1, 2).to(x.dtype)


def _weighted_rows(rows: Tensor, index: Tensor, weights: Tensor) -> Tensor:
    """(B, C): for each of B bags the weighted sum of the rows (R, C) its index (B, n) names."""
    if torch.is_grad_enabled() and rows.dtype in (torch.bfloat16, torch.float16):
        rows = rows.float()  # the weights' gradient in half precision is 5 times slower
    return F.embedding_bag(index, rows, mode="sum", per_sample_weights=weights.to(rows.dtype))


def _corners(taps: TapPositions) -> tuple[Tensor, Tensor]:
    """Rows of the four corners of each sample and their bilinear weights, 0 outside the map.

    Both (N, h, w, K, 4): int32 rows of the (N H W, C) table, and weights of the positions' type.
    """
    height, width = taps.input_size
    y, x = (position.permute(0, 2, 3, 1) for position in taps.within_reach())  # (N, h, w, K)
    y_low, x_low = y.detach().floor(), x.detach().floor()
    rows_y, weights_y = _axis(y, y_low, height)
    rows_x, weights_x = _axis(x, x_low, width)
    index = rows_y[..., :, None] * width + rows_x[..., None, :]  # (N, h, w, K, 2, 2)
    first = torch.arange(y.shape[0], device=y.device, dtype=torch.int32) * (height * width)
    index = index + first.view(-1, 1, 1, 1, 1, 1)
    weights = weights_y[..., :, None] * weights_x[..., None, :]
    return index.flatten(-2), weights.flatten(-2)


def _axis(position: Tensor, low: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Indices (int32, inside the axis) and weights of the two neighbours, in a last dimension."""
    upper = position - low
    index = torch.stack((low, low + 1), -1).to(torch.int32)  # NaN becomes some integer ...
    inside = (index >= 0) & (index < length)
    weights = torch.stack((1 - upper, upper), -1) * inside  # ... and stays NaN here
    return index.clamp(0, length - 1), weights
