"""Inference preparation: a trained network rewritten for one device and one number format."""

from .network import PreparedNetwork, prepared

__all__ = ["PreparedNetwork", "prepared"]
