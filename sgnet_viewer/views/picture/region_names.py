"""The classes' names on their regions, in screen pixels."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QTransform

from sgnet_viewer.contract.picture import RegionName
from sgnet_viewer.painting.region_names import paint_names

from .screen_item import ScreenItem


class RegionNamesItem(ScreenItem):
    """A name that would cover a larger region's is left out until the picture is magnified."""

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[RegionName, ...] = ()
        self.hide()

    def set_names(self, names: tuple[RegionName, ...]) -> None:
        """Replaces all; nothing is painted again where nothing differs."""
        if names != self.names:
            self.names = names
            self.setVisible(bool(names))
            self.update()

    def draw(self, painter: QPainter, transform: QTransform) -> None:
        """The largest regions first."""
        paint_names(painter, self.names, transform)
