"""SGNet and S-Conv on PyTorch (Chen et al., IEEE TIP 2021).

>>> from sgnet_model import Predictor, default_checkpoint
>>> predictor = Predictor.load(default_checkpoint())  # doctest: +SKIP
>>> prediction = predictor.predict(rgb, depth_m)  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .config import VARIANTS, SGNetConfig
from .resources import default_checkpoint
from .types import UserError

if TYPE_CHECKING:
    from .build import count_parameters
    from .predictor import Predictor
    from .weights import load_checkpoint, save_checkpoint

__all__ = [
    "VARIANTS",
    "Predictor",
    "SGNetConfig",
    "UserError",
    "count_parameters",
    "default_checkpoint",
    "load_checkpoint",
    "save_checkpoint",
]

_LAZY = {  # these import torch, a second that the window's first paint must not wait for
    "Predictor": ".predictor",
    "count_parameters": ".build",
    "load_checkpoint": ".weights",
    "save_checkpoint": ".weights",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name], __name__), name)
