"""A step of the tour: a card beside what it is about, and a frame around that."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.window import TourStep
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP, scaled

WIDTH = 42 * STEP
CHANGES = (QEvent.Type.Resize, QEvent.Type.Move)


class TourFrame(QWidget):
    """An outline that lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """In the accent colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 3))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 6, 6)


class TourCard(QFrame):
    """Title, text, and the buttons Skip, Back and Next. It does not block the window."""

    moved: Signal = intent(int)
    left: Signal = intent()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setProperty("card", True)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._outline = TourFrame(parent)
        self._place, self._title, self._text = QLabel(), QLabel(), QLabel()
        self._place.setProperty("muted", True)
        self._title.setFont(scaled(self.font(), 1.15, bold=True))
        self._text.setWordWrap(True)
        self.skip, self.back, self.next = (QPushButton(text) for text in ("Skip", "Back", "Next"))
        self._about: QWidget | None = None  # what the step is about
        self._lay_out()
        parent.installEventFilter(self)
        self.skip.clicked.connect(lambda: self.left.emit())
        self.back.clicked.connect(lambda: self.moved.emit(-1))
        self.next.clicked.connect(lambda: self.moved.emit(1))
        self.hide()

    def show_step(self, step: TourStep | None, about: QWidget | None = None) -> None:
        """`about`: the widget that it is about. None ends the tour."""
        if self._about is not None:
            self._about.removeEventFilter(self)
        self._about = None if step is None else about
        if self._about is not None:
            self._about.installEventFilter(self)
        if step is None or about is None:
            self.hide()
            self._outline.hide()
            return
        self._place.setText(f"{step.number} of {step.total}")
        self._title.setText(step.title)
        self._text.setText(step.text)
        self.setAccessibleName(f"Tour, step {step.number} of {step.total}: {step.title}")
        self.back.setEnabled(step.number > 1)
        self.next.setText("Next" if step.number < step.total else "Done")
        self.next.setDefault(True)
        self.setFixedWidth(WIDTH)
        self.adjustSize()
        self._arrange()
        for widget in (self._outline, self):
            widget.show()
            widget.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The card stays beside what it is about; panels have their new sizes a moment later."""
        if watched in (self._window, self._about) and event.type() in CHANGES:
            QTimer.singleShot(0, self, self._arrange)
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        about = self._about
        if about is not None:
            area = QRect(about.mapTo(self._window, QPoint(0, 0)), about.size())
            self._outline.setGeometry(area)
            self.move(place_beside(area, self.width(), self.height(), self._room()))

    def _room(self) -> QRect:
        return self._window.rect().adjusted(STEP, STEP, -STEP, -STEP)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self._title, 1)
        heading.addWidget(self._place)
        buttons = QHBoxLayout()
        buttons.setSpacing(STEP)
        buttons.addWidget(self.skip)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(heading)
        layout.addWidget(self._text)
        layout.addLayout(buttons)


def place_beside(area: QRect, width: int, height: int, room: QRect) -> QPoint:
    """Top left of a card: left, right, above or below `area` where there is room, else inside it
    at the bottom; always within `room`."""
    y = min(max(area.top(), room.top()), room.bottom() - height)
    x = min(max(area.left(), room.left()), room.right() - width)
    if area.left() - STEP - width >= room.left():
        return QPoint(area.left() - STEP - width, y)
    if area.right() + STEP + width <= room.right():
        return QPoint(area.right() + STEP, y)
    if area.top() - STEP - height >= room.top():
        return QPoint(x, area.top() - STEP - height)
    if area.bottom() + STEP + height <= room.bottom():
        return QPoint(x, area.bottom() + STEP)
    inside = area.bottom() - height - 2 * STEP
    return QPoint(
        area.center().x() - width // 2, min(max(inside, room.top()), room.bottom() - height)
    )
