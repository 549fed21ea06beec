"""Floating-point operations of a pass, counted on tensors without data."""

from __future__ import annotations

from math import prod
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from sgnet_model.variants import build

from .cases import Case
from .inputs import fed
from .stock import with_stock_operators

PER_SAMPLE = 7  # four products and three sums


def gflops(case: Case) -> float:
    """10^9 operations of one pass over the batch; a product and its sum are two.

    Convolutions, matrix products and bilinear samples as the network defines them, whatever an
    implementation saves or adds: the modulation's two layers are one, but two in "stock".
    Upsampling, norms and activations are left out.
    """
    config = case.network()
    picture, spatial = fed(config, case.size, case.batch)
    with torch.device("meta"):
        network = build(config).eval()
    if case.implementation == "stock":
        with_stock_operators(network)
    counter = FlopCounterMode(
        display=False, custom_mapping={torch.ops.aten.grid_sampler_2d: _of_samples}
    )
    with torch.no_grad(), counter:
        network(picture.to("meta"), None if spatial is None else spatial.to("meta"))
    return float(counter.get_total_flops()) / 1e9


def _of_samples(
    x_shape: torch.Size,
    grid_shape: torch.Size,
    *_: Any,
    out_shape: Any = None,  # noqa: ARG001 - how the counter calls
    **__: Any,
) -> int:
    """Bilinear samples of every channel: x (N, C, H, W), grid (N, h, w, 2)."""
    return PER_SAMPLE * x_shape[1] * prod(grid_shape[:3])
