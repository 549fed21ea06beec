"""The cloud as it is seen at one moment, to be drawn as large as a file wants it, on white."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

from sgnet_model.types import UInt8Array
from sgnet_viewer.cloud.scene import Scene
from sgnet_viewer.cloud.still import draw_still, enlarged
from sgnet_viewer.views.cloud.cloud_screen import CloudScreen
from sgnet_viewer.views.kit.pixmaps import array_from_image

WHITE = 255, 255, 255


class CloudStill:
    """Implements `contract.cloud.CloudStill`; made in the window's thread, drawn in any.

    On white in either theme, as the page is that it stands on.
    """

    def __init__(self, screen: CloudScreen, scene: Scene, size: QSize) -> None:
        """`scene`: what `screen` shows; `size`: of the widget."""
        self._screen, self._scene = copy(screen), replace(scene, background=WHITE)
        self._screen.pointer = None
        self._screen.dark = False
        self._size = QSize(size)
        self.size = size.width(), size.height()

    def drawn(self, finer: float) -> UInt8Array:
        """(H, W, 3) uint8 RGB, `finer` times the widget's pixels each way. Points, grid, marks and
        letters have the sizes that they have on the screen, in finer pixels."""
        screen = self._screen
        factor = finer * self._size.height() / self._scene.size.height
        screen.redraw(draw_still(enlarged(self._scene, factor)))
        image = QImage(self._size * finer, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(finer)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        screen.paint(painter, self._size, finer, dimmed=False)
        painter.end()
        return array_from_image(image)
