"""The network as one ONNX graph, and that graph held to the network in ONNX Runtime."""

from .check import CheckReport, Deviation, check_model
from .export import OnnxSettings, make_model, write_model

__all__ = [
    "CheckReport",
    "Deviation",
    "OnnxSettings",
    "check_model",
    "make_model",
    "write_model",
]
