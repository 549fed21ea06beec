"""The point cloud as a widget: pictures by Open3D's process, marks and gestures by Qt.

The renderer's client is handed in, and ended where it was made. Setters take what is to be shown;
the widget asks for a picture and keeps showing the old one, scaled where its own size changed,
until the new one is there. Picking and marks always use the camera of the picture on the screen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGridLayout, QWidget

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize
from sgnet_viewer.cloud.image import CloudClientProtocol, CloudImage
from sgnet_viewer.cloud.marks import make_marks
from sgnet_viewer.cloud.picking import NOTHING
from sgnet_viewer.cloud.scene import Cloud, Scene, make_cloud
from sgnet_viewer.contract.cloud import CloudCamera, Ground
from sgnet_viewer.painting.pointer import around
from sgnet_viewer.state.view_settings import CloudBox
from sgnet_viewer.views.cloud.clip_box import ClipBox
from sgnet_viewer.views.cloud.cloud_floats import CloudToolbar, FailurePanel
from sgnet_viewer.views.cloud.cloud_navigation import CloudNavigator
from sgnet_viewer.views.cloud.cloud_screen import CloudHover, CloudScreen
from sgnet_viewer.views.cloud.cloud_subject import CloudSubject
from sgnet_viewer.views.kit.colours import DARK, LIGHT
from sgnet_viewer.views.kit.pixmaps import array_from_image
from sgnet_viewer.views.kit.theme import is_dark

MARGIN = 8
ROOMY_PX = 200  # a view of this height has room for its buttons
STARTING = "The point cloud is being drawn…"


class CloudView(QWidget):
    """Shows a coloured cloud, lets it be turned, and says which pixel a click or hover means."""

    pixel_picked = Signal(int)  # source index of the point clicked
    hovered = Signal(int)  # source index of the point under the cursor, -1 for none
    camera_changed = Signal()
    point_size_changed = Signal(int)  # by the user
    command_requested = Signal(str)  # its key, by a button
    box_changed = Signal(object)  # CloudBox, by the user
    drawn = Signal()  # the newest state is on the screen (or the sentence in its place)
    ready = Signal()  # the renderer has started
    notice = Signal(str)  # a sentence: drawn, but not in the usual way
    failed = Signal(str, str)  # the renderer is lost: a sentence, details

    _painted = Signal()

    def __init__(self, client: CloudClientProtocol, parent: QWidget | None = None) -> None:
        """`client`: draws; started with the first show, ended where it was made."""
        super().__init__(parent)
        self._client = client
        self._subject = CloudSubject()
        self._message = ""
        self._scene: Scene | None = None  # the newest that was asked for
        self._screen = CloudScreen()
        self._announced = False  # `drawn` was emitted for this state
        self._box = CloudBox()
        self._build()
        self._wire()
        self.set_background(is_dark(self.palette()))

    # what to show

    def set_cloud(
        self, points: FloatArray, colours: UInt8Array, source_index: NDArray[np.int64]
    ) -> None:
        """Show these points.

        A new frame is seen from home unless the user has chosen a view; the same frame with other
        classes shown keeps its view in any case.

        `points`: (N, 3) float32, metres, sensor frame, finite. `colours`: (N, 3) uint8 RGB.
        `source_index`: (N,) int64, v * W + u of each point's pixel.

        Raises:
            UserError: the arrays do not belong together, or a point is not finite.
        """
        other = self._subject.show(make_cloud(points, colours, source_index))
        if other and not self._navigator.touched:
            self._navigator.set_home(self._subject.home(self._navigator.size))
        self.set_message("")

    def set_next_cloud(
        self,
        points: FloatArray,
        colours: UInt8Array,
        source_index: NDArray[np.int64],
        spacing: int = 1,
    ) -> None:
        """Show the next moment of the same scene: the view stays as it is. See `set_cloud`.

        `spacing`: this many pixels of each row and column became one point.
        """
        self._subject.follow(make_cloud(points, colours, source_index), spacing)
        self.set_message("")

    def set_ground(self, ground: Ground | None) -> None:
        """Where down and the floor are, for the clouds that follow: a view of them begins obliquely
        from above, stands upright and has a grid. None: it begins where the sensor stood.
        """
        self._subject.ground = ground

    def carry_over(self, motion: FloatArray) -> None:
        """The clouds that follow are in another sensor's frame; what is seen stays where it is.

        `motion`: (4, 4) float32, rigid, to the new frame from the one until now.
        """
        self._subject.carry(motion)
        self._navigator.carry(motion)

    def set_shaded(self, shaded: bool) -> None:
        """Whether edges and steps in depth are darkened."""
        self._subject.shaded = shaded
        self._ask()

    def set_grid_shown(self, shown: bool) -> None:
        """Whether a grid lies on the floor."""
        self._screen.grid_shown = shown
        self._renew()

    def set_caption(self, text: str) -> None:
        """A line in the corner; "" where the cloud is simply that of the frame."""
        self._screen.caption = text
        self.update()

    def set_pointer(self, xyz_m: tuple[float, float, float] | None) -> None:
        """The point that the cursor is on in another view, metres; None for none."""
        if xyz_m == self._screen.pointer:
            return
        before = self._screen.pointer_place(self.size())
        self._screen.pointer = xyz_m
        for place in (before, self._screen.pointer_place(self.size())):
            if place is not None:  # the cloud is not painted anew for a ring
                self.update(around(place[0]))

    def set_box(self, box: CloudBox) -> None:
        """What of the cloud is shown: a mark, and the numbers of the panel."""
        self._box = box
        self._toolbar.show_clipped(not box.is_open)
        self._clip.set_box(box)

    def open_box(self) -> None:
        """The panel that cuts parts of the cloud off."""
        button = self._toolbar.clip
        corner = button.mapToGlobal(button.rect().bottomRight())
        self._clip.open_at(corner, self._box, self._subject.extents())

    def picture(self, finer: float = 1.0) -> UInt8Array | None:
        """(H, W, 3) uint8 RGB: what is on the screen but the buttons; None without a cloud.

        `finer`: so many times the screen's pixels each way; grid, marks and axes are drawn again.
        """
        if self._message or self._screen.scene is None:
            return None
        ratio = self.devicePixelRatioF() * finer
        image = QImage((self.size() * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(self._background)
        painter = QPainter(image)
        self._screen.paint(painter, self.size(), ratio, dimmed=False)
        painter.end()
        return array_from_image(image)

    def set_colours(self, colours: UInt8Array) -> None:
        """Recolour the points shown: (N, 3) uint8 RGB.

        Raises:
            UserError: there is no cloud, or it has another number of points.
        """
        self._subject.recolour(colours)
        self._ask()

    def set_marks(
        self,
        xyz: FloatArray,
        rgba: UInt8Array,
        size_px: FloatArray,
        lines: NDArray[np.int64],
    ) -> None:
        """Lay points and lines over the cloud; see `sgnet_viewer.cloud.marks.Marks`."""
        self._screen.set_marks(make_marks(xyz, rgba, size_px, lines))
        self._renew()

    def set_point_size(self, pixels: int) -> None:
        """Side of a drawn point in pixels of the widget, 1..12; closer views enlarge it."""
        self._subject.point_size = pixels
        self._toolbar.show_point_size(self._subject.point_size)
        self._ask()

    def set_background(self, dark: bool) -> None:
        """Dark or light; the view follows its palette by itself."""
        self._background = colour = QColor((DARK if dark else LIGHT).canvas)
        self._screen.dark = dark
        self._subject.background = colour.red(), colour.green(), colour.blue()
        self._toolbar.set_dark(dark)
        self._failure.set_dark(dark)
        self._ask()
        self.update()

    def set_message(self, text: str) -> None:
        """Show a sentence in place of a cloud; an empty one shows the cloud again."""
        if text != self._message:
            self._message = text
            self.update()
        self._show_toolbar()
        self._ask()

    def show_failure(self, sentence: str) -> None:
        """Cover the dimmed last picture with a sentence and a Restart button."""
        self._failure.set_sentence(sentence)
        self._failure.show()
        self._renew()

    # what the window may do and ask

    def add_tool(self, widget: QWidget) -> None:
        """Put a tool of the window (a colour choice, say) into the strip."""
        self._toolbar.add_tool(widget)

    def look_from_sensor(self) -> None:
        """As the sensor saw it, slightly pulled back."""
        self._navigator.look(self._subject.sensor_view(self._navigator.size))

    def look_from_above(self) -> None:
        """The plan of the room."""
        self._navigator.look(self._subject.plan(self._navigator.size))

    def reset_view(self) -> None:
        """Back to where the view begins."""
        self._navigator.set_home(self._subject.home(self._navigator.size))
        self._on_moved()

    def fit_view(self) -> None:
        """Keep the direction and take in the whole cloud."""
        self._navigator.look(self._subject.fitted(self.camera, self._navigator.size))

    def camera_pose(self) -> CloudCamera:
        """Where the eye is."""
        camera = self.camera
        return CloudCamera(camera.target, camera.distance, camera.yaw, camera.pitch, camera.down)

    def set_camera_pose(self, camera: CloudCamera) -> None:
        """Look from there, as if the user had moved."""
        self._navigator.look(
            OrbitCamera(camera.target, camera.distance, camera.yaw, camera.pitch, down=camera.down)
        )

    @property
    def camera(self) -> OrbitCamera:
        """The camera asked for; the picture may be one behind."""
        return self._navigator.camera

    @property
    def is_current(self) -> bool:
        """The screen shows the newest picture, or the sentence in its place."""
        if self._message or not self._failure.isHidden():
            return True
        return self._scene is not None and self._screen.scene is self._scene

    @property
    def shown(self) -> Cloud | None:
        """The cloud of the last picture; in a stream a newer one may be on its way."""
        scene = self._screen.scene
        return None if scene is None else scene.cloud

    def restart(self) -> None:
        """Start a new renderer; the last picture stays until its first one."""
        self._failure.hide()
        self._client.restart()
        self._renew()

    # wiring

    def _build(self) -> None:
        self._navigator = CloudNavigator(self)
        self._toolbar = CloudToolbar(self)
        self._toolbar.show_point_size(self._subject.point_size)
        self._toolbar.hide()
        self._failure = FailurePanel(self)
        self._clip = ClipBox(self)
        layout = QGridLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        layout.addWidget(self._toolbar, 0, 0, corner)
        layout.addWidget(self._failure, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self._hover = CloudHover(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Point cloud")

    def _wire(self) -> None:
        self._client.image_ready.connect(self._on_image)
        self._client.ready.connect(self.ready)
        self._client.notice.connect(self.notice)
        self._client.failed.connect(self._on_failed)
        self._navigator.moved.connect(self._on_moved)
        self._navigator.settled.connect(self._ask)
        self._navigator.clicked.connect(self._on_clicked)
        self._toolbar.reset_clicked.connect(self.reset_view)
        self._toolbar.point_size_step.connect(self._step_point_size)
        self._toolbar.clip_clicked.connect(self.open_box)
        self._clip.box_changed.connect(self.box_changed)
        self._toolbar.command_requested.connect(self._request_command)
        self._failure.restart_clicked.connect(self.restart)
        self._hover.due.connect(self._on_hover)
        self._hover.hovered.connect(self.hovered)
        self._painted.connect(self._on_painted, Qt.ConnectionType.QueuedConnection)

    def _on_image(self, image: CloudImage) -> None:
        self._screen.grid = self._subject.grid
        self._screen.show_image(image)
        self._failure.hide()
        self.update()

    def _on_failed(self, sentence: str, details: str) -> None:
        self.show_failure(sentence)
        self.failed.emit(sentence, details)

    def _on_moved(self) -> None:
        self._ask()
        self.camera_changed.emit()

    def _on_clicked(self, at: QPointF) -> None:
        index = self._source_at(at)
        if index != NOTHING:
            self.pixel_picked.emit(index)

    def _request_command(self, key: str) -> None:
        self.setFocus()  # it is meant for this panel
        self.command_requested.emit(key)

    def _on_hover(self) -> None:
        at = self._hover.position
        self._hover.report(NOTHING if at is None else self._source_at(at))

    def _on_painted(self) -> None:
        """After the painting, and only when nothing newer was set meanwhile."""
        if self.is_current and not self._announced:
            self._announced = True
            self.drawn.emit()

    def _step_point_size(self, by: int) -> None:
        before = self._subject.point_size
        self.set_point_size(before + by)
        if self._subject.point_size != before:
            self.point_size_changed.emit(self._subject.point_size)

    # the picture

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

    def _show_toolbar(self) -> None:
        """In a low view it would cover a good part of the cloud: there while it can be meant."""
        meant = self.height() >= ROOMY_PX or self.underMouse() or self.hasFocus()
        self._toolbar.setVisible(self._subject.cloud is not None and not self._message and meant)

    def _renew(self) -> None:
        self._announced = False
        self.update()

    def _source_at(self, at: QPointF) -> int:
        return NOTHING if self._message else self._screen.source_at(at, self.size())

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._background)
        failed = not self._failure.isHidden()
        if self._message:
            self._paint_sentence(painter, self._message)
        elif self._subject.cloud is not None and self._screen.scene is not None:
            self._screen.paint(painter, self.size(), self.devicePixelRatioF(), dimmed=failed)
        elif self._subject.cloud is not None and not failed:
            self._paint_sentence(painter, STARTING)
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
        self._show_toolbar()
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

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.set_background(is_dark(self.palette()))
        super().changeEvent(event)

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

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._navigator.wheel(event)
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._show_toolbar()

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover.move(None)
        self._show_toolbar()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_toolbar()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_toolbar()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_R, Qt.Key.Key_Home):
            self.reset_view()
        elif key == Qt.Key.Key_F:
            self.fit_view()
        elif key == Qt.Key.Key_S:
            self.look_from_sensor()
        elif key == Qt.Key.Key_T:
            self.look_from_above()
        elif key == Qt.Key.Key_C and not event.modifiers():
            self.open_box()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._step_point_size(1)
        elif key == Qt.Key.Key_Minus:
            self._step_point_size(-1)
        elif not self._navigator.key(event):
            super().keyPressEvent(event)
