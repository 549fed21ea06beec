"""What the networks are fed: the bundled sample, and offsets as long as trained ones."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from sgnet_model.config import SGNetConfig
from sgnet_model.data import load_pair
from sgnet_model.nn import SGNet
from sgnet_model.nn.random_offsets import set_random_offsets
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.resources import sample_dir, samples
from sgnet_model.types import Frame
from sgnet_model.variants import build

SEED = 0


def fed(config: SGNetConfig, size: tuple[int, int], batch: int) -> tuple[Tensor, Tensor | None]:
    """Picture (N, 3, H, W) and spatial information (N, c', H, W) or None, float32 on the CPU."""
    frame = _frame()
    assert frame.depth_m is not None  # the sample has
    picture = rgb_tensor(frame.rgb, size).repeat(batch, 1, 1, 1)
    spatial = spatial_tensor(frame.depth_m, frame.intrinsics, size, config)
    return picture, None if spatial is None else spatial.repeat(batch, 1, 1, 1)


def network_of(config: SGNetConfig) -> SGNet:
    """A network in eval mode, always the same, whose taps are spread as trained ones are.

    Fresh offsets are zero, and zero offsets read memory in order: no trained network is that fast.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        network = build(config).eval()
        set_random_offsets(network, *fed(network.config, (96, 128), 1))
    return network


@lru_cache(maxsize=1)
def _frame() -> Frame:
    """Read, not rendered: GPUs are measured where nothing is installed that draws rooms."""
    folder = sample_dir(samples()[-1])
    return load_pair(folder / "rgb.png", folder / "depth.png")
