"""Inference preparation: a trained network rewritten for one device and one number format."""

from .captured import CapturedNetwork
from .network import PreparedNetwork, prepared
from .operators import PreparedOperator

__all__ = ["CapturedNetwork", "PreparedNetwork", "PreparedOperator", "prepared"]
