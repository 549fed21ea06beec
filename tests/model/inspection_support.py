"""What the tests of inspections share: small lively networks, and a frame for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from sgnet_model.config import VARIANTS
from sgnet_model.data import guess_intrinsics
from sgnet_model.inspection.subject import Subject, subject_of
from sgnet_model.inspection.tap_check import LayerMaps, SelfCheck
from sgnet_model.nn import SGNet
from sgnet_model.predictor import Predictor
from sgnet_model.types import Frame
from sgnet_model.variants import build

SIZE = (64, 96)


def network(variant: str = "sgnet-compact", offsets: float = 0.3, **changes: Any) -> SGNet:
    """Narrow, with taps that move and norms whose statistics are not those of a fresh one."""
    torch.manual_seed(0)
    wanted = {"width": 8, "projector_channels": 8, "head_channels": 8, "classes": 6, **changes}
    made = build(replace(VARIANTS[variant], **wanted)).eval()
    for name, parameter in made.named_parameters():
        if "offset_generator" in name:
            nn.init.normal_(parameter, std=offsets)
    for module in made.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.0)
            nn.init.normal_(module.bias, 0, 0.1)
    return made


def frame(size: tuple[int, int] = SIZE) -> Frame:
    """A textured picture; a floor that recedes, with a hole of 4 x 4 pixels."""
    random = np.random.default_rng(0)
    rgb = random.integers(0, 256, (*size, 3)).astype(np.uint8)
    depth = np.linspace(4, 1, size[0], dtype=np.float32)[:, None] * np.ones(size, np.float32)
    depth += random.normal(0, 0.02, size).astype(np.float32)
    depth[20:24, 30:34] = 0
    return Frame("floor", rgb, depth, guess_intrinsics(size[1], size[0]))


def subject(variant: str = "sgnet-compact", shown: Frame | None = None, **changes: Any) -> Subject:
    """The frame and what a small network says about it, fed at the frame's own size."""
    predictor = Predictor(network(variant, **changes), device="cpu", size=None)
    return subject_of(predictor, shown or frame())


def self_check(asked: Subject, pixel: tuple[int, int]) -> SelfCheck:
    """Of all layers at the pixel: one more pass."""
    return LayerMaps.of(asked.network, asked.shown, asked.prediction).check(asked.prediction, pixel)
