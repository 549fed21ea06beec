"""Arrays to Qt pixmaps."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPixmap

from sgnet_model.types import UInt8Array
from sgnet_viewer.painting.images import image_from_array


def pixmap_from_array(array: UInt8Array) -> QPixmap:
    """(h, w, 3) uint8 RGB or (h, w) uint8 grey."""
    return QPixmap.fromImage(image_from_array(array))


def array_from_image(image: QImage) -> UInt8Array:
    """(h, w, 3) uint8 RGB, a copy."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).copy()
