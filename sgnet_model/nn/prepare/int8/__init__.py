"""Prepared networks in bytes: maps and kernels of eight bits, sums of thirty-two, on processors."""

from .backbone import Int8Operator
from .network import QuantisedNetwork, quantised, reason_against
from .rooms import rendered_rooms

__all__ = ["Int8Operator", "QuantisedNetwork", "quantised", "reason_against", "rendered_rooms"]
