"""The surface that shows an image with pyqtgraph: zoom, pan, and places in pixels of the image."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from sgnet_model.types import UInt8Array
from sgnet_viewer.views.picture.crisp_image import CrispImage

LARGEST_SCALE = 96.0
SMALLEST_SHARE = 0.2  # of the fitted scale: zoomed out, taps beyond the border can be seen
MARGIN = 0.01  # of the picture's size around it when fitted
BAR_SHARE = 0.1  # of the height, at most, is left free above a fitted picture for a bar
DIMMED = 0.35
NOWHERE = (-1, -1)


class ZoomSurface(pg.GraphicsView):  # type: ignore[misc]
    """Shows one image; positions are in its pixels, pixel centres at integers.

    Bars come and go above the surface and take of its height. The picture keeps its place on the
    screen meanwhile: it is placed in the surface together with what the bars cover of it, and a
    fitted picture leaves the height of one bar free.
    """

    view_changed = Signal()
    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=None)
        self.box = pg.ViewBox(lockAspect=True, invertY=True, enableMouse=False, enableMenu=False)
        self.box.setDefaultPadding(0)
        self.setCentralItem(self.box)
        self._image = CrispImage(axisOrder="row-major")
        self.box.addItem(self._image, ignoreBounds=True)
        self._size: tuple[int, int] | None = None  # (height, width)
        self._fitted = True
        self._seen = QRectF()  # what is seen, covered or not, in the picture's coordinates
        self.covered: Callable[[], int] = lambda: 0  # pixels of the height that bars have taken
        self.room_for_bar = 0  # pixels
        self._follow_palette()

    def set_image(self, image: UInt8Array | None) -> None:
        """(H, W, 3) uint8 RGB. Another size is fitted to the view; the same size keeps the zoom."""
        if image is None:
            self._size = None
            self._image.clear()
            return
        self._image.setImage(image, autoLevels=False)
        size = image.shape[:2]
        if size != self._size:
            self._size = size
            self._image.setRect(QRectF(-0.5, -0.5, size[1], size[0]))
            self.fit()

    def look_as(self, other: ZoomSurface) -> None:
        """At the same place of the picture, as large; says nothing."""
        self._fitted, self._seen = other._fitted, other._seen
        self._place()

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self._fitted = True
        if self._size is None:
            return
        self._seen = self._fitted_view(*self._size)
        self._place()
        self.view_changed.emit()

    def zoom(self, factor: float, position: QPointF | None = None) -> None:
        """Magnify by `factor`, keeping what lies under `position` (viewport) where it is."""
        if self._size is None:
            return
        factor = self._allowed(factor)
        centre = self.to_picture(position) if position is not None else self._centre()
        self._fitted = False
        self.box.scaleBy((1 / factor, 1 / factor), center=centre)
        self._end_move()

    def pan(self, pixels: QPoint) -> None:
        """Move the picture by screen pixels."""
        if self._size is None:
            return
        self._fitted = False
        self.box.translateBy(x=-pixels.x() / self.scale_px, y=-pixels.y() / self.scale_px)
        self._end_move()

    @property
    def has_picture(self) -> bool:
        """Whether there is one."""
        return self._size is not None

    @property
    def percent(self) -> float:
        """Pixels of the screen for a hundred of the picture."""
        return 100 * self.scale_px * float(self.devicePixelRatioF())

    def show_actual(self) -> None:
        """One pixel of the screen for each of the picture."""
        if self._size is None:
            return
        share = self.percent / 100  # of a small picture it is beyond what the wheel reaches
        self._fitted = False
        self.box.scaleBy((share, share), center=self._centre())
        self._end_move()

    def show_box(self, box: QRectF) -> None:
        """Let a part of the picture, in its coordinates, fill the view."""
        if self._size is None:
            return
        self._fitted = False
        self.box.setRange(box, padding=0)
        self._end_move()

    @property
    def scale_px(self) -> float:
        """Screen pixels for one pixel of the picture."""
        return 1 / float(self.box.viewPixelSize()[0])

    def to_picture(self, position: QPointF) -> QPointF:
        """A viewport position in picture coordinates."""
        scene = self.mapToScene(position.toPoint())
        result: QPointF = self.box.mapSceneToView(scene)
        return result

    def to_viewport(self, x: float, y: float) -> QPointF:
        """A picture position in viewport coordinates."""
        return QPointF(self.mapFromScene(self.box.mapViewToScene(QPointF(x, y))))

    def pixel_at(self, position: QPointF) -> tuple[int, int]:
        """(u, v) under a viewport position; (-1, -1) beyond the picture."""
        if self._size is None:
            return NOWHERE
        point = self.to_picture(position)
        u, v = math.floor(point.x() + 0.5), math.floor(point.y() + 0.5)
        inside = 0 <= u < self._size[1] and 0 <= v < self._size[0]
        return (u, v) if inside else NOWHERE

    def set_dimmed(self, dimmed: bool) -> None:
        """Faded: an old picture stands in for what cannot be seen."""
        self._image.setOpacity(DIMMED if dimmed else 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Says when it is done."""
        super().paintEvent(event)
        self.painted.emit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A fitted picture stays fitted; of another the same part is seen."""
        super().resizeEvent(event)
        if not hasattr(self, "_fitted") or self._size is None:  # also while pyqtgraph constructs
            return
        if self._fitted:
            self.fit()
        else:
            self._place()
            self.view_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_palette()

    def _follow_palette(self) -> None:
        self.setBackground(self.palette().color(QPalette.ColorRole.Dark))

    def _uncovered(self) -> QRectF:
        """The surface and what bars have taken of it, in pixels of the viewport."""
        covered, size = self.covered(), self.viewport().size()
        return QRectF(0, -covered, size.width(), size.height() + covered)

    def _fitted_view(self, height: int, width: int) -> QRectF:
        """What is seen of a whole picture: it is in the middle where a bar has room above it."""
        whole, margin = self._uncovered(), 2 * MARGIN * max(height, width)
        bar = min(self.room_for_bar, BAR_SHARE * whole.height())
        wide, high = width + margin, height + margin
        scale = min(whole.width() / wide, (whole.height() - bar) / high)
        above = max((whole.height() - scale * high) / 2, bar)  # pixels
        seen = whole.size() / scale
        left, top = (width - 1 - seen.width()) / 2, -0.5 - margin / 2 - above / scale
        return QRectF(QPointF(left, top), seen)

    def _place(self) -> None:
        """Put the picture where surface and bars together show what is to be seen."""
        whole, part, size = self._uncovered(), self._seen, self.viewport().size()
        if part.isEmpty() or size.isEmpty():
            return
        scale = min(whole.width() / part.width(), whole.height() / part.height())
        corner = part.center() - whole.center() / scale
        self.box.setRange(QRectF(corner, QSizeF(size) / scale), padding=0)

    def _end_move(self) -> None:
        """The user has moved the picture: it stays there."""
        self._keep_in_sight()
        view, whole = self.box.viewRect(), self._uncovered()
        self._seen = view.adjusted(0, whole.top() / self.scale_px, 0, 0)
        self.view_changed.emit()

    def _centre(self) -> QPointF:
        centre: QPointF = self.box.viewRect().center()
        return centre

    def _allowed(self, factor: float) -> float:
        """`factor`, bounded so that the scale stays within its limits."""
        assert self._size is not None
        height, width = self._size
        viewport: QSize = self.viewport().size()
        fitted = min(viewport.width() / width, viewport.height() / height)
        low, high = SMALLEST_SHARE * fitted, max(LARGEST_SCALE, fitted)
        scale = self.scale_px
        return min(max(scale * factor, low), high) / scale

    def _keep_in_sight(self) -> None:
        """The view's centre stays within half a picture of the picture."""
        assert self._size is not None
        height, width = self._size
        centre = self._centre()
        dx = min(max(centre.x(), -width / 2), 1.5 * width) - centre.x()
        dy = min(max(centre.y(), -height / 2), 1.5 * height) - centre.y()
        if dx or dy:
            self.box.translateBy(x=dx, y=dy)
