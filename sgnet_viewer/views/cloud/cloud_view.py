"""The point cloud as a widget: pictures by Open3D's process, marks and gestures by Qt.

The renderer's client is handed in, and ended where it was made. `cloud_content.py` takes what is to
be shown, `cloud_surface.py` draws it; the strip of buttons and the notice of a lost renderer lie
over it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QGridLayout, QToolButton, QWidget

from sgnet_viewer.cloud.image import CloudClientProtocol, CloudImage
from sgnet_viewer.contract.cloud import CloudViewpoint
from sgnet_viewer.contract.picture import ColourBar
from sgnet_viewer.state.view_settings import CloudBox
from sgnet_viewer.views.cloud.clip_box import ClipBox
from sgnet_viewer.views.cloud.cloud_content import CloudContent
from sgnet_viewer.views.cloud.cloud_floats import CloudToolbar, FailurePanel
from sgnet_viewer.views.kit.colours import DARK, LIGHT
from sgnet_viewer.views.kit.theme import is_dark
from sgnet_viewer.views.picture.colour_bar import ColourBarWidget

MARGIN = 8
VIEWPOINT_KEYS: dict[int, CloudViewpoint] = {
    Qt.Key.Key_R: CloudViewpoint.START,
    Qt.Key.Key_Home: CloudViewpoint.START,
    Qt.Key.Key_F: CloudViewpoint.WHOLE,
    Qt.Key.Key_S: CloudViewpoint.SENSOR,
    Qt.Key.Key_T: CloudViewpoint.ABOVE,
}
AXES_PX, SCALE_PX = 76, 124  # of the bottom edge, that axes and scale take
ROOMY_PX = 200  # a view of this height has room for its buttons


class CloudView(CloudContent):
    """Implements `contract.cloud.CloudViewProtocol`."""

    point_size_changed = Signal(int)  # by the user
    command_requested = Signal(str)  # its key, by a button
    box_changed = Signal(object)  # CloudBox, by the user
    ready = Signal()  # the renderer has started
    notice = Signal(str)  # a sentence: drawn, but not in the usual way
    failed = Signal(str, str)  # the renderer is lost: a sentence, details

    def __init__(self, client: CloudClientProtocol, parent: QWidget | None = None) -> None:
        """`client`: draws; started with the first show, ended where it was made."""
        super().__init__(client, parent)
        self._box = CloudBox()
        self._build()
        self._wire()
        self.set_background(is_dark(self.palette()))

    # what to show

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

    def show_failure(self, sentence: str) -> None:
        """Cover the dimmed last picture with a sentence and a Restart button."""
        self._failure.set_sentence(sentence)
        self._failure.show()
        self._renew()

    def set_bar(self, bar: ColourBar | None) -> None:
        """The scale of the points' colours; None where they mean no quantity."""
        self._has_bar = bar is not None
        self._bar.set_bar(bar)
        self._place_bar()

    # what the window may do and ask

    def add_tool(self, widget: QWidget) -> None:
        """Put a tool of the window (a colour choice, say) into the strip."""
        self._toolbar.add_tool(widget)

    def restart(self) -> None:
        """Start a new renderer; the last picture stays until its first one."""
        self._failure.hide()
        self._client.restart()
        self._renew()

    # wiring

    def _build(self) -> None:
        self._toolbar = CloudToolbar(self)
        self._toolbar.show_point_size(self._subject.point_size)
        self._toolbar.hide()
        for button in self._toolbar.findChildren(QToolButton):
            button.installEventFilter(self)
        self._failure = FailurePanel(self)
        self._bar, self._has_bar = ColourBarWidget(self), False
        self._bar.hide()
        self._clip = ClipBox(self)
        layout = QGridLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        layout.addWidget(self._toolbar, 0, 0, corner)
        layout.addWidget(self._failure, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("Point cloud")

    def _wire(self) -> None:
        self._client.ready.connect(self.ready)
        self._client.notice.connect(self.notice)
        self._client.failed.connect(self._on_failed)
        self._toolbar.reset_clicked.connect(self.reset_view)
        self._toolbar.point_size_step.connect(self._step_point_size)
        self._toolbar.clip_clicked.connect(self.open_box)
        self._clip.box_changed.connect(self.box_changed)
        self._toolbar.command_requested.connect(self._request_command)
        self._failure.restart_clicked.connect(self.restart)

    def _on_image(self, image: CloudImage) -> None:
        super()._on_image(image)
        self._failure.hide()

    def _on_failed(self, sentence: str, details: str) -> None:
        self.show_failure(sentence)
        self.failed.emit(sentence, details)

    def _request_command(self, key: str) -> None:
        self.setFocus()  # it is meant for this panel
        self.command_requested.emit(key)

    def _step_point_size(self, by: int) -> None:
        before = self._subject.point_size
        self.set_point_size(before + by)
        if self._subject.point_size != before:
            self.point_size_changed.emit(self._subject.point_size)

    def _is_lost(self) -> bool:
        return not self._failure.isHidden()

    def _arrange(self) -> None:
        """In a low view it would cover a good part of the cloud: there while it can be meant."""
        focus = QApplication.focusWidget()
        used = focus is not None and self._toolbar.isAncestorOf(focus)
        self._subject.covered_px = self._strip_height() if self.height() >= ROOMY_PX else 0
        self._place_bar()
        meant = self.height() >= ROOMY_PX or self.underMouse() or self.hasFocus() or used
        self._toolbar.setVisible(self._subject.cloud is not None and not self._message and meant)

    def _strip_height(self) -> int:
        return self._toolbar.sizeHint().height() + MARGIN

    def _place_bar(self) -> None:
        """In the middle of the bottom edge: the axes stand at its left, the scale at its right."""
        bar, seen = self._bar, self._subject.cloud is not None and not self._message
        free = self.width() - AXES_PX - SCALE_PX
        fits = free >= bar.width() and self.height() >= ROOMY_PX
        bar.setVisible(self._has_bar and seen and fits)
        left = AXES_PX + (free - bar.width()) // 2
        bar.move(left, self.height() - bar.height() - MARGIN)

    # events

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.set_background(is_dark(self.palette()))
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A button of the strip that loses the keyboard may be the last one that was meant."""
        if event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._arrange)
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._arrange()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._arrange()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in VIEWPOINT_KEYS:
            self.look_from(VIEWPOINT_KEYS[key])
        elif key == Qt.Key.Key_C and not event.modifiers():
            self.open_box()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._step_point_size(1)
        elif key == Qt.Key.Key_Minus:
            self._step_point_size(-1)
        elif not self._navigator.key(event):
            super().keyPressEvent(event)
