"""The line under the live bar while a recording is played: where it is, its range, its speed."""

from __future__ import annotations

from enum import IntEnum
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QWidget,
)

from sgnet_viewer.cameras.playhead import SPEEDS
from sgnet_viewer.contract.live import TimelineModel
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

TRACK, HANDLE = 4, 12  # pixels
RANGE_TIP = "Play {} again and again"
ICON, WORDED = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon


class Room(IntEnum):
    """What there is room for, each with what stands before it."""

    ICONS = 0
    WORDS = 1  # of the buttons
    TIMES = 2  # beside the frame


class TimelineTrack(QSlider):
    """A slider over the frames that marks a range; a press anywhere goes there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName("Frame of the recording")
        self.setToolTip("Drag to a frame; arrow keys go frame by frame")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(10 * STEP)
        self.setFixedHeight(3 * STEP)
        self._range = (0, 0)

    def set_range_marked(self, first: int, last: int) -> None:
        """The frames that are played."""
        if (first, last) != self._range:
            self._range = (first, last)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """At once to the place, and from there it is dragged."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags."""
        if self.isSliderDown():
            self.setValue(self._frame_at(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """The end of a drag."""
        self.setSliderDown(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The track, the range on it, and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette, middle = self.palette(), self.height() / 2
        top = middle - TRACK / 2
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        left, right = self._x(self.minimum()), self._x(self.maximum())
        painter.drawRoundedRect(QRectF(left, top, right - left, TRACK), 2, 2)
        first, last = (self._x(index) for index in self._range)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(QRectF(first, top, max(last - first, 2.0), TRACK), 2, 2)
        role = QPalette.ColorRole.Text if self.hasFocus() else QPalette.ColorRole.Highlight
        painter.setBrush(palette.color(role))
        x = self._x(self.value())
        painter.drawEllipse(QRectF(x - HANDLE / 2, middle - HANDLE / 2, HANDLE, HANDLE))

    def _x(self, index: int) -> float:
        span = max(self.maximum() - self.minimum(), 1)
        return HANDLE / 2 + (self.width() - HANDLE) * (index - self.minimum()) / span

    def _frame_at(self, x: float) -> int:
        share = (x - HANDLE / 2) / max(self.width() - HANDLE, 1)
        return self.minimum() + round(share * (self.maximum() - self.minimum()))


class TimelineBar(QWidget):
    """Implements `contract.live.TimelineView`. In a narrow window it says the frame alone; in a
    narrower one the buttons of the range are icons."""

    sought: Signal = intent(int)
    stepped_back: Signal = intent()
    range_chosen: Signal = intent(int, int)
    speed_chosen: Signal = intent(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timeline")
        self._model: TimelineModel | None = None
        self._room = Room.TIMES
        self.back_button = IconButton("step_back", "Frame before, then freeze  (,)")
        self.track = TimelineTrack()
        self.label = QLabel()
        self.label.setProperty("muted", True)
        from_tip = RANGE_TIP.format("from this frame") + "  (Shift+I)"
        to_tip = RANGE_TIP.format("up to this frame") + "  (Shift+O)"
        self.from_button = _button("range_from", "From here", from_tip)
        self.to_button = _button("range_to", "To here", to_tip)
        self.all_button = _button("again", "All", "Play the whole recording again")
        self._range_buttons = (self.from_button, self.to_button, self.all_button)
        self.speeds = QComboBox()
        self.speeds.setAccessibleName("Speed")
        self.speeds.setToolTip("Speed; 1 is the pace at which it was taken")
        for speed in SPEEDS:
            self.speeds.addItem(f"{speed:g}×", speed)
        self._lay_out()
        self.back_button.clicked.connect(lambda: self.stepped_back.emit())
        self.track.valueChanged.connect(self._seek)
        self.from_button.clicked.connect(partial(self._choose_range, True))
        self.to_button.clicked.connect(partial(self._choose_range, False))
        self.all_button.clicked.connect(self._choose_all)
        self.speeds.activated.connect(lambda at: self.speed_chosen.emit(self.speeds.itemData(at)))
        self.hide()

    def set_model(self, model: TimelineModel | None) -> None:
        """None hides it; the handle stays where it is dragged."""
        self._model = model
        self.setVisible(model is not None)
        if model is None:
            return
        self.track.blockSignals(True)
        self.track.setRange(0, model.count - 1)
        if not self.track.isSliderDown():
            self.track.setValue(model.index)
        self.track.blockSignals(False)
        self.track.set_range_marked(model.first, model.last)
        self.label.setToolTip(place_text(model))
        self._show_place(model)
        self.all_button.setEnabled((model.first, model.last) != (0, model.count - 1))
        self.speeds.setVisible(model.speed is not None)
        at = self.speeds.findData(model.speed)
        if model.speed is not None and at != self.speeds.currentIndex():
            self.speeds.setCurrentIndex(at)

    def minimumSizeHint(self) -> QSize:
        """That of the frame and of icons alone."""
        size = super().minimumSizeHint()
        return QSize(size.width() - self._extra(self._room), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Times and words where there is room for them."""
        super().resizeEvent(event)
        spare = self.width() - self.minimumSizeHint().width()
        room = next(room for room in reversed(Room) if spare >= self._extra(room) or not room)
        if self._model is not None and room is not self._room:
            self._room = room
            self._show_place(self._model)
            for button in self._range_buttons:
                button.setToolButtonStyle(WORDED if room else ICON)

    def _show_place(self, model: TimelineModel) -> None:
        text, widest = place_text(model), widest_text(model)
        if self._room is not Room.TIMES:
            text, widest = text.split()[0], widest.split()[0]
        self.label.setText(text)
        self.label.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest))

    def _extra(self, room: Room) -> int:
        """Pixels of the words of the buttons and of the times, as far as there is room."""
        metrics = self.fontMetrics()
        words = sum(
            metrics.horizontalAdvance(button.text()) + STEP // 2 for button in self._range_buttons
        )
        if self._model is None or room is Room.ICONS:
            return 0
        widest = widest_text(self._model)
        times = metrics.horizontalAdvance(widest) - metrics.horizontalAdvance(widest.split()[0])
        return words + (times if room is Room.TIMES else 0)

    def _seek(self, index: int) -> None:
        self.sought.emit(index)

    def _choose_range(self, begins: bool) -> None:
        model = self._model
        if model is not None and begins:
            self.range_chosen.emit(model.index, max(model.last, model.index))
        elif model is not None:
            self.range_chosen.emit(min(model.first, model.index), model.index)

    def _choose_all(self) -> None:
        if self._model is not None:
            self.range_chosen.emit(0, self._model.count - 1)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(STEP, 0, STEP, STEP // 2)
        row.setSpacing(STEP // 2)
        for widget in (
            self.back_button,
            self.track,
            self.label,
            self.from_button,
            self.to_button,
            self.all_button,
            self.speeds,
        ):
            row.addWidget(widget, 1 if widget is self.track else 0)


def place_text(model: TimelineModel) -> str:
    """Frame and time, of how many."""
    return f"{model.index + 1}/{model.count}   {clock(model.time_s)} / {clock(model.duration_s)}"


def widest_text(model: TimelineModel) -> str:
    """As wide as the text can become, so that nothing dances."""
    end = clock(model.duration_s)
    return f"{model.count}/{model.count}   {end} / {end}"


def clock(seconds: float) -> str:
    """Minutes, seconds and tenths."""
    minutes, rest = divmod(max(seconds, 0.0), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def _button(icon: str, text: str, tip: str) -> IconButton:
    button = IconButton(icon, tip)
    button.setText(text)
    button.setToolButtonStyle(WORDED)
    return button
