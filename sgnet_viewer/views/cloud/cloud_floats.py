"""The small things that float over the cloud: a tool strip, and the notice of a lost renderer."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from string import Template

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.commands import MAXIMISE_PANEL, SWAP_PANES
from sgnet_viewer.views.kit.colours import DARK, LIGHT
from sgnet_viewer.views.kit.icons import IconButton

SENTENCE_WIDTH = 240  # wraps no narrower, so that the strip of a small view still holds it
POINT_SIZES = range(1, 13)
RESET_TIP = "Back to the first view (R); S: as the camera saw it, T: from above"
CLIP_TIP = "Cut parts off: ranges of depth, height and sideways (C)"
PANE_BUTTONS = (  # icon, title, command
    ("swap", "Swap with the picture (F8)", SWAP_PANES),
    ("fit", "Maximise the cloud, or put it back (F9)", MAXIMISE_PANEL),
)

_OF_THE_MOUSE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
)

_SHEET = Template(
    """
QFrame#$name { background: $panel; border: 1px solid $border; border-radius: 6px; }
QFrame#$name QLabel { color: $text; background: transparent; border: 0; }
QFrame#$name QToolButton { color: $text; background: transparent; border: 0; border-radius: 4px;
    padding: 2px 6px; min-height: 14px; }
QFrame#$name QToolButton:hover { background: $hover; }
QFrame#$name QToolButton:checked { background: $accent; }
QFrame#$name QToolButton:focus { border: 1px solid $accent; padding: 1px 5px; }
QFrame#$name QToolButton:disabled { color: $muted; }
QFrame#$name QPushButton { color: $text; background: $raised; border: 1px solid $border;
    border-radius: 4px; padding: 4px 16px; }
QFrame#$name QPushButton:hover { background: $hover; }
QFrame#$name QPushButton:focus { border-color: $accent; }
"""
)


class CloudToolbar(QFrame):
    """Reset, point size, the place of the cloud, and room for the window's own tools."""

    reset_clicked = Signal()
    point_size_step = Signal(int)  # +1 or -1
    command_requested = Signal(str)  # its key
    clip_clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cloudToolbar")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 2, 4, 2)
        self._row.setSpacing(2)
        reset = self._button("Reset", RESET_TIP)
        reset.clicked.connect(self.reset_clicked)
        self._smaller = self._button("−", "Smaller points (-)")
        self._smaller.clicked.connect(lambda: self.point_size_step.emit(-1))
        self._size = QLabel()
        self._size.setToolTip("Point size in pixels, at the sensor's distance")
        self._row.addWidget(self._size)
        self._larger = self._button("+", "Larger points (+)")
        self._larger.clicked.connect(lambda: self.point_size_step.emit(1))
        self.clip = IconButton("clip", CLIP_TIP, self)
        self.clip.setCheckable(True)
        self.clip.clicked.connect(self._ask_to_clip)
        self._row.addWidget(self.clip)
        for name, tip, command in PANE_BUTTONS:
            button = IconButton(name, tip, self)
            button.clicked.connect(partial(self._ask_for, command))
            self._row.addWidget(button)

    def add_tool(self, widget: QWidget) -> None:
        """Put a tool of the window at the left end."""
        self._row.insertWidget(0, widget)

    def show_point_size(self, pixels: int) -> None:
        """Write the size, and disable the button that cannot go further."""
        self._size.setText(f"{pixels} px")
        self._smaller.setEnabled(pixels > POINT_SIZES[0])
        self._larger.setEnabled(pixels < POINT_SIZES[-1])

    def set_dark(self, dark: bool) -> None:
        """Follow the view's background."""
        self.setStyleSheet(_style("cloudToolbar", dark))

    def show_clipped(self, clipped: bool) -> None:
        """Mark that a part of the cloud is cut off."""
        self.clip.setChecked(clipped)

    def _ask_to_clip(self) -> None:
        self.clip.setChecked(not self.clip.isChecked())  # the mark follows what is cut off
        self.clip_clicked.emit()

    def _ask_for(self, command: str, _checked: bool = False) -> None:
        self.command_requested.emit(command)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the view
        self._row.addWidget(button)
        return button


class FailurePanel(QFrame):
    """One sentence and a way out, over the dimmed last picture."""

    restart_clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cloudFailure")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        self._sentence = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._sentence.setObjectName("cloudFailureSentence")
        self._sentence.setMinimumWidth(SENTENCE_WIDTH)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self._sentence)
        restart = QPushButton("Restart")
        restart.setObjectName("cloudRestart")
        restart.clicked.connect(self.restart_clicked)
        column.addWidget(restart, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def set_sentence(self, sentence: str) -> None:
        """What happened and what to do."""
        self._sentence.setText(sentence)

    def set_dark(self, dark: bool) -> None:
        """Follow the view's background."""
        self.setStyleSheet(_style("cloudFailure", dark))

    def event(self, event: QEvent) -> bool:
        """What the mouse does on the panel does nothing to the cloud below it."""
        return super().event(event) or event.type() in _OF_THE_MOUSE


def _style(name: str, dark: bool) -> str:
    return _SHEET.substitute(asdict(DARK if dark else LIGHT), name=name)
