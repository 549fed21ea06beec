"""A deep stem (three 3x3 convolutions) that says what a 7x7 stem says.

Fitted to the other stem's output by gradient descent on rendered pictures; what cannot be fitted is
reported as residual energy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from sgnet_model.preprocess import rgb_tensor
from sgnet_model.scenes import FIRST_TRAINING_SEED, render_scene
from sgnet_model.weights.open_nsfw import OriginalResNet, State

from .augment import Sample, augment
from .settings import AugmentSettings

CROP = 96  # pixels a side
BATCH = 8
RATE = 1e-2
FIRST_SEED = FIRST_TRAINING_SEED + 800_000_000  # scenes that no recipe begins with
# Where the parts of the sequence stand in an ImageNet deep-stem ResNet's file.
_NAMES = {0: "conv1", 1: "bn1", 3: "conv2", 4: "bn2", 6: "conv3", 7: "bn3"}
_LOOK = AugmentSettings(
    crop=(CROP, CROP),
    scale=(2.0, 5.0),  # of the crop's height: pictures of 192 to 480 rows
    zoom="log",
    colour_jitter=0.4,
    colour_cast=0.5,
    gamma=0.5,
    noise=0.2,
    blur=0.2,
)


@dataclass(frozen=True, slots=True, eq=False)
class StemFit:
    """`state`: the stem in the spelling of a deep-stem ResNet's file. `residual`: (C,), for each
    channel the energy of the error over the channel's variance, on pictures not fitted to."""

    state: State
    residual: Tensor


def rendered_pictures(scenes: int, size: tuple[int, int] = (240, 320)) -> list[Tensor]:
    """`scenes` rendered pictures as the network is fed them, each (1, 3, *size)."""
    return [rgb_tensor(render_scene(FIRST_SEED + i, size).rgb, size) for i in range(scenes)]


def fit_stem(original: OriginalResNet, width: int, steps: int, scenes: int = 60) -> StemFit:
    """A deep stem of `width` and 2 `width` channels in the place of the original's.

    Deterministic. `steps` of BATCH crops from at most `scenes` scenes; the last is kept for
    `residual`.
    """
    scenes = min(scenes, steps + 1)
    torch.manual_seed(0)
    stem = _stem(width).train()
    optimiser = torch.optim.Adam(stem.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(steps, 1))
    crops = _crops(scenes)
    weight = None
    for step in range(steps):
        if step == steps // 2:  # from here on with the statistics it will have
            stem.eval()
        picture = next(crops)
        target = original.stem(picture)
        if weight is None:  # each channel counts as much as another
            weight = 1 / (target.var((0, 2, 3), keepdim=True) + 1e-3)
        loss = (weight * (stem(picture) - target) ** 2).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
    return StemFit(_spelt(stem), _residual(stem.eval(), original, scenes))


def _stem(width: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after, stride in ((3, width, 2), (width, width, 1), (width, 2 * width, 1)):
        convolution = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
        layers += [convolution, nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers)


def _crops(scenes: int) -> Iterator[Tensor]:
    """Endless batches (BATCH, 3, CROP, CROP) of rendered pictures under other lights."""
    random = np.random.default_rng(0)
    frames = [render_scene(FIRST_SEED + i, (240, 320)) for i in range(scenes - 1)]
    while True:
        parts = []
        for _ in range(BATCH):
            frame = frames[int(random.integers(len(frames)))]
            assert frame.depth_m is not None  # a rendered scene has both
            assert frame.labels is not None
            sample = Sample(frame.rgb, frame.depth_m, frame.labels, frame.intrinsics)
            parts.append(rgb_tensor(augment(sample, _LOOK, random).rgb, (CROP, CROP)))
        yield torch.cat(parts)


def _residual(stem: nn.Module, original: OriginalResNet, scenes: int) -> Tensor:
    size = (240, 320)
    picture = rgb_tensor(render_scene(FIRST_SEED + scenes - 1, size).rgb, size)
    with torch.inference_mode():
        target = original.stem(picture)
        error = ((stem(picture) - target) ** 2).mean((0, 2, 3))
        residual: Tensor = error / (target.var((0, 2, 3)) + 1e-6)
        return residual


def _spelt(stem: nn.Sequential) -> State:
    """Under the names of a file; counts are left out."""
    state = {}
    for key, value in stem.state_dict().items():
        number, _, tensor = key.partition(".")
        if tensor != "num_batches_tracked":
            state[f"{_NAMES[int(number)]}.{tensor}"] = value.detach().clone()
    return state
