"""Arrays to Qt images. A QImage borrows memory: what is returned here owns its own."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from sgnet_model.types import UInt8Array

FORMATS = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def image_from_array(array: UInt8Array) -> QImage:
    """(h, w, 3) uint8 RGB, (h, w, 4) uint8 RGBA or (h, w) uint8 grey."""
    array = np.ascontiguousarray(array)
    height, width = array.shape[:2]
    colour = FORMATS[array.shape[2]] if array.ndim == 3 else QImage.Format.Format_Grayscale8
    return QImage(array.data, width, height, array.strides[0], colour).copy()
