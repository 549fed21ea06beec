"""Prepared networks in bytes: maps and kernels of eight bits, sums of thirty-two, on processors."""

from .backbone import Int8Operator
from .calibration import calibration_inputs
from .convolution import Int8Convolution, Scale
from .network import QuantisedNetwork, quantised, reason_against

__all__ = [
    "Int8Convolution",
    "Int8Operator",
    "QuantisedNetwork",
    "Scale",
    "calibration_inputs",
    "quantised",
    "reason_against",
]
