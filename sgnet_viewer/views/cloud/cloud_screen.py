"""The picture of the cloud that is on the screen: painting it, and what lies under a position."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from sgnet_viewer.cloud.grid import Grid, visible_parts
from sgnet_viewer.cloud.image import CloudImage
from sgnet_viewer.cloud.marks import NO_MARKS, LaidMarks, Marks, lay_marks
from sgnet_viewer.cloud.overlay import (
    HIDDEN_ALPHA,
    paint_axes,
    paint_caption,
    paint_grid,
    paint_marks,
    paint_scale,
)
from sgnet_viewer.cloud.picking import NOTHING, PICK_RADIUS_PX, hidden_marks
from sgnet_viewer.cloud.placement import Placement, place
from sgnet_viewer.cloud.scene import Scene
from sgnet_viewer.painting.pointer import paint_pointer

HOVER_MS = 33
AXES_MARGIN = 40.0
DIMMED = 0.35
SCALE_MARGIN = 16.0
GRID_ON_DARK, GRID_ON_LIGHT = QColor(255, 255, 255, 58), QColor(0, 0, 0, 58)
SCALE_ON_DARK, SCALE_ON_LIGHT = QColor(220, 224, 230), QColor(40, 44, 50)


class CloudScreen:
    """Holds the last picture and the marks laid over it; `size` is always the widget's."""

    def __init__(self) -> None:
        self._image: CloudImage | None = None
        self._picture = QImage()  # borrows the memory of `_image`
        self._marks = NO_MARKS
        self._laid: LaidMarks | None = None
        self._grid_parts: NDArray[np.float64] | None = None  # pixels of the picture
        self.grid: Grid | None = None  # of the next picture
        self._shown_grid: Grid | None = None  # of this one
        self.caption = ""  # what the cloud is, where it is not simply the frame's
        self.grid_shown = True
        self.dark = True
        self.pointer: tuple[float, float, float] | None = None  # metres, world frame

    @property
    def scene(self) -> Scene | None:
        """What the picture shows."""
        return self._image.scene if self._image is not None else None

    def show_image(self, image: CloudImage) -> None:
        """Take a new picture."""
        self._image, self._picture = image, as_qimage(image)
        grid = self._shown_grid = self.grid
        self._grid_parts = None if grid is None else visible_parts(grid, image.projected)
        self._lay()

    def redraw(self, image: CloudImage) -> None:
        """The same moment in another picture, with the grid that is on the screen now."""
        self.grid = self._shown_grid
        self.show_image(image)

    def set_marks(self, marks: Marks) -> None:
        """Lay other marks over the same picture."""
        self._marks = marks
        self._lay()

    def source_at(self, at: QPointF, size: QSize) -> int:
        """Source index of the point seen at a position of the widget, or -1."""
        if self._image is None:
            return NOTHING
        placement = self._placement(self._image, size)
        u, v = placement.to_picture(at.x(), at.y())
        return self._image.projected.pick_source(u, v, PICK_RADIUS_PX / placement.scale)

    def paint(self, painter: QPainter, size: QSize, pixel_ratio: float, dimmed: bool) -> None:
        """Paint picture, marks and axes."""
        if self._image is None:
            return
        painter.setOpacity(DIMMED if dimmed else 1.0)
        placement = self._placement(self._image, size)
        drawn = self._image.scene.size
        exact = abs(drawn.height - size.height() * pixel_ratio) < 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
        width = drawn.width * placement.scale
        painter.drawImage(QRectF(placement.left, 0.0, width, size.height()), self._picture)
        ink = GRID_ON_DARK if self.dark else GRID_ON_LIGHT
        if self._grid_parts is not None and self.grid_shown:
            paint_grid(painter, self._grid_parts, placement, ink)
        if self._laid is not None:
            paint_marks(painter, self._laid, placement)
        pointed = self.pointer_place(size)
        if pointed is not None:
            at, hidden = pointed
            paint_pointer(painter, at, opacity=HIDDEN_ALPHA if hidden else 1.0)
        corner = QPointF(AXES_MARGIN, size.height() - AXES_MARGIN)
        paint_axes(painter, self._image.scene.camera, corner)
        self._paint_scale(painter, self._image, placement, size)

    def pointer_place(self, size: QSize) -> tuple[QPointF, bool] | None:
        """Where the linked cursor is in the widget, and whether a surface hides it."""
        image, xyz_m = self._image, self.pointer
        if image is None or xyz_m is None:
            return None
        scene = image.scene
        pixels = scene.camera.project(np.array([xyz_m], np.float32), scene.size)
        if not pixels.inside(scene.size)[0]:
            return None
        ((x, y),) = self._placement(image, size).to_widget(pixels.u, pixels.v).tolist()
        return QPointF(x, y), bool(hidden_marks(image.projected, pixels)[0])

    def _paint_scale(
        self, painter: QPainter, image: CloudImage, placement: Placement, size: QSize
    ) -> None:
        """At the right, as long as it is in the middle of the picture."""
        metres_per_pixel = image.scene.camera.metres_per_pixel(image.scene.size) / placement.scale
        ink = SCALE_ON_DARK if self.dark else SCALE_ON_LIGHT
        right = QPointF(size.width() - SCALE_MARGIN, size.height() - SCALE_MARGIN)
        grid = self._shown_grid if self.grid_shown else None
        step_m = None if grid is None else grid.step_m
        paint_scale(painter, metres_per_pixel, right, ink, step_m)
        if self.caption:
            paint_caption(painter, self.caption, QPointF(SCALE_MARGIN, SCALE_MARGIN / 2), ink)

    def _lay(self) -> None:
        if self._image is None or not len(self._marks):
            self._laid = None
        else:
            self._laid = lay_marks(self._marks, self._image.projected)

    @staticmethod
    def _placement(image: CloudImage, size: QSize) -> Placement:
        return place(image.scene.size, size.width(), size.height())


class CloudHover(QObject):
    """Finds which point lies under the cursor, at most thirty times a second."""

    # Source index, -1 for none; only when it changes. As an object: it may have more than 32 bits.
    hovered = Signal(object)

    def __init__(self, view: QObject) -> None:
        super().__init__(view)
        self._at: QPointF | None = None
        self._index = NOTHING
        self._timer = QTimer(self, singleShot=True, interval=HOVER_MS)
        self.due = self._timer.timeout

    @property
    def position(self) -> QPointF | None:
        """Where the cursor was last; None when it is elsewhere."""
        return self._at

    def move(self, at: QPointF | None) -> None:
        """The cursor is here, or has left."""
        self._at = at
        if not self._timer.isActive():
            self._timer.start()

    def report(self, index: int) -> None:
        """What lies there."""
        if index != self._index:
            self._index = index
            self.hovered.emit(index)


def as_qimage(image: CloudImage) -> QImage:
    """A QImage over the picture's own memory: keep `image` as long as it is painted."""
    height, width = image.pixels.shape
    return QImage(image.pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
