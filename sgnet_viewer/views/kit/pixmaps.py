"""Arrays to Qt pixmaps."""

from __future__ import annotations

from PySide6.QtGui import QPixmap

from sgnet_model.types import UInt8Array
from sgnet_viewer.painting.images import image_from_array as image_from_array


def pixmap_from_array(array: UInt8Array) -> QPixmap:
    """(h, w, 3) uint8 RGB or (h, w) uint8 grey."""
    return QPixmap.fromImage(image_from_array(array))
