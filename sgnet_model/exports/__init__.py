"""The files a prediction becomes: pictures, clouds, arrays."""

from .arrays import write_npz
from .pictures import OVERLAY_OPACITY, overlay_image, write_labels, write_overlay, write_png
from .ply import PLY_FIELDS, cloud_of, write_cloud, write_ply

__all__ = [
    "OVERLAY_OPACITY",
    "PLY_FIELDS",
    "cloud_of",
    "overlay_image",
    "write_cloud",
    "write_labels",
    "write_npz",
    "write_overlay",
    "write_ply",
    "write_png",
]
