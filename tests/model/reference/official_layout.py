"""Keys and shapes of the authors' released state dicts, and random weights in that form."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

Entry = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class OfficialLayout:
    """A released network; the sizes may be reduced to make a small one of the same form."""

    blocks: tuple[int, int, int, int]
    aspp: bool = False
    classes: int = 40
    width: int = 64
    projector: int = 64
    head: int = 512

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Every key of the state dict with its shape."""
        return dict([*self._stem(), *self._layers(), *self._decoders()])

    def _stem(self) -> Iterator[Entry]:
        channels = (3, self.width, self.width, 2 * self.width)
        for i in (1, 2, 3):
            yield f"conv{i}.weight", (channels[i], channels[i - 1], 3, 3)
            yield from _norm(f"bn{i}", channels[i])

    def _layers(self) -> Iterator[Entry]:
        before = 2 * self.width
        for layer, count in enumerate(self.blocks, 1):
            width = self.width * 2 ** (layer - 1)
            for block in range(count):
                guided = block in (0, count - 2, count - 1)
                yield from self._block(f"layer{layer}.{block}", before, width, guided)
                if block == 0:
                    yield f"layer{layer}.0.downsample.0.weight", (4 * width, before, 1, 1)
                    yield from _norm(f"layer{layer}.0.downsample.1", 4 * width)
                before = 4 * width

    def _block(self, name: str, before: int, width: int, guided: bool) -> Iterator[Entry]:
        yield f"{name}.conv1.weight", (width, before, 1, 1)
        yield from _norm(f"{name}.bn1", width)
        yield f"{name}.conv2.weight", (width, width, 3, 3)
        if guided:
            yield f"{name}.conv2.bias", (width,)
            yield from self._guide(f"{name}.conv2")
        yield from _norm(f"{name}.bn2", width)
        yield f"{name}.conv3.weight", (4 * width, width, 1, 1)
        yield from _norm(f"{name}.bn3", 4 * width)

    def _guide(self, name: str) -> Iterator[Entry]:
        p = self.projector
        yield from _conv(f"{name}.offset_generator", (18, p, 3, 3))
        yield f"{name}.weight_generator1.weight", (p, p, 3, 3)
        yield from _conv(f"{name}.weight_generator2", (9, p, 1, 1))
        for index, before in ((0, 1), (3, p), (6, p)):
            yield from _conv(f"{name}.spatial_projector.{index}", (p, before, 3, 3))
            yield from _norm(f"{name}.spatial_projector.{index + 1}", p)

    def _decoders(self) -> Iterator[Entry]:
        top = 32 * self.width
        heads = [("dsn3", top // 2)] if self.aspp else [("dsn3", top // 2), ("dsn4", top)]
        for name, before in heads:
            yield from _conv(f"{name}.0", (self.head, before, 3, 3))
            yield from _norm(f"{name}.1", self.head)
            yield from _conv(f"{name}.3", (self.classes, self.head, 1, 1))
        if self.aspp:
            yield from self._pyramid(top, self.head // 2)

    def _pyramid(self, top: int, branch: int) -> Iterator[Entry]:
        kernels = {"conv1.1": 1, "conv2.0": 1, "conv3.0": 3, "conv4.0": 3, "conv5.0": 3}
        for name, kernel in kernels.items():
            yield f"head.0.{name}.weight", (branch, top, kernel, kernel)
            after = name[:-1] + str(int(name[-1]) + 1)
            yield from _norm(f"head.0.{after}", branch)
        yield "head.0.bottleneck.0.weight", (self.head, 5 * branch, 1, 1)
        yield from _norm("head.0.bottleneck.1", self.head)
        yield from _conv("head.1", (self.classes, self.head, 1, 1))


def random_state(shapes: dict[str, tuple[int, ...]], seed: int = 0) -> dict[str, Tensor]:
    """float32 weights that keep activations of order one; half of the norm weights negative.

    The S-Convs' own biases are zero, as in every released file.
    """
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for key, shape in shapes.items():
        values = torch.randn(shape, generator=generator)
        if key.endswith("running_var"):
            values = values.abs() + 0.5
        elif len(shape) > 1:
            values *= math.sqrt(2 / math.prod(shape[1:]))
        elif key.endswith(".weight"):
            values = values.sign() * (values.abs() + 0.2)
            values *= 0.3 if ".bn3." in key and key.startswith("layer") else 1
        elif key.endswith("conv2.bias"):
            values.zero_()
        else:
            values *= 0.2
        state[key] = values
    return state


def _conv(name: str, shape: tuple[int, ...]) -> Iterator[Entry]:
    yield f"{name}.weight", shape
    yield f"{name}.bias", shape[:1]


def _norm(name: str, channels: int) -> Iterator[Entry]:
    for tensor in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{tensor}", (channels,)
