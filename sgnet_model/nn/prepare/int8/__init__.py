"""Prepared networks in bytes: maps and kernels of eight bits, sums of thirty-two, on processors."""

from .backbone import Int8Operator
from .calibration import calibration_inputs
from .convolution import Int8Convolution, Scale
from .network import (
    QuantisedNetwork,
    places_of,
    quantised,
    ranges_of,
    reason_against,
    reason_of_network,
)

__all__ = [
    "Int8Convolution",
    "Int8Operator",
    "QuantisedNetwork",
    "Scale",
    "calibration_inputs",
    "places_of",
    "quantised",
    "ranges_of",
    "reason_against",
    "reason_of_network",
]
