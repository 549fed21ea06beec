"""Inference preparation: a trained network rewritten for one device and one number format."""

from .captured import CapturedNetwork
from .network import PreparedNetwork, prepared

__all__ = ["CapturedNetwork", "PreparedNetwork", "prepared"]
