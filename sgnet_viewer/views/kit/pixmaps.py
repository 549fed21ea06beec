"""Arrays to Qt pictures. A QImage borrows memory: what is returned here owns its own."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPixmap

from sgnet_model.types import UInt8Array


def image_from_array(array: UInt8Array) -> QImage:
    """(h, w, 3) uint8 RGB or (h, w) uint8 grey -> an image with its own memory."""
    array = np.ascontiguousarray(array)
    height, width = array.shape[:2]
    colour = QImage.Format.Format_RGB888 if array.ndim == 3 else QImage.Format.Format_Grayscale8
    return QImage(array.data, width, height, array.strides[0], colour).copy()


def pixmap_from_array(array: UInt8Array) -> QPixmap:
    """The same as a pixmap."""
    return QPixmap.fromImage(image_from_array(array))
