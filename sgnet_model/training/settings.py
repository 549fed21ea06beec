"""Everything that can be set about a training run. The defaults are the paper's (Sec. IV)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OptimiserKind = Literal["sgd", "adamw"]


@dataclass(frozen=True, slots=True)
class AugmentSettings:
    """Random scale, crop and flip.

    `divide_depth`: a zoom by z divides depth by z, as a camera that came nearer would; the
    authors leave depth values as they are. `colour_jitter`: the largest relative change of
    brightness, contrast and saturation (0: none, as the authors).
    """

    crop: tuple[int, int] = (480, 640)
    scale: tuple[float, float] = (0.5, 2.25)
    flip: float = 0.5
    divide_depth: bool = False
    colour_jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """`steps`: optimiser steps of the whole run. `auxiliary_weight`, `poly_power`, `momentum` are
    not published; these are the conventions. `offset_rate`: the offset generators' learning rate
    over the others'. `ema`: decay of the averaged weights (0: none). `loss_stride`: the loss is
    taken at every n-th pixel of every n-th row.
    """

    steps: int
    batch: int = 8
    optimiser: OptimiserKind = "sgd"
    learning_rate: float = 8e-3
    weight_decay: float = 5e-4
    momentum: float = 0.9
    poly_power: float = 0.9
    warm_up: int = 0
    offset_rate: float = 1.0
    auxiliary_weight: float = 0.4
    clip_norm: float = 0.0
    ema: float = 0.0
    bf16: bool = False
    loss_stride: int = 1
    seed: int = 0
    save_every: int = 200  # steps
    augment: AugmentSettings = AugmentSettings()
