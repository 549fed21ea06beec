"""The plan of a network: every convolution between the picture and the logits, as values.

Steps are in forward order and name the maps they read and write. Kernels are there as the sizes of
their slices alone: it is what a measure needs that is pulled back through the network
(`inspection.pull_back`). NumPy only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PICTURE, LOGITS = "picture", "logits"
Size = tuple[int, int]  # (height, width)


@dataclass(frozen=True, slots=True, eq=False)
class Convolve:
    """`weights`: (k k,) float64, the Frobenius norm of each tap's slice, row-major, over their sum.

    `layer`: the name of its trace where its taps are inferred; else "". `padding` and `dilation`
    are then those that it has where they are regular.
    """

    source: str
    target: str
    weights: NDArray[np.float64]
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    layer: str = ""

    @property
    def kernel(self) -> int:
        """Its side."""
        return math.isqrt(len(self.weights))


@dataclass(frozen=True, slots=True)
class Pool:
    """Max-pooling 3x3, stride 2, padding 1."""

    source: str
    target: str
    kernel: int = 3
    stride: int = 2
    padding: int = 1


@dataclass(frozen=True, slots=True)
class Average:
    """The mean over the whole map, repeated everywhere."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Resize:
    """Bilinear, corner to corner, to the size of the map `like`."""

    source: str
    target: str
    like: str


@dataclass(frozen=True, slots=True)
class Add:
    """A sum of paths: a shortcut, or heads."""

    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Concatenate:
    """Channels side by side. `shares`: of the norm of the kernel that reads them, summing to 1."""

    sources: tuple[str, ...]
    shares: tuple[float, ...]
    target: str


Step = Convolve | Pool | Average | Resize | Add | Concatenate


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """`steps`: from the picture to the logits. `inputs`: for each layer with taps the map that its
    block reads, in forward order. `second`: the map at the picture's size that a second stream
    reads, or "". `colours_move_taps`: taps are inferred from feature maps, not from depth alone."""

    steps: tuple[Step, ...]
    inputs: dict[str, str]
    second: str = ""
    colours_move_taps: bool = False

    def __repr__(self) -> str:
        return f"<Plan: {len(self.steps)} steps, {len(self.inputs)} layers with taps>"

    @property
    def averages(self) -> bool:
        """Whether a path leads through the mean of a map: then every pixel is read."""
        return any(isinstance(step, Average) for step in self.steps)

    def sizes(self, picture: Size) -> dict[str, Size]:
        """(height, width) of every map for a network fed at `picture`."""
        found = {PICTURE: picture}
        if self.second:
            found[self.second] = picture
        for step in self.steps:
            found[step.target] = _size(step, found)
        return found


def sources_of(step: Step) -> tuple[str, ...]:
    """The maps it reads."""
    return step.sources if isinstance(step, Add | Concatenate) else (step.source,)


def _size(step: Step, sizes: dict[str, Size]) -> Size:
    size = sizes[sources_of(step)[0]]
    if isinstance(step, Resize):
        return sizes[step.like]
    if isinstance(step, Convolve | Pool):
        dilation = step.dilation if isinstance(step, Convolve) else 1
        reach = dilation * (step.kernel - 1) - 2 * step.padding
        return (size[0] - reach - 1) // step.stride + 1, (size[1] - reach - 1) // step.stride + 1
    return size
