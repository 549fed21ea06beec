"""Everything that can be set about a training run. The defaults are the paper's (Sec. IV)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from sgnet_model.sizes import LARGEST_SIDE
from sgnet_model.types import UserError

OptimiserKind = Literal["sgd", "adamw"]
ZoomDraw = Literal["uniform", "log"]
DepthResize = Literal["bilinear", "nearest"]
Decay = Literal["all", "kernels"]
ClassWeightKind = Literal["none", "median", "root_median"]
SConvStart = Literal["plain", "open"]
CLASS_WEIGHT_POWER: dict[ClassWeightKind, float] = {"median": 1.0, "root_median": 0.5}

SMALLEST_CROP = 16  # pixels: one cell of the deepest feature map


@dataclass(frozen=True, slots=True)
class AugmentSettings:
    """Random scale, crop and flip, the defaults the authors'; then the faults of other cameras.

    `scale`: the picture's short side over the crop's. `zoom`: how it is drawn between the two,
    uniformly (as the authors draw the short side) or uniformly in its logarithm (as often half the
    size as double). `depth_resize`: "bilinear" as the authors', which mixes surfaces at their edges
    and holes with what is around them, or "nearest", which is how depth is resized outside of
    training.
    `divide_depth`: a zoom by z divides depth by z, as a camera that came nearer would; the
    authors leave depth values as they are. `colour_jitter`: the largest relative change of
    brightness, contrast and saturation (0: none, as the authors).

    Chances of one change of a picture each (see `picture_faults`): `dark`, as if exposed for too
    short a time, `grey`, `colour_cast`, `gamma`, `blur`, `noise`, `jpeg`, and `drop_picture`, which
    leaves one grey. Of its depth (see `depth_faults`): `holes` of 10 to 40 % where sensors have
    them, `plane_depth`, which leaves a rough plane. `depth_scale`: the smallest and largest factor
    that all depth is multiplied by.
    `registered`: chance that the picture is black where depth is missing, as that of cameras which
    register colour to depth (Kinect 2, Azure Kinect).
    """

    crop: tuple[int, int] = (480, 640)
    scale: tuple[float, float] = (0.5, 2.25)
    zoom: ZoomDraw = "uniform"
    depth_resize: DepthResize = "bilinear"
    flip: float = 0.5
    divide_depth: bool = False
    colour_jitter: float = 0.0
    dark: float = 0.0
    grey: float = 0.0
    colour_cast: float = 0.0
    gamma: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: float = 0.0
    drop_picture: float = 0.0
    holes: float = 0.0
    registered: float = 0.0
    plane_depth: float = 0.0
    depth_scale: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        # What is one number is a chance, but for the jitter.
        chances = [field.name for field in fields(self) if isinstance(field.default, float)]
        _in_range(self, dict.fromkeys(chances, (0, 1)) | {"colour_jitter": (0, 0.99)})
        if not SMALLEST_CROP <= min(self.crop) <= max(self.crop) <= LARGEST_SIDE:
            raise UserError(
                f"crop is {self.crop[0]}x{self.crop[1]}: each side needs {SMALLEST_CROP} to "
                f"{LARGEST_SIDE} pixels."
            )
        for name in ("scale", "depth_scale"):
            low, high = getattr(self, name)
            if not 0 < low <= high < math.inf:
                raise UserError(
                    f"{name} goes from {low:g} to {high:g}: give the smaller factor first, both "
                    "above 0."
                )


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """`steps`: optimiser steps of the whole run. `batch`: pictures of a step in each process.

    `auxiliary_weight`, `poly_power`, `momentum` are not published; these are the conventions.
    `decay`: what `weight_decay` is of, all that is learnt, as in one group of parameters for all,
    or kernels alone: no norms, no biases, no offset generators.
    `hold_steps`: the rate is lowered once in so many steps (0: at each). `offset_rate`: the offset
    generators' learning rate over the others'. `backbone_rate`: that of the backbone, save what
    infers offsets and weights; `freeze_steps`: it does not learn for so many; `pull`: its kernels
    are drawn back to where the run began, by this share of the distance times the rate at each
    step (L2-SP). `s_conv_start`: "open", for ImageNet weights: see `nn.open_start`. `clip_norm`:
    the largest norm of all gradients (0: any). `ema`: decay of the averaged weights (0: none).
    `bf16`: the forward pass in bfloat16 autocast where the device has instructions for it, in
    float32 elsewhere. `loss_stride`: the loss is taken at every n-th pixel of every n-th row.
    `class_weights`: see `class_weights`, measured over `weight_frames`
    frames.
    `frozen_norms`: batch norms keep their statistics. `sync_norms`: with several CUDA processes
    the statistics are taken over all of them. `dropout`: False leaves dropout out.
    `validate_every`: steps between validations (0: none). A run on scenes validates on
    `validate_scenes` held-out ones, drawn as its own are.
    `classic_share`: share of the rendered scenes that the classic generator draws.
    """

    steps: int
    batch: int = 8
    optimiser: OptimiserKind = "sgd"
    learning_rate: float = 8e-3
    weight_decay: float = 5e-4
    decay: Decay = "all"
    momentum: float = 0.9
    poly_power: float = 0.9
    warm_up: int = 0
    hold_steps: int = 0
    offset_rate: float = 1.0
    backbone_rate: float = 1.0
    freeze_steps: int = 0
    pull: float = 0.0
    s_conv_start: SConvStart = "plain"
    auxiliary_weight: float = 0.4
    clip_norm: float = 0.0
    ema: float = 0.0
    bf16: bool = False
    loss_stride: int = 1
    seed: int = 0
    save_every: int = 200  # steps
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    class_weights: ClassWeightKind = "none"
    weight_frames: int = 64
    frozen_norms: bool = False
    sync_norms: bool = True
    dropout: bool = True
    validate_every: int = 500
    validate_scenes: int = 50
    classic_share: float = 0.0

    def __post_init__(self) -> None:
        _in_range(self, _RANGES)
        if self.learning_rate == 0:
            raise UserError("learning_rate is 0 and nothing would be learnt: give a positive one.")


_ANY = math.inf
_RANGES: dict[str, tuple[float, float]] = {  # smallest and largest, both allowed
    "steps": (0, _ANY),
    "batch": (1, _ANY),
    "learning_rate": (0, _ANY),
    "weight_decay": (0, _ANY),
    "momentum": (0, 0.9999),
    "poly_power": (0, _ANY),
    "warm_up": (0, _ANY),
    "hold_steps": (0, _ANY),
    "offset_rate": (0, _ANY),
    "backbone_rate": (0, _ANY),
    "freeze_steps": (0, _ANY),
    "pull": (0, _ANY),
    "auxiliary_weight": (0, _ANY),
    "clip_norm": (0, _ANY),
    "ema": (0, 0.999999),
    "loss_stride": (1, _ANY),
    "seed": (0, 2**31 - 1),
    "save_every": (1, _ANY),
    "weight_frames": (1, _ANY),
    "validate_every": (0, _ANY),
    "validate_scenes": (1, 1000),
    "classic_share": (0, 1),
}


def _in_range(settings: Any, ranges: dict[str, tuple[float, float]]) -> None:
    for name, (low, high) in ranges.items():
        value = getattr(settings, name)
        if not (low <= value <= high and math.isfinite(value)):  # not true of NaN either
            limit = f"{low:g} or more" if high == _ANY else f"{low:g} to {high:g}"
            raise UserError(f"{name} is {value:g}; it must be {limit}.")
