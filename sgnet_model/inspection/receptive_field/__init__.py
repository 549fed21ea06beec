"""The receptive field of a pixel: the taps of each S-Conv, and the relative field of a whole map.

NumPy only: the window's main process uses it.
"""

from .relative import RelativeField, relative_field
from .taps import LayerTaps, taps_at

__all__ = ["LayerTaps", "RelativeField", "relative_field", "taps_at"]
