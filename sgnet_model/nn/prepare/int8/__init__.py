"""Prepared networks in bytes: maps and kernels of eight bits, sums of thirty-two, on processors."""

from .backbone import Int8Operator
from .convolution import Int8Convolution, Scale
from .network import QuantisedNetwork, quantised, reason_against
from .rooms import rendered_rooms

__all__ = [
    "Int8Convolution",
    "Int8Operator",
    "QuantisedNetwork",
    "Scale",
    "quantised",
    "reason_against",
    "rendered_rooms",
]
