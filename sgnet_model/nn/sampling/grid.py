"""Portable implementation through torch's grid_sample: any device, any floating type."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .positions import TapPositions


def sample_and_multiply(
    x: Tensor, taps: TapPositions, weight: Tensor, modulation: Tensor | None
) -> Tensor:
    """See `sample_taps`. Materialises the sampled columns, (N, C, K, h, w)."""
    n, k, h, w = taps.y.shape
    y, x_at = taps.within_reach()
    height, width = taps.input_size
    # align_corners=False maps -1..1 to the outer edges; it stays finite for maps one element wide.
    grid = torch.stack(
        ((2 * x_at + 1) / width - 1, (2 * y + 1) / height - 1), -1
    )  # (N, K, h, w, 2)
    # Half precision would move the positions themselves, so the sampling is done in theirs.
    precision = torch.promote_types(x.dtype, grid.dtype)
    sampled = F.grid_sample(
        x.to(precision),
        grid.to(precision).view(n, k * h, w, 2),
        padding_mode="zeros",
        align_corners=False,
    )  # (N, C, K h, w)
    columns = sampled.view(n, x.shape[1], k, h, w).to(x.dtype)
    if modulation is not None:
        columns = columns * modulation[:, None].to(x.dtype)
    return torch.einsum("nckhw,ock->nohw", columns, weight.flatten(2).to(x.dtype))
