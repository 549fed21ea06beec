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
from sgnet_viewer.contract.window import Departure, LikelyUnit, StatusModel
from sgnet_viewer.views.kit.elided_button import ElidedButton
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

NO_FRAME = "No frame is open"
DEPTH_TIP = "The depth's unit: click to choose another"
OTHER_SCALE = "Another scale …"
CAMERA_TIP = "The camera's intrinsics: click to enter others"
BUSY_AFTER_MS = 200
BUSY_WIDTH = 240  # pixels of text: what is open matters more
GUESS = " This one is a guess."


class StatusLine(QStatusBar):
    """Frame, depth, camera, network, time; what runs on the right."""

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
        self.depth_button, self.camera_button = _field(DEPTH_TIP), _field(CAMERA_TIP)
        self.units = QMenu(self)
        self._unit_group = QActionGroup(self)
        self.departures: list[QPushButton] = []
        self._commands: tuple[str, ...] = ()
        self._departures_row = QHBoxLayout()
        self._departures_row.setSpacing(STEP // 2)
        self._busy_text = ElidedLabel()
        self._busy_text.setMaximumWidth(BUSY_WIDTH)
        self._progress = QProgressBar()
        self._progress.setFixedWidth(120)
        self._progress.setTextVisible(False)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel_button.setToolTip("Cancel what is running (Esc)")
        self._busy = QWidget()
        self._delay = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._delay.timeout.connect(self._busy.show)
        self._lay_out()
        for name, label in (("frame", self._frame), ("network", self._network)):
            label.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            label.customContextMenuRequested.connect(partial(self._ask_menu, name, label))
        self.depth_button.clicked.connect(self._open_units)
        self.camera_button.clicked.connect(lambda: self.camera_clicked.emit())
        self.cancel_button.clicked.connect(lambda: self.cancel_requested.emit())
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
        _show_field(self.depth_button, depth, status is not None and status.depth_guessed, doubt)
        numbers = "" if status is None else f"\nfx, fy, cx, cy: {status.camera_numbers}"
        origin = "" if status is None else f" ({status.camera_origin})"
        _show_field(self.camera_button, camera, status is not None and status.camera_guessed)
        self.camera_button.setToolTip(self.camera_button.toolTip() + numbers + origin)
        self._show_departures(() if status is None else status.departures)
        shown = (depth, camera, self._network.text(), self._time.text())
        for separator, text in zip(self._separators, shown, strict=True):
            separator.setVisible(bool(text))

    def _show_departures(self, departures: tuple[Departure, ...]) -> None:
        """One word each, amber; a click takes it back."""
        while len(self.departures) < len(departures):
            button = _field("")
            self._departures_row.addWidget(button)
            button.clicked.connect(partial(self._click, len(self.departures)))
            self.departures.append(button)
        self._commands = tuple(departure.command for departure in departures)
        for number, button in enumerate(self.departures):
            shown = departures[number] if number < len(departures) else None
            if shown is not None:
                button.setText(shown.text)
                button.setToolTip(f"{shown.tip}. Click to take it back.")
            _mark_guess(button, shown is not None)
            button.setVisible(shown is not None)

    def _click(self, number: int) -> None:
        self.departure_clicked.emit(self._commands[number])

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
            self._add_unit(unit, unit).setChecked(unit == current)
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
        row.addLayout(self._departures_row)
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


def _field(tip: str) -> QPushButton:
    button = ElidedButton()
    button.setProperty("flat", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(tip)
    return button


def _show_field(button: QPushButton, text: str, guessed: bool, doubt: str = "") -> None:
    """A guess is said in words and marked in colour; why it is doubted, in the tip."""
    word = "doubtful guess" if doubt else "guess"
    button.setText(f"{text}  ({word})" if guessed else text)
    button.setVisible(bool(text))
    tip = button.toolTip().splitlines()[0].removesuffix(GUESS)
    lines = [tip + GUESS if guessed else tip, *([doubt] if doubt else [])]
    button.setToolTip("\n".join(lines))
    _mark_guess(button, guessed)


def _mark_guess(button: QPushButton, guessed: bool) -> None:
    if button.property("guess") is guessed:
        return  # polishing it again costs a millisecond
    button.setProperty("guess", guessed)
    button.setProperty("flat", not guessed)
    button.style().unpolish(button)
    button.style().polish(button)


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
