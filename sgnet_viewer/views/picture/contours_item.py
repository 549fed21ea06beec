"""The contours of the map that lies over the picture: lines of the screen's width at any zoom."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPainterPath, QTransform

from sgnet_viewer.contract.picture import MapContour, MapOverlay
from sgnet_viewer.painting.contours import paint_contours, path_of

from .screen_item import ScreenItem


class ContoursItem(ScreenItem):
    """Nothing where the map has none."""

    def __init__(self) -> None:
        super().__init__()
        self.contours: tuple[MapContour, ...] = ()
        self._paths: tuple[QPainterPath, ...] = ()
        self.hide()

    def set_map(self, overlay: MapOverlay | None) -> None:
        """Those of another map, or none."""
        self.contours = () if overlay is None else overlay.contours
        self._paths = tuple(map(path_of, self.contours))
        self.setVisible(bool(self.contours))
        self.update()

    def draw(self, painter: QPainter, transform: QTransform) -> None:
        """In pixels of the screen."""
        paint_contours(painter, self.contours, self._paths, transform)
