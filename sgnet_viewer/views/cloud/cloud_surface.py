"""Where the cloud is drawn and turned: asks for pictures, paints them, follows the mouse.

The widget asks for a picture and keeps showing the old one, scaled where its own size changed,
until the new one is there. Picking and marks always use the camera of the picture on the screen.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from sgnet_model.types import UInt8Array
from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize
from sgnet_viewer.cloud.image import CloudClientProtocol, CloudImage
from sgnet_viewer.cloud.picking import NOTHING
from sgnet_viewer.cloud.scene import Cloud, Scene
from sgnet_viewer.views.cloud.cloud_navigation import CloudNavigator
from sgnet_viewer.views.cloud.cloud_screen import CloudHover, CloudScreen
from sgnet_viewer.views.cloud.cloud_still import CloudStill
from sgnet_viewer.views.cloud.cloud_subject import CloudSubject
from sgnet_viewer.views.kit.pixmaps import array_from_image

EMPTY = "The points of a frame with depth are shown here."
STARTING = "The point cloud is being drawn…"


class CloudSurface(QWidget):
    """Shows a coloured cloud, lets it be turned, and says which pixel a click or hover means."""

    # Source indices of the point clicked, under the cursor, or that a menu is opened on; -1: none.
    # As objects: those of merged frames are longer than the 32 bits of Qt's own integers.
    pixel_picked = Signal(object)
    hovered = Signal(object)
    menu_opened = Signal(object)
    menu_requested = Signal(QPoint)  # for the window alone: where on the screen
    camera_changed = Signal()
    drawn = Signal()  # the newest state is on the screen (or the sentence in its place)

    _painted = Signal()

    def __init__(self, client: CloudClientProtocol, parent: QWidget | None = None) -> None:
        """`client`: draws; started with the first show, ended where it was made."""
        super().__init__(parent)
        self._client = client
        self._subject = CloudSubject()
        self._message = ""
        self._scene: Scene | None = None  # the newest that was asked for
        self._screen = CloudScreen()
        self._background = QColor()
        self._announced = False  # `drawn` was emitted for this state
        self._outdated: Cloud | None = None  # of the frame before
        self._navigator = CloudNavigator(self)
        self._hover = CloudHover(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self._client.image_ready.connect(self._on_image)
        self._navigator.moved.connect(self._on_moved)
        self._navigator.settled.connect(self._ask)
        self._navigator.clicked.connect(self._on_clicked)
        self._navigator.menu_asked.connect(self._on_menu)
        self._hover.due.connect(self._on_hover)
        self._hover.hovered.connect(self.hovered)
        self._painted.connect(self._on_painted, Qt.ConnectionType.QueuedConnection)

    def reset_view(self) -> None:
        """Back to where the view begins."""
        self._navigator.set_home(self._subject.home(self._navigator.size))
        self._on_moved()

    @property
    def camera(self) -> OrbitCamera:
        """The camera asked for; the picture may be one behind."""
        return self._navigator.camera

    @property
    def is_current(self) -> bool:
        """The screen shows the newest picture, or the sentence in its place."""
        if self._message or self._is_lost():
            return True
        return self._scene is not None and self._screen.scene is self._scene

    @property
    def shown(self) -> Cloud | None:
        """The cloud of the last picture; in a stream a newer one may be on its way."""
        scene = self._screen.scene
        return None if scene is None else scene.cloud

    def set_stale(self, stale: bool) -> None:
        """Whether the cloud is of the frame before: then it is faint, until another is drawn."""
        cloud = self._subject.cloud
        if stale:
            self._outdated = cloud
        elif self._outdated is cloud:
            self._outdated = None
        self.update()

    def still(self) -> CloudStill | None:
        """What is on the screen, to be drawn for a file; None without a cloud."""
        scene = self._screen.scene
        if self._message or scene is None:
            return None
        return CloudStill(self._screen, scene, self.size())

    def picture(self) -> UInt8Array | None:
        """(H, W, 3) uint8 RGB: what is on the screen but the buttons; None without a cloud."""
        if self._message or self._screen.scene is None:
            return None
        ratio = self.devicePixelRatioF()
        image = QImage((self.size() * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(self._background)
        painter = QPainter(image)
        self._screen.paint(painter, self.size(), ratio, dimmed=False)
        painter.end()
        return array_from_image(image)

    # what lies over the picture is another's

    def _is_lost(self) -> bool:
        """Whether the renderer is gone: the last picture is dimmed."""
        return False

    def _arrange(self) -> None:
        """The widget has another size, or the mouse came or went."""

    # the picture

    def _on_image(self, image: CloudImage) -> None:
        self._screen.grid = self._subject.grid
        self._screen.show_image(image)
        self.update()

    def _on_moved(self) -> None:
        self._ask()
        self.camera_changed.emit()

    def _on_clicked(self, at: QPointF) -> None:
        index = self._source_at(at)
        if index != NOTHING:
            self.pixel_picked.emit(index)

    def _on_menu(self, at: QPointF) -> None:
        self.menu_opened.emit(self._source_at(at))
        self.menu_requested.emit(self.mapToGlobal(at.toPoint()))

    def _on_hover(self) -> None:
        at = self._hover.position
        self._hover.report(NOTHING if at is None else self._source_at(at))

    def _on_painted(self) -> None:
        """After the painting, and only when nothing newer was set meanwhile."""
        if self.is_current and not self._announced:
            self._announced = True
            self.drawn.emit()

    def _ask(self) -> None:
        """Ask for a picture of the present state; what is on the screen stays until it is there."""
        self._announced = False
        cloud = self._subject.cloud
        if cloud is not None and not self._message and self.isVisible():
            ratio = self.devicePixelRatioF()
            self._scene = self._subject.scene(cloud, self._navigator, ratio)
            self._client.request(self._scene)
        if self.is_current or self._screen.scene is None:
            self.update()  # a sentence stands in its place

    def _renew(self) -> None:
        self._announced = False
        self.update()

    def _source_at(self, at: QPointF) -> int:
        return NOTHING if self._message else self._screen.source_at(at, self.size())

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._background)
        failed = self._is_lost()
        if self._message:
            self._paint_sentence(painter, self._message)
        elif self._subject.cloud is not None and self._screen.scene is not None:
            dimmed = failed or self._screen.scene.cloud is self._outdated
            self._screen.paint(painter, self.size(), self.devicePixelRatioF(), dimmed)
        elif not failed:
            self._paint_sentence(painter, EMPTY if self._subject.cloud is None else STARTING)
        painter.end()
        if self.is_current and not self._announced:
            self._painted.emit()

    def _paint_sentence(self, painter: QPainter, sentence: str) -> None:
        painter.setPen(self.palette().placeholderText().color())
        room = self.rect().adjusted(24, 24, -24, -24)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, sentence)

    # events

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._navigator.size = ViewSize(max(self.width(), 1), max(self.height(), 1))
        self._arrange()
        if self._navigator.touched:
            self._ask()
        else:
            self.reset_view()

    def showEvent(self, _event: QShowEvent) -> None:
        QTimer.singleShot(0, self, self._client.start)  # after the first paint
        self._ask()

    def event(self, event: QEvent) -> bool:
        """On another screen: `changeEvent` does not hear of its pixels."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._ask()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._navigator.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._navigator.drag(event)
        if self._navigator.is_dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self._hover.move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._navigator.release(event)
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_view()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the menu key, on the middle; by the mouse once its button is up: it may pan."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._on_menu(QPointF(self.rect().center()))
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._navigator.wheel(event)
        event.accept()

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover.move(None)
        self._arrange()
