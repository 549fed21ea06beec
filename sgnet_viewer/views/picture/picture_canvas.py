"""What the mouse does to the picture: clicks, drags, strokes, and the wheel, in its pixels.

The mouse is read from Qt's own events: pyqtgraph's click has a time limit, and a user who takes
half a second to aim still means a click.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.tools import Grip, ToolModel
from sgnet_viewer.views.picture.zoom_surface import NOWHERE, ZoomSurface

WHEEL_STEP = 1.2  # zoom for one notch of the wheel
NOTCH = 120  # eighths of a degree
REACH_PX = 8.0  # of a grip, on the screen
CURSORS = {
    "cross": Qt.CursorShape.CrossCursor,
    "measure": Qt.CursorShape.CrossCursor,
    "brush": Qt.CursorShape.CrossCursor,
    "wipe": Qt.CursorShape.SplitHCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
}


class PictureCanvas(ZoomSurface):
    """A picture under the mouse: tells what is meant by a gesture, and zooms and pans by itself."""

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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def set_image(self, image: UInt8Array | None) -> None:
        """See `ZoomSurface`; where nothing is shown the cursor is on nothing."""
        super().set_image(image)
        if image is None:
            self._hover = NOWHERE

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

    def _is_drag(self, position: QPoint) -> bool:
        assert self._press is not None
        return (position - self._press).manhattanLength() >= QApplication.startDragDistance()

    def _say_hover(self, pixel: tuple[int, int]) -> None:
        if pixel != self._hover:
            self._hover = pixel
            self.hovered.emit(*pixel)


def _length(vector: QPointF) -> float:
    return math.hypot(vector.x(), vector.y())
