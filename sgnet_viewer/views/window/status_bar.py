"""The line at the bottom: where the picture, its depth, its camera and its result come from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStatusBar,
    QWidget,
)

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.window import LikelyUnit, StatusModel
from sgnet_viewer.render.unit_names import unit_name
from sgnet_viewer.views.kit.elided_button import ElidedButton
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.window.departure_chips import DepartureChips
from sgnet_viewer.views.window.status_fields import (
    Part,
    make_clickable,
    origin_word,
    show_field,
    widths_within,
)

NO_FRAME = "No frame is open"
DEPTH_TIP = "The depth's unit: click to choose another"
OTHER_SCALE = "Another scale…"
CAMERA_TIP = "The camera's intrinsics: click to enter others"
BUSY_AFTER_MS = 200
BUSY_WIDTH = 240  # pixels of text: what is open matters more
RUNS, FEW, NAME = 16, 8, 12  # letters that are kept: of what runs, network, a frame's name
CAMERA = "camera"  # where there is no room for its numbers


class StatusLine(QStatusBar):
    """Frame, depth, camera, network, time; what runs on the right.

    Where the room is small these give way, one after the other: what runs, the network, the
    frame's name, the focal lengths.
    """

    unit_chosen: Signal = intent(str)
    scale_clicked: Signal = intent()
    camera_clicked: Signal = intent()
    cancel_requested: Signal = intent()
    departure_clicked: Signal = intent(str)
    menu_requested: Signal = intent(str, QPoint)  # for the window: "frame" or "network"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._frame, self._network, self._time = ElidedLabel(), ElidedLabel(), QLabel()
        self._network.setProperty("muted", True)
        self._time.setProperty("muted", True)
        self.depth_button = make_clickable(ElidedButton(), DEPTH_TIP)
        self.camera_button = make_clickable(ElidedButton(), CAMERA_TIP)
        self._camera_texts = ("", "")  # with its numbers, and without
        self._is_camera_short = False
        self.units = QMenu(self)
        self._unit_group = QActionGroup(self)
        self._chips = DepartureChips()
        self.departures = self._chips.buttons
        self._busy_text = ElidedLabel()
        self._progress = QProgressBar()
        self._progress.setFixedWidth(120)
        self._progress.setTextVisible(False)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel_button.setToolTip("Cancel what is running (Esc)")
        self._busy = QWidget()
        self._delay = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._delay.timeout.connect(self._show_busy)
        self._lay_out()
        for name, label in (("frame", self._frame), ("network", self._network)):
            label.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            label.customContextMenuRequested.connect(partial(self._ask_menu, name, label))
        self.depth_button.clicked.connect(self._open_units)
        self.camera_button.clicked.connect(lambda: self.camera_clicked.emit())
        self.cancel_button.clicked.connect(lambda: self.cancel_requested.emit())
        self._chips.clicked.connect(lambda command: self.departure_clicked.emit(command))
        self._unit_group.triggered.connect(self._choose_unit)
        self.set_status(None)
        self.set_idle()

    def set_status(self, status: StatusModel | None) -> None:
        """None: no frame is open."""
        self._frame.setText(NO_FRAME if status is None else status.frame)
        self._network.setText("" if status is None else status.network)
        self._time.setText("" if status is None else status.time)
        if status is not None:
            self._frame.setToolTip(_with_path(status.frame, status.frame_path))
            self._network.setToolTip(_with_path(status.network, status.network_path))
        depth, camera = ("", "") if status is None else (status.depth, status.camera)
        doubt = "" if status is None else status.depth_doubt
        show_field(self.depth_button, depth, status is not None and status.depth_guessed, doubt)
        numbers = "" if status is None else f"\nfx, fy, cx, cy: {status.camera_numbers}"
        origin = "" if status is None else f" ({status.camera_origin})"
        guessed = status is not None and status.camera_guessed
        shown = CAMERA if camera and self._is_camera_short else camera  # as `_fit` left it
        show_field(self.camera_button, shown, guessed)
        self.camera_button.setToolTip(self.camera_button.toolTip() + numbers + origin)
        self._camera_texts = (camera + origin_word(guessed), CAMERA + origin_word(guessed))
        self._chips.set_departures(() if status is None else status.departures)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shares the room: see the class."""
        parts, room = self._parts(), self._room()
        busy, network, name, camera = widths = widths_within(room, parts)
        self._busy_text.setMaximumWidth(busy)
        self._network.setMaximumWidth(network)
        self._network.setVisible(bool(self._network.text()) and sum(widths) <= room)
        self._frame.setMinimumWidth(parts[2][1])
        self._frame.setMaximumWidth(name)
        self._is_camera_short = camera < parts[3][0]
        self.camera_button.setText(self._camera_texts[self._is_camera_short])
        self.camera_button.setAccessibleName(self._camera_texts[0])
        self._show_separators()

    def _parts(self) -> tuple[Part, ...]:
        """What runs, network, name, camera: those that give way, in this order."""
        letter = self.fontMetrics().averageCharWidth()
        running = 0 if self._busy.isHidden() else self._busy_text.sizeHint().width()
        network, name = self._network.sizeHint().width(), self._frame.sizeHint().width()
        advance = self.fontMetrics().horizontalAdvance
        whole, short = (advance(text) for text in self._camera_texts)
        button = self.camera_button
        beside = button.sizeHint().width() - advance(button.text())
        camera = 0 if button.isHidden() else beside + whole
        return (
            (min(running, BUSY_WIDTH), min(RUNS * letter, running)),
            (network, min(FEW * letter, network)),
            (name, min(NAME * letter, name)),
            (camera, camera - max(whole - short, 0)),
        )

    def _show_separators(self) -> None:
        fields = (self.depth_button, self.camera_button, self._network)
        shown = [*(not field.isHidden() for field in fields), bool(self._time.text())]
        for separator, is_shown in zip(self._separators, shown, strict=True):
            separator.setVisible(is_shown)

    def _room(self) -> int:
        """Pixels for the parts that give way, beside those that do not."""
        kept = [
            field.sizeHint().width()
            for field in (self.depth_button, self._time, self._chips)
            if not field.isHidden()
        ]
        between = len(self._separators) * (2 * STEP + self._separators[0].sizeHint().width())
        running = [self._progress, self.cancel_button] if not self._busy.isHidden() else []
        busy = sum(widget.sizeHint().width() + 2 * STEP for widget in running)
        return self.width() - sum(kept) - between - busy - 4 * STEP

    def set_units(
        self, units: tuple[str, ...], current: str, likely: tuple[LikelyUnit, ...] = ()
    ) -> None:
        """The units to choose from, and the one in use ("" for none).

        `likely`: what the depth may be in instead, on top with the median that each gives.
        """
        self.units.clear()
        for action in self._unit_group.actions():
            self._unit_group.removeAction(action)
        for other in likely:
            self._add_unit(other.text, other.unit)
        if likely:
            self.units.addSeparator()
        for unit in units:
            self._add_unit(unit_name(unit), unit).setChecked(unit == current)
        self.units.addSeparator()
        self.units.addAction(OTHER_SCALE).triggered.connect(lambda: self.scale_clicked.emit())

    def _add_unit(self, text: str, unit: str) -> QAction:
        action = self.units.addAction(text)
        action.setData(unit)
        action.setCheckable(True)
        self._unit_group.addAction(action)
        return action

    def set_busy(self, text: str, fraction: float | None) -> None:
        """What runs, and how far it is: 0..1, None where that is not known.

        It is shown where it takes long enough to be read: its bar is painted at every turn.
        """
        self._busy_text.setText(text)
        self._fit()
        if fraction is None:
            self._progress.setRange(0, 0)
        else:
            self._progress.setRange(0, 1000)
            self._progress.setValue(round(1000 * min(max(fraction, 0.0), 1.0)))
        if not self.busy:
            self._delay.start()

    def set_idle(self) -> None:
        """Nothing runs."""
        self._delay.stop()
        self._busy.hide()
        self._fit()

    def _show_busy(self) -> None:
        self._busy.show()
        self._fit()

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return self._delay.isActive() or not self._busy.isHidden()

    def _ask_menu(self, name: str, label: QLabel, at: QPoint) -> None:
        self.menu_requested.emit(name, label.mapToGlobal(at))

    def _choose_unit(self, action: QAction) -> None:
        self.unit_chosen.emit(action.data())

    def _open_units(self) -> None:
        if self.units.actions():
            corner = self.depth_button.rect().topLeft()
            height = self.units.sizeHint().height()
            self.units.popup(self.depth_button.mapToGlobal(corner) - QPoint(0, height))

    def _lay_out(self) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(STEP // 2, 0, 0, 0)
        row.setSpacing(STEP)
        fields = (self._frame, self.depth_button, self.camera_button, self._network, self._time)
        self._separators = [_separator() for _ in fields[1:]]
        for separator, widget in zip([None, *self._separators], fields, strict=True):
            if separator is not None:
                row.addWidget(separator)
            row.addWidget(widget)
        row.addWidget(self._chips)
        row.addStretch(1)
        self.addWidget(IsolatedLayout(line), 1)
        busy = QHBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, STEP, 0)
        busy.setSpacing(STEP)
        for widget in (self._busy_text, self._progress, self.cancel_button):
            busy.addWidget(widget)
        self.addPermanentWidget(self._busy)


def _with_path(text: str, path: str) -> str:
    return f"{text}\n{path}" if path else text


def _separator() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    line.setFixedHeight(14)
    line.setStyleSheet("color: palette(mid);")
    return line


class IsolatedLayout(QWidget):
    """Holds `content` at its own size.

    Through a layout every new text asks for a new layout of the whole window, which is then
    painted again: ten milliseconds for a number. Here the window is asked only where the content
    has become too large for its room.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        content.setParent(self)
        self.setSizePolicy(content.sizePolicy())

    def sizeHint(self) -> QSize:
        """The content's."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The content's."""
        return self._content.minimumSizeHint()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The content fills it."""
        self._content.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """Qt's name. Something in the content wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            least = self._content.minimumSizeHint()
            if least.width() > self.width() or least.height() > self.height():
                self.updateGeometry()
        return super().event(event)
