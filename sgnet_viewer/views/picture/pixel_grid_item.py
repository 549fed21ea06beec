"""Close to the picture: lines between its pixels, and the number in each of them."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.views.kit.theme import scaled, tabular

GRID_SCALE = 14.0  # screen pixels a picture pixel: from here on there are lines
VALUE_SCALE = 40.0  # and numbers
LINE = QColor(128, 128, 128, 90)
INKS = (QColor(255, 255, 255), QColor(0, 0, 0))  # over dark and over bright pixels
BRIGHT = 128.0


class PixelGridItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Lives in picture coordinates, paints in screen pixels. Far away it paints nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._image: UInt8Array | None = None
        self._depth_m: FloatArray | None = None
        self._first = 0  # column of the picture from which the other one is seen
        self._other: UInt8Array | None = None
        self._other_depth_m: FloatArray | None = None

    def set_pixels(self, image: UInt8Array | None, depth_m: FloatArray | None) -> None:
        """(H, W, 3) uint8 as shown, and (H, W) metres, 0 = missing; None for neither."""
        if image is None or self._image is None or image.shape != self._image.shape:
            self.prepareGeometryChange()
        self._image, self._depth_m = image, depth_m
        self.update()

    def set_other(self, first: int, image: UInt8Array | None, depth_m: FloatArray | None) -> None:
        """The picture that lies over this one from column `first` on; None for none."""
        self._first, self._other, self._other_depth_m = first, image, depth_m
        self.update()

    def boundingRect(self) -> QRectF:
        """The picture."""
        if self._image is None:
            return QRectF()
        height, width = self._image.shape[:2]
        return QRectF(-0.5, -0.5, width, height)

    def paint(self, painter: QPainter, *_: object) -> None:
        """What of it is in sight."""
        transform = painter.worldTransform()
        scale = math.hypot(transform.m11(), transform.m12())
        if self._image is None or scale < GRID_SCALE:
            return
        columns, rows = self._in_sight(painter, transform)
        painter.save()
        painter.resetTransform()
        self._draw_lines(painter, transform, columns, rows)
        if scale >= VALUE_SCALE:
            self._draw_values(painter, transform, columns, rows)
        painter.restore()

    def _in_sight(self, painter: QPainter, transform: QTransform) -> tuple[range, range]:
        assert self._image is not None
        back, _ = transform.inverted()
        seen = back.mapRect(QRectF(painter.viewport())).intersected(self.boundingRect())
        return (
            range(math.floor(seen.left() + 0.5), math.ceil(seen.right() + 0.5)),
            range(math.floor(seen.top() + 0.5), math.ceil(seen.bottom() + 0.5)),
        )

    def _draw_lines(
        self, painter: QPainter, transform: QTransform, columns: range, rows: range
    ) -> None:
        left, right, top, bottom = columns.start, columns.stop, rows.start, rows.stop
        lines = [QLineF(u - 0.5, top - 0.5, u - 0.5, bottom - 0.5) for u in range(left, right + 1)]
        lines += [QLineF(left - 0.5, v - 0.5, right - 0.5, v - 0.5) for v in range(top, bottom + 1)]
        painter.setPen(QPen(LINE, 1))
        painter.drawLines([transform.map(line) for line in lines])

    def _draw_values(
        self, painter: QPainter, transform: QTransform, columns: range, rows: range
    ) -> None:
        """Depth in metres; of a picture without depth, red, green and blue."""
        assert self._image is not None
        painter.setFont(scaled(tabular(painter.font()), 0.8))
        height, width = self._image.shape[:2]
        for v in range(max(rows.start, 0), min(rows.stop, height)):
            for u in range(max(columns.start, 0), min(columns.stop, width)):
                cell = transform.mapRect(QRectF(u - 0.5, v - 0.5, 1, 1))
                image, depth_m = self._seen_at(u)
                painter.setPen(INKS[float(np.mean(image[v, u])) > BRIGHT])
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, value_of(image, depth_m, u, v))

    def _seen_at(self, u: int) -> tuple[UInt8Array, FloatArray | None]:
        assert self._image is not None
        if self._other is not None and u >= self._first:
            return self._other, self._other_depth_m
        return self._image, self._depth_m


def value_of(image: UInt8Array, depth_m: FloatArray | None, u: int, v: int) -> str:
    """Of pixel (u, v): its depth in metres, or red, green and blue where there is no depth."""
    if depth_m is None:
        return "\n".join(str(value) for value in image[v, u])
    depth = float(depth_m[v, u])
    return f"{depth:.2f}" if depth > 0 else "–"
