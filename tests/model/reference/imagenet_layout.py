"""Keys and shapes of ImageNet ResNets with bottlenecks, with random weights, reduced in width."""

from __future__ import annotations

import torch
from torch import Tensor

from .official_layout import OfficialLayout

WIDTH = 4
R50 = (3, 4, 6, 3)


def deep_stem(blocks: tuple[int, int, int, int] = R50) -> dict[str, Tensor]:
    """As the authors began: conv1, conv2, conv3, then the layers, then fc."""
    shapes = OfficialLayout(blocks, width=WIDTH).shapes()
    guides = ("offset_generator", "weight_generator", "spatial_projector", "conv2.bias")
    kept = {
        key: shape
        for key, shape in shapes.items()
        if not key.startswith(("dsn", "head")) and not any(word in key for word in guides)
    }
    return _filled(kept) | _classifier()


def in_sequence(blocks: tuple[int, int, int, int] = R50) -> dict[str, Tensor]:
    """The same stem as one nn.Sequential called conv1, its last norm being bn1."""
    places = {"conv1": "conv1.0", "bn1": "conv1.1", "conv2": "conv1.3", "bn2": "conv1.4"}
    places |= {"conv3": "conv1.6", "bn3": "bn1"}
    renamed = {}
    for key, value in deep_stem(blocks).items():
        module, _, tensor = key.rpartition(".")
        renamed[f"{places.get(module, module)}.{tensor}"] = value
    return renamed


def torchvision(blocks: tuple[int, int, int, int] = R50) -> dict[str, Tensor]:
    """A 7x7 stem of as many channels as layer 1 is wide; counts of batches beside each norm."""
    state = {
        key: value
        for key, value in deep_stem(blocks).items()
        if not key.startswith(("conv", "bn")) or key.startswith("bn1.")
    }
    changed = _filled(
        {
            "conv1.weight": (WIDTH, 3, 7, 7),
            "layer1.0.conv1.weight": (WIDTH, WIDTH, 1, 1),
            "layer1.0.downsample.0.weight": (4 * WIDTH, WIDTH, 1, 1),
        }
    )
    norms = [key for key in state if key.endswith("running_mean")]
    counts = {key.replace("running_mean", "num_batches_tracked"): torch.tensor(7) for key in norms}
    return state | changed | counts


def _classifier() -> dict[str, Tensor]:
    return _filled({"fc.weight": (1000, 32 * WIDTH), "fc.bias": (1000,)})


def _filled(shapes: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(len(shapes))
    return {key: torch.rand(shape, generator=random) + 0.1 for key, shape in shapes.items()}
