"""What the tests of the command line share: a small network, a small frame, what came out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from sgnet_model.config import SGNetConfig
from sgnet_model.nn.s_conv import SConv
from sgnet_model.nn.sgnet import SGNet
from sgnet_model.variants import build
from sgnet_model.weights import save_checkpoint

SIZE = (72, 100)  # height and width of the small frame


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object and nothing else."""
        assert (self.code, self.err) == (0, "")
        values = json.loads(self.out)
        assert isinstance(values, dict)
        return values

    @property
    def sentence(self) -> str:
        """The error: exit code 2, nothing on standard output, one line on standard error."""
        assert (self.code, self.out) == (2, "")
        assert self.err.endswith(".\n")
        assert self.err.count("\n") == 1
        assert "Traceback" not in self.err
        return self.err.strip()


Run = Callable[..., Outcome]


@dataclass(frozen=True, slots=True)
class SmallFrame:
    """The files of a 100 x 72 frame, and the flags that name them."""

    rgb: Path
    depth: Path

    @property
    def flags(self) -> tuple[str, ...]:
        return "--rgb", str(self.rgb), "--depth", str(self.depth)


def small_network() -> SGNet:
    """Twelve S-Convs with random offsets, 8 channels wide, 40 classes."""
    torch.manual_seed(3)
    chosen = ((0, 1, 2), (0, 2, 3), (0, 4, 5), (0, 1, 2))
    network = build(
        SGNetConfig("small", (3, 4, 6, 3), chosen, width=8, projector_channels=4, head_channels=8)
    )
    for module in network.modules():
        if isinstance(module, SConv):
            nn.init.normal_(module.offset_generator.weight, std=0.1)
    *_, classify = (module for module in network.decoder.main.modules())
    assert isinstance(classify, nn.Conv2d)
    classify.weight.data *= 0.02  # no class is so sure that the others round to nothing
    return network


def write_small_checkpoint(path: Path) -> None:
    """`small_network` as a file."""
    save_checkpoint(small_network(), path, {"made": "for a test"})


def write_small_frame(folder: Path) -> SmallFrame:
    """Noise over a slope from 1 m to 3 m; the ten leftmost columns have no depth."""
    rgb = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    depth = np.tile(np.linspace(1000, 3000, SIZE[1]), (SIZE[0], 1)).astype(np.uint16)
    depth[:, :10] = 0
    frame = SmallFrame(folder / "rgb.png", folder / "depth.png")
    assert cv2.imwrite(str(frame.rgb), rgb)
    assert cv2.imwrite(str(frame.depth), depth)
    return frame


def read_image(path: Path | str) -> Any:
    """An image file as OpenCV reads it, unchanged."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return image
