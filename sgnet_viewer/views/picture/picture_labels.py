"""The labels and colour bars over the picture: what they say, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QPropertyAnimation, QRect, QSize, Qt
from PySide6.QtWidgets import QGraphicsOpacityEffect, QLabel, QWidget

from sgnet_viewer.views.kit.theme import STEP, scaled
from sgnet_viewer.views.picture.colour_bar import ColourBarWidget
from sgnet_viewer.views.picture.corners import Corner, free_corner

EMPTY = "Drop an RGB + depth pair here, or open one\nwith Ctrl+O."
FADE_MS = 600
BAR_CORNERS = (Corner.BOTTOM_RIGHT, Corner.BOTTOM_LEFT, Corner.TOP_RIGHT, Corner.TOP_LEFT)


class PictureLabels:
    """Belongs to one canvas; `arrange` puts each into its corner."""

    def __init__(self, canvas: QWidget) -> None:
        self._canvas = canvas
        self.bar, self.tap_bar = ColourBarWidget(canvas), ColourBarWidget(canvas)
        for bar in (self.bar, self.tap_bar):
            bar.hide()
        self.note, self.hint, self.message = (plate(canvas) for _ in range(3))
        self.message.setProperty("plate", False)
        self.message.setProperty("muted", True)
        self.message.setFont(scaled(canvas.font(), 1.15))
        self._fade = _fade(self.hint)
        self._text = ""
        self._empty = True
        self._show_message()

    def set_note(self, text: str) -> None:
        """What is said of the picture, in its corner; "" for nothing."""
        _show_text(self.note, text)

    def set_empty(self, empty: bool) -> None:
        """Whether there is no picture: the invitation to open one stands in its place."""
        if empty is not self._empty:
            self._empty = empty
            self._show_message()

    def set_message(self, text: str) -> bool:
        """A sentence in the middle; "" takes it away. Returns whether it is another one."""
        if text == self._text:
            return False
        self._text = text
        self._show_message()
        return True

    def show_hint(self, text: str) -> None:
        """A line at the bottom, until it is faded."""
        self._fade.stop()
        effect = self._fade.targetObject()
        assert isinstance(effect, QGraphicsOpacityEffect)
        effect.setOpacity(1.0)
        _show_text(self.hint, text)

    def fade_hint(self) -> None:
        """Let the hint go, where there is one."""
        if not self.hint.isHidden():
            self._fade.start()

    def arrange(self, taps: Sequence[QPointF] = ()) -> None:
        """After the canvas or a text has another size, or other `taps` are not to be covered."""
        width, height = self._canvas.width(), self._canvas.height()
        for label in (self.note, self.hint, self.message):
            _fit(label, max(width - 2 * STEP, 1))
        self.note.move(STEP, STEP)
        self._arrange_bars(taps)
        self.hint.move(STEP, self._hint_top(height))
        message = self.message
        message.move((width - message.width()) // 2, (height - message.height()) // 2)

    def taken(self) -> list[QRect]:
        """Where the plates lie that are seen."""
        plates = (self.note, self.bar, self.tap_bar)
        return [plate.geometry() for plate in plates if not plate.isHidden()]

    def _arrange_bars(self, taps: Sequence[QPointF]) -> None:
        """One above the other, in one corner."""
        bars = [bar for bar in (self.tap_bar, self.bar) if not bar.isHidden()]
        if not bars:
            return
        gap = STEP // 2
        height = sum(bar.height() + gap for bar in bars) - gap
        note = () if self.note.isHidden() else (self.note.geometry(),)
        size = QSize(max(bar.width() for bar in bars), height)
        box = free_corner(BAR_CORNERS, self._canvas.size(), size, taps, note)
        top = box.top()
        for bar in bars:
            bar.move(box.left(), top)
            top += bar.height() + gap

    def _hint_top(self, height: int) -> int:
        """At the bottom; above the colour bars where both do not fit side by side."""
        top = height - self.hint.height() - STEP
        place = QRect(STEP, top, self.hint.width() + STEP, self.hint.height())
        bars = [bar.geometry() for bar in (self.bar, self.tap_bar) if not bar.isHidden()]
        if any(bar.intersects(place) for bar in bars):
            top = min(bar.top() for bar in bars) - STEP - self.hint.height()
        return top

    def _show_message(self) -> None:
        _show_text(self.message, self._text or (EMPTY if self._empty else ""))
        for name, value in (("plate", not self._empty), ("muted", self._empty)):
            self.message.setProperty(name, value)
        self.message.style().unpolish(self.message)
        self.message.style().polish(self.message)


def plate(parent: QWidget) -> QLabel:
    """A label over the picture; hidden while it says nothing, and no obstacle to the mouse."""
    label = QLabel(parent)
    label.setProperty("plate", True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.hide()
    return label


def _fit(label: QLabel, most: int) -> None:
    """As wide as its text, and no wider than `most`: a longer one is broken into lines."""
    label.setMaximumWidth(most)
    label.setWordWrap(False)
    label.adjustSize()
    if label.sizeHint().width() > most:
        label.setWordWrap(True)
        label.resize(most, label.heightForWidth(most))


def _show_text(label: QLabel, text: str) -> None:
    if text == label.text() and label.isHidden() is not bool(text):
        return
    label.setText(text)
    label.setVisible(bool(text))
    label.adjustSize()


def _fade(label: QLabel) -> QPropertyAnimation:
    """Fades the label, then hides it."""
    effect = QGraphicsOpacityEffect(label)
    effect.setOpacity(1.0)
    label.setGraphicsEffect(effect)
    animation = QPropertyAnimation(effect, b"opacity", label)
    animation.setDuration(FADE_MS)
    animation.setStartValue(1.0)
    animation.setEndValue(0.0)
    animation.finished.connect(label.hide)
    return animation
