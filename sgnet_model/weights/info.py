"""What a checkpoint file says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from sgnet_model.config import SGNetConfig
from sgnet_model.types import LabelScheme, UInt8Array

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class CheckpointInfo:
    """`parameters`: every value in the file but running statistics. `provenance`: JSON values."""

    config: SGNetConfig
    scheme: LabelScheme
    provenance: dict[str, Any]
    parameters: int

    @property
    def variant(self) -> str:
        """A key of VARIANTS, or "custom"."""
        return self.config.variant

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the C classes; void is none of them."""
        return self.scheme.classes

    @property
    def palette(self) -> UInt8Array:
        """(C, 3) uint8 RGB."""
        return self.scheme.palette


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A checkpoint file that was opened, its weights not yet read.

    `shapes`: of every tensor, under the name the file gives it. `name_in_file`: our state dict's
    key -> the file's. `read`: our key -> float32 tensor, for the keys that `name_in_file` knows.
    """

    info: CheckpointInfo
    shapes: Shapes
    name_in_file: Callable[[str], str]
    read: Callable[[], dict[str, Tensor]]


def count_parameters(shapes: Shapes) -> int:
    """Sum over weights and biases; running means, variances and batch counts are none."""
    total = 0
    for key, shape in shapes.items():
        if key.rsplit(".", 1)[-1] in ("weight", "bias"):
            values = 1
            for length in shape:
                values *= length
            total += values
    return total
