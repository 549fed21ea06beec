"""The pyqtgraph surface of the picture: an image, zoom, pan, and clicks in pixels of the picture.

The mouse is read from Qt's own events: pyqtgraph's click has a time limit, and a user who takes
half a second to aim still means a click.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.tools import Grip, ToolModel

CRISP_SCALE = 2.0  # screen pixels a picture pixel: from here on pixels are shown as squares
LARGEST_SCALE = 96.0
SMALLEST_SHARE = 0.2  # of the fitted scale: zoomed out, taps beyond the border can be seen
WHEEL_STEP = 1.2  # zoom for one notch of the wheel
NOTCH = 120  # eighths of a degree
MARGIN = 0.01  # of the picture's size around it when fitted
DIMMED = 0.35
NOWHERE = (-1, -1)
REACH_PX = 8.0  # of a grip, on the screen
CURSORS = {
    "cross": Qt.CursorShape.CrossCursor,
    "measure": Qt.CursorShape.CrossCursor,
    "brush": Qt.CursorShape.CrossCursor,
    "wipe": Qt.CursorShape.SplitHCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
}


class CrispImage(pg.ImageItem):  # type: ignore[misc]  # pyqtgraph has no annotations
    """An image drawn smoothly when small and as sharp squares when magnified."""

    def paint(self, painter: QPainter, *arguments: object) -> None:
        """Chooses between smooth and crisp by the scale of this painter."""
        scale = math.hypot(painter.worldTransform().m11(), painter.worldTransform().m12())
        hint = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(hint, scale < CRISP_SCALE)
        super().paint(painter, *arguments)


class PictureCanvas(pg.GraphicsView):  # type: ignore[misc]
    """Shows one image; positions are in its pixels, pixel centres at integers."""

    clicked = Signal(int, int)
    grip_pressed = Signal(int)
    grip_dragged = Signal(int, int, int)
    grip_released = Signal(int)
    stroke_begun = Signal(int, int)
    stroke_extended = Signal(int, int)
    stroke_ended = Signal()
    wheel_turned = Signal(int, bool)  # notches; whether of the tool's strength
    hovered = Signal(int, int)
    moved = Signal(QPointF)  # the cursor, in pixels of the view, while no button is down
    menu_requested = Signal(int, int, QPoint)  # the pixel, and where on the screen
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
        self._press: QPoint | None = None
        self._last = QPoint()
        self._dragging = False
        self._hover = NOWHERE
        self._tool = ToolModel()
        self._grip: Grip | None = None  # that is being dragged
        self._painting = False
        self._turned = 0.0  # notches of the wheel that are no whole one yet
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # the window takes them
        self.viewport().setAcceptDrops(False)
        self._show_cursor()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._follow_palette()

    def set_image(self, image: UInt8Array | None) -> None:
        """(H, W, 3) uint8 RGB. Another size is fitted to the view; the same size keeps the zoom."""
        if image is None:
            self._size = None
            self._image.clear()
            self._hover = NOWHERE
            return
        self._image.setImage(image, autoLevels=False)
        size = image.shape[:2]
        if size != self._size:
            self._size = size
            self._image.setRect(QRectF(-0.5, -0.5, size[1], size[0]))
            self.fit()

    def look_as(self, other: PictureCanvas) -> None:
        """At the same place of the picture, as large; says nothing."""
        self._fitted = other._fitted
        self.box.setRange(other.box.viewRect(), padding=0)

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self._fitted = True
        if self._size is None:
            return
        height, width = self._size
        margin = MARGIN * max(height, width)
        rect = QRectF(-0.5, -0.5, width, height)
        self.box.setRange(rect.adjusted(-margin, -margin, margin, margin), padding=0)
        self.view_changed.emit()

    def zoom(self, factor: float, position: QPointF | None = None) -> None:
        """Magnify by `factor`, keeping what lies under `position` (viewport) where it is."""
        if self._size is None:
            return
        factor = self._allowed(factor)
        centre = self.to_picture(position) if position is not None else self._centre()
        self._fitted = False
        self.box.scaleBy((1 / factor, 1 / factor), center=centre)
        self._keep_in_sight()
        self.view_changed.emit()

    def pan(self, pixels: QPoint) -> None:
        """Move the picture by screen pixels."""
        if self._size is None:
            return
        self._fitted = False
        self.box.translateBy(x=-pixels.x() / self.scale_px, y=-pixels.y() / self.scale_px)
        self._keep_in_sight()
        self.view_changed.emit()

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
        self._keep_in_sight()
        self.view_changed.emit()

    def show_box(self, box: QRectF) -> None:
        """Let a part of the picture, in its coordinates, fill the view."""
        if self._size is None:
            return
        self._fitted = False
        self.box.setRange(box, padding=0)
        self._keep_in_sight()
        self.view_changed.emit()

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

    def claims_click(self) -> bool:
        """Whether what lies over the picture takes the click for itself; set by its owner."""
        return False

    def set_tool(self, model: ToolModel) -> None:
        """What the cursor is, and what can be dragged."""
        self._tool = model
        self._show_cursor()

    def grip_at(self, position: QPointF) -> Grip | None:
        """The nearest grip within reach of a viewport position; the last of equals."""
        near = [
            (distance, -number)
            for number, grip in enumerate(self._tool.grips)
            if (distance := _length(self.to_viewport(*grip.at) - position)) <= REACH_PX
        ]
        return self._tool.grips[-min(near)[1]] if near else None

    def set_dimmed(self, dimmed: bool) -> None:
        """Faded: an old picture stands in for what cannot be seen."""
        self._image.setOpacity(DIMMED if dimmed else 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Says when it is done."""
        super().paintEvent(event)
        self.painted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remembers where a click or a drag began; on a grip it takes hold of it."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._press = self._last = event.position().toPoint()
            self._dragging = event.button() is Qt.MouseButton.MiddleButton
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = self.grip_at(event.position())
            if self._grip is not None:
                self.grip_pressed.emit(self._grip.key)
            elif self._tool.paints and (pixel := self.pixel_at(event.position())) != NOWHERE:
                self._painting = True
                self.stroke_begun.emit(*pixel)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pans or drags a grip while a button is down, reads otherwise."""
        position = event.position().toPoint()
        if self._press is None:
            self._say_hover(self.pixel_at(event.position()))
            self._show_cursor(event.position())
            self.moved.emit(event.position())
        elif self._grip is not None:
            self._drag_grip(self._grip, event.position())
        elif self._painting:
            self._extend_stroke(event.position())
        elif self._dragging or self._is_drag(position):
            self._dragging = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pan(position - self._last)
            self._last = position
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A release without a drag is a click."""
        pressed, dragged = self._press is not None, self._dragging
        self._press, self._dragging = None, False
        grip, self._grip = self._grip, None
        painted, self._painting = self._painting, False
        self._show_cursor(event.position())
        event.accept()
        if grip is not None:
            self.grip_released.emit(grip.key)
            return
        if painted:
            self.stroke_ended.emit()
            return
        if not pressed or dragged or event.button() is not Qt.MouseButton.LeftButton:
            return
        pixel = self.pixel_at(event.position())
        if pixel != NOWHERE and not self.claims_click():
            self.clicked.emit(*pixel)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By a right click, or by the menu key: then on the middle of the view."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        at = self.viewport().rect().center() if by_key else event.pos()
        pixel = NOWHERE if by_key else self.pixel_at(QPointF(at))
        self.menu_requested.emit(*pixel, self.viewport().mapToGlobal(at))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of two quick clicks is a press like any other."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms at the cursor; with a modifier it may be the tool's."""
        strength = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._tool.paints and (
            strength or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._turn(event.angleDelta(), strength)
            event.accept()
            return
        notches = event.angleDelta().y() / NOTCH
        if notches:
            self.zoom(WHEEL_STEP**notches, event.position())
            self._say_hover(self.pixel_at(event.position()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the cursor any more."""
        self._say_hover(NOWHERE)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A fitted picture stays fitted."""
        super().resizeEvent(event)
        if hasattr(self, "_fitted") and self._fitted:  # pyqtgraph resizes while it constructs
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_palette()

    def _show_cursor(self, position: QPointF | None = None) -> None:
        on_grip = position is not None and self.grip_at(position) is not None
        self.viewport().setCursor(CURSORS["hand" if on_grip else self._tool.cursor])

    def _extend_stroke(self, position: QPointF) -> None:
        """Beyond the picture nothing is painted."""
        pixel = self.pixel_at(position)
        if pixel != NOWHERE:
            self.stroke_extended.emit(*pixel)
        self._say_hover(pixel)

    def _turn(self, angle: QPoint, strength: bool) -> None:
        """Whole notches; with Shift some systems turn the wheel sideways."""
        self._turned += (angle.y() or angle.x()) / NOTCH
        steps = math.trunc(self._turned)
        self._turned -= steps
        if steps:
            self.wheel_turned.emit(steps, strength)

    def _drag_grip(self, grip: Grip, position: QPointF) -> None:
        pixel = self.pixel_at(position)
        if pixel != NOWHERE and pixel != grip.at:
            self._grip = replace(grip, at=pixel)
            self.grip_dragged.emit(grip.key, *pixel)

    def _follow_palette(self) -> None:
        self.setBackground(self.palette().color(QPalette.ColorRole.Dark))

    def _is_drag(self, position: QPoint) -> bool:
        assert self._press is not None
        return (position - self._press).manhattanLength() >= QApplication.startDragDistance()

    def _say_hover(self, pixel: tuple[int, int]) -> None:
        if pixel != self._hover:
            self._hover = pixel
            self.hovered.emit(*pixel)

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


def _length(vector: QPointF) -> float:
    return math.hypot(vector.x(), vector.y())
