"""Mouse and keyboard of the cloud view: gestures become a new camera."""

from __future__ import annotations

from math import radians

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize

ORBIT_PER_PIXEL = radians(0.35)
ORBIT_KEY = radians(5.0)
PAN_KEY_PX = 24.0
ZOOM_STEP = 0.85  # distance after a notch of the wheel
MAX_CLOSENESS = 6.0
SETTLE_MS = 160  # after the last step of wheel or keyboard, the move is over

_LEFT, _MIDDLE, _RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ZOOM_KEYS: dict[int, float] = {Qt.Key.Key_PageUp: ZOOM_STEP, Qt.Key.Key_PageDown: 1 / ZOOM_STEP}


class CloudNavigator(QObject):
    """Holds the camera; `size` is the widget's, all positions are the widget's."""

    moved = Signal()  # the camera is another one
    settled = Signal()  # ... and stays for now
    clicked = Signal(QPointF)  # pressed and released without moving
    menu_asked = Signal(QPointF)  # likewise, with the right button, which pans when it moves

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.camera = OrbitCamera()
        self.home_distance = self.camera.distance
        self.size = ViewSize(1, 1)
        self.touched = False  # the user has chosen a view of his own
        self._button: Qt.MouseButton | None = None
        self._pressed_at = self._last = QPointF()
        self._dragging = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.settled)

    @property
    def is_moving(self) -> bool:
        """A gesture is under way."""
        return self._dragging or self._settle.isActive()

    @property
    def is_dragging(self) -> bool:
        """A mouse button is held and has moved."""
        return self._dragging

    def press(self, event: QMouseEvent) -> None:
        """Begin a click or a drag; a second button pressed meanwhile is ignored."""
        if self._button is None and event.button() in (_LEFT, _MIDDLE, _RIGHT):
            self._button = event.button()
            self._pressed_at = self._last = event.position()

    def drag(self, event: QMouseEvent) -> None:
        """Orbit or pan with the held button."""
        if self._button is None:
            return
        away = event.position() - self._pressed_at
        if not self._dragging and away.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragging = True
        step = event.position() - self._last
        self._last = event.position()
        if self._button == _LEFT and not event.modifiers() & _SHIFT:
            self._orbit(step.x() * ORBIT_PER_PIXEL, step.y() * ORBIT_PER_PIXEL)
        else:
            self._move(self.camera.pan(step.x(), step.y(), self.size))

    def release(self, event: QMouseEvent) -> None:
        """End a drag, or report a click of the left button."""
        if event.button() != self._button:
            return
        self._button, was_dragging, self._dragging = None, self._dragging, False
        if was_dragging:
            self.settled.emit()
        elif event.button() == _LEFT:
            self.clicked.emit(event.position())
        elif event.button() == _RIGHT:
            self.menu_asked.emit(event.position())

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom towards the cursor; touch pads send parts of a notch."""
        notches = event.angleDelta().y() / 120
        at = (event.position().x(), event.position().y())
        self._step(self.camera.zoom(ZOOM_STEP**notches, at, self.size))

    def key(self, event: QKeyEvent) -> bool:
        """Arrows orbit (with Shift: pan), page keys zoom. True when the key was used."""
        key = event.key()  # an int: keyboards have keys that Qt has no name for
        if key in _ARROWS:
            self._arrow(*_ARROWS[key], pan=bool(event.modifiers() & _SHIFT))
        elif key in _ZOOM_KEYS:
            self._step(self.camera.zoom(_ZOOM_KEYS[key]))
        else:
            return False
        return True

    def set_home(self, camera: OrbitCamera) -> None:
        """Stand where the user has not moved the view yet; emits nothing."""
        self.touched = False
        self.home_distance = camera.distance
        self.camera = camera

    def carry(self, motion: FloatArray) -> None:
        """The same view in another world frame, see `OrbitCamera.carried`; emits nothing."""
        self.camera = self.camera.carried(motion)

    @property
    def closeness(self) -> float:
        """How many times closer than at home the eye is, 1 to 6: points grow with it, so that a
        surface stays closed when it is approached.
        """
        return min(max(self.home_distance / self.camera.distance, 1.0), MAX_CLOSENESS)

    def look(self, camera: OrbitCamera) -> None:
        """Take a view that the user has asked for."""
        self._step(camera)

    def _arrow(self, right: int, down: int, *, pan: bool) -> None:
        if pan:
            self._step(self.camera.pan(-right * PAN_KEY_PX, -down * PAN_KEY_PX, self.size))
        else:
            self._step(self.camera.orbit(right * ORBIT_KEY, down * ORBIT_KEY))

    def _orbit(self, yaw: float, pitch: float) -> None:
        self._move(self.camera.orbit(yaw, pitch))

    def _step(self, camera: OrbitCamera) -> None:
        self._settle.start()
        self._move(camera)

    def _move(self, camera: OrbitCamera) -> None:
        self.touched = True
        self.camera = camera
        self.moved.emit()
