"""Files as the authors' training script left them, large and small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .official_layout import OfficialLayout

SMALL = OfficialLayout((3, 4, 6, 3), classes=5, width=4, projector=3, head=6)


class Trainer:
    """A class that only the machine that wrote a file knew."""

    def __init__(self) -> None:
        self.best = np.float64(0.49)


def released(state: dict[str, Tensor]) -> dict[str, Any]:
    """A state dict with the prefix of DataParallel, and what lay beside it."""
    parameter = torch.nn.Parameter(torch.ones(3))
    optimiser = torch.optim.SGD([parameter], 0.1, momentum=0.9)
    parameter.sum().backward()
    optimiser.step()
    return {
        "epoch": 480,
        "iteration": 38_000,
        "state_dict": {f"module.{key}": value for key, value in state.items()},
        "best": np.float64(49.8),
        "optimizer": optimiser.state_dict(),
        "trainer": Trainer(),
    }


def save_legacy(content: object, path: Path) -> Path:
    """In the format of PyTorch 0.4.1. Returns the path."""
    torch.save(content, path, _use_new_zipfile_serialization=False)
    return path
