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

from .waiting import sleep_soon

sleep_soon()

if TYPE_CHECKING:
    from .config import VARIANTS, SGNetConfig
    from .data import load_pair, open_frames
    from .evaluation.confusion import confusion, scores
    from .inspection.ask import inspect
    from .inspection.probe import probe
    from .inspection.recorded_taps import follow_taps, record_taps
    from .nn import SConv
    from .nn.sampling import deform_conv2d
    from .prediction import Prediction
    from .predictor import Predictor
    from .preprocess import rgb_tensor, spatial_tensor
    from .resources import default_checkpoint
    from .training.losses import segmentation_loss
    from .types import Frame, Intrinsics, UserError
    from .variants import build, count_parameters
    from .weights import load_checkpoint, save_checkpoint

__all__ = [
    "VARIANTS",
    "Frame",
    "Intrinsics",
    "Prediction",
    "Predictor",
    "SConv",
    "SGNetConfig",
    "UserError",
    "build",
    "confusion",
    "count_parameters",
    "default_checkpoint",
    "deform_conv2d",
    "follow_taps",
    "inspect",
    "load_checkpoint",
    "load_pair",
    "open_frames",
    "probe",
    "record_taps",
    "rgb_tensor",
    "save_checkpoint",
    "scores",
    "segmentation_loss",
    "spatial_tensor",
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
    "SConv": ".nn",
    "build": ".variants",
    "confusion": ".evaluation.confusion",
    "count_parameters": ".variants",
    "deform_conv2d": ".nn.sampling",
    "follow_taps": ".inspection.recorded_taps",
    "inspect": ".inspection.ask",
    "load_checkpoint": ".weights",
    "load_pair": ".data",
    "open_frames": ".data",
    "probe": ".inspection.probe",
    "record_taps": ".inspection.recorded_taps",
    "rgb_tensor": ".preprocess",
    "save_checkpoint": ".weights",
    "scores": ".evaluation.confusion",
    "segmentation_loss": ".training.losses",
    "spatial_tensor": ".preprocess",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name], __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
