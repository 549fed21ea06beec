"""What a network is prepared for."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

HALVES = (torch.bfloat16, torch.float16)


@dataclass(frozen=True, slots=True)
class Target:
    """The device and the number format of weights and feature maps.

    Positions, offsets, modulation and logits are kept in `precise`: float32, or float64 with it.
    """

    device: torch.device
    dtype: torch.dtype

    @property
    def precise(self) -> torch.dtype:
        return torch.float32 if self.dtype in HALVES else self.dtype

    def map(self, x: Tensor) -> Tensor:
        """A feature map on the device, in its format, channels-last."""
        return x.to(self.device, self.dtype, memory_format=torch.channels_last)
