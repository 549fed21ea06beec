"""SGNet and S-Conv on PyTorch (Chen et al., IEEE TIP 2021).

>>> import sgnet_model as sgnet
>>> frame = sgnet.load_pair("rgb.png", "depth.png")  # doctest: +SKIP
>>> predictor = sgnet.Predictor.load(sgnet.default_checkpoint())  # doctest: +SKIP
>>> prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)  # doctest: +SKIP
>>> sgnet.inspect("reads", predictor, frame, (320, 240)).values["readers"]  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .config import VARIANTS, SGNetConfig
    from .data import load_pair, open_frames
    from .inspection.ask import inspect
    from .inspection.probe import probe
    from .prediction import Prediction
    from .predictor import Predictor
    from .resources import default_checkpoint
    from .types import Frame, Intrinsics, UserError
    from .variants import build, count_parameters
    from .weights import load_checkpoint, save_checkpoint

__all__ = [
    "VARIANTS",
    "Frame",
    "Intrinsics",
    "Prediction",
    "Predictor",
    "SGNetConfig",
    "UserError",
    "build",
    "count_parameters",
    "default_checkpoint",
    "inspect",
    "load_checkpoint",
    "load_pair",
    "open_frames",
    "probe",
    "save_checkpoint",
]

# Most import torch, a second that the window's first paint must not wait for; and a program says
# what a signal does to it before it imports anything that takes long.
_LAZY = {
    "VARIANTS": ".config",
    "SGNetConfig": ".config",
    "Frame": ".types",
    "Intrinsics": ".types",
    "UserError": ".types",
    "default_checkpoint": ".resources",
    "Prediction": ".prediction",
    "Predictor": ".predictor",
    "build": ".variants",
    "count_parameters": ".variants",
    "inspect": ".inspection.ask",
    "load_checkpoint": ".weights",
    "load_pair": ".data",
    "open_frames": ".data",
    "probe": ".inspection.probe",
    "save_checkpoint": ".weights",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name], __name__), name)
