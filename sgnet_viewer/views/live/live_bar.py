"""The line above the picture while a stream is open: its state, its numbers, its buttons."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sgnet_viewer.contract.live import LiveBarModel, LiveState, RecordingModel
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP, scaled
from sgnet_viewer.views.live.live_figures import LiveFigures

STATES = {
    LiveState.OPENING: ("Opening", QPalette.ColorRole.PlaceholderText),
    LiveState.LIVE: ("Live", QPalette.ColorRole.BrightText),
    LiveState.FROZEN: ("Frozen", QPalette.ColorRole.Highlight),
    LiveState.LOST: ("Lost", QPalette.ColorRole.Link),
    LiveState.ENDED: ("Ended", QPalette.ColorRole.PlaceholderText),
}
LAMP = 10  # pixels
FREEZE_TIP, RESUME_TIP = "Freeze this frame  (Space)", "Go on with the newest frame  (Space)"


class Lamp(QWidget):
    """A dot in the state's colour; the word beside it says the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = QPalette.ColorRole.PlaceholderText
        self.setFixedSize(LAMP, LAMP)

    def set_role(self, role: QPalette.ColorRole) -> None:
        """Which colour of the palette."""
        if role != self._role:
            self._role = role
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt's name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.palette().color(self._role)))
        painter.drawEllipse(QRectF(0.5, 0.5, LAMP - 1, LAMP - 1))


class LiveBar(QWidget):
    """Implements `contract.live.LiveBarView`. In a narrow window its buttons are icons alone."""

    freeze_toggled: Signal = intent()
    stepped: Signal = intent()
    record_toggled: Signal = intent()
    stopped: Signal = intent()
    hurried: Signal = intent()
    shown_changed: Signal = intent(bool)  # for the window alone

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Live")
        self._model: LiveBarModel | None = None
        self._lamp, self._state = Lamp(), QLabel()
        self._state.setFont(scaled(self.font(), 1.0, bold=True))
        self._title, self._figures = ElidedLabel(), LiveFigures()
        self._sentence, self._recording = ElidedLabel(), ElidedLabel()
        self._passing = self._sentence, self._recording
        self._sentence.setForegroundRole(QPalette.ColorRole.Link)  # the colour of warnings
        self._title.setProperty("muted", True)
        self.hurry_button = _button("again", "Look now", "Look for the lost camera now")
        self.freeze_button = _button("pause", "Freeze", FREEZE_TIP)
        self.step_button = _button("step", "Step", "Next frame, then freeze  (.)")
        self.record_button = _button("record", "Record", "Record what the camera sends  (Ctrl+R)")
        self.stop_button = _button("stop", "Stop stream", "Stop streaming (keeps the last frame)")
        self._buttons = (
            *(self.hurry_button, self.freeze_button, self.step_button),
            *(self.record_button, self.stop_button),
        )
        self._folded = False
        self._lay_out()
        self.hurry_button.clicked.connect(lambda: self.hurried.emit())
        self.freeze_button.clicked.connect(lambda: self.freeze_toggled.emit())
        self.step_button.clicked.connect(lambda: self.stepped.emit())
        self.record_button.setCheckable(True)
        self.record_button.clicked.connect(self._ask_record)
        self.stop_button.clicked.connect(lambda: self.stopped.emit())
        self.hide()

    def set_model(self, model: LiveBarModel | None) -> None:
        """None hides the bar. What is the same is not set again: this comes many times a second."""
        before, self._model = self._model, model
        if (before is None) is not (model is None):
            self.setVisible(model is not None)
            self.shown_changed.emit(model is not None)
        if model is None:
            return
        if before is None or before.state is not model.state:
            self._show_state(model.state)
        if before is None or before.title != model.title:
            self._title.setText(model.title)
        if before is None or before.sentence != model.sentence:
            self._sentence.setText(model.sentence)
            self._sentence.setVisible(bool(model.sentence))
        if before is None or before.recording != model.recording:
            self._show_recording(model.recording)
        self._figures.set_model(model)

    def passing_height(self) -> int:
        """Pixels of the lines that come and go: while something is recorded or the camera is lost.
        The picture below does not move for them."""
        lines = [label for label in self._passing if not label.isHidden()]
        heights = sum(label.sizeHint().height() + STEP // 2 for label in lines)
        return 0 if self.isHidden() else heights

    def minimumSizeHint(self) -> QSize:
        """That of icons alone."""
        size = super().minimumSizeHint()
        return size if self._folded else QSize(size.width() - self._words(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words where there is room for them."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        words = self._words()
        folded = self.width() < self.minimumSizeHint().width() + words
        if folded is not self._folded:
            self._folded = folded
            style = Qt.ToolButtonStyle
            for button in self._buttons:
                button.setToolButtonStyle(
                    style.ToolButtonIconOnly if folded else style.ToolButtonTextBesideIcon
                )

    def _words(self) -> int:
        """Pixels of the texts of the buttons that are there."""
        metrics = self.fontMetrics()
        shown = [button for button in self._buttons if not button.isHidden()]
        return sum(metrics.horizontalAdvance(button.text()) + STEP // 2 for button in shown)

    def _ask_record(self) -> None:
        """The mark moves when the model says so."""
        recording = None if self._model is None else self._model.recording
        self.record_button.setChecked(recording is not None and recording.running)
        self.record_toggled.emit()

    def _show_state(self, state: LiveState) -> None:
        word, role = STATES[state]
        self._state.setText(word)
        self._lamp.set_role(role)
        frozen, lost = state is LiveState.FROZEN, state is LiveState.LOST
        self.freeze_button.setText("Resume" if frozen else "Freeze")
        self.freeze_button.setToolTip(RESUME_TIP if frozen else FREEZE_TIP)
        self.freeze_button.setAccessibleName(self.freeze_button.text())
        self.freeze_button.set_icon_name("play" if frozen else "pause")
        self.hurry_button.setVisible(lost)
        for button in (self.freeze_button, self.step_button):
            button.setVisible(not lost)
            button.setEnabled(state in (LiveState.LIVE, LiveState.FROZEN))
        self._fold()

    def _show_recording(self, recording: RecordingModel | None) -> None:
        running = recording is not None and recording.running
        self.record_button.setText("End recording" if running else "Record")
        self.record_button.setChecked(running)
        self._recording.setText("" if recording is None else recording_text(recording))
        self._recording.setVisible(recording is not None)
        self._fold()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(STEP)
        top.addWidget(self._lamp)
        top.addWidget(self._state)
        top.addWidget(self._title, 1)
        for button in self._buttons:
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(STEP // 2)
        layout.addLayout(top)
        layout.addWidget(self._figures)
        for label in self._passing:
            layout.addWidget(label)
            label.hide()


def recording_text(recording: RecordingModel) -> str:
    """What was written and what was not, or why it stopped."""
    if recording.problem:
        return recording.problem
    plural = "" if recording.frames == 1 else "s"
    said = f"Recording, {recording.frames} frame{plural}"
    if recording.dropped:
        said += f", {recording.dropped} dropped"
    return f"{said}: {recording.text}" if recording.text else said


def _button(icon: str, text: str, tip: str) -> IconButton:
    button = IconButton(icon, tip, flat=False)
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(12, 12))
    return button
