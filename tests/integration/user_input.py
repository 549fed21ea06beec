"""Mouse and keyboard: X events by xdotool, and questions to the window they go to.

The steps run in a thread of their own, so that a dialogue that blocks does not block them; what
they ask of the window is answered in its thread. Nothing waits for a time: a step waits for what it
brings about, and gives up, with what it waited for, where that never comes.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QWidget

T = TypeVar("T")
GIVE_UP_S = 120.0  # for a machine that does much else
LOOK_S = 0.02


class Never(AssertionError):
    """What was waited for did not come."""


class Answers(QObject):
    """Lives in the window's thread and answers there."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(lambda job: job(), Qt.ConnectionType.QueuedConnection)


class UserInput:
    """Made in the window's thread, used in another one."""

    def __init__(self) -> None:
        self._answers = Answers()
        self.done: list[str] = []

    def ask(self, question: Callable[[], T]) -> T:
        """The answer of the window's thread."""
        answered = threading.Event()
        found: list[Any] = []

        def job() -> None:
            try:
                found.append((question(), None))
            except Exception as error:
                found.append((None, error))
            answered.set()

        self._answers.asked.emit(job)
        if not answered.wait(GIVE_UP_S):
            raise Never("the window does not answer")
        value, error = found[0]
        if error is not None:
            raise error
        result: T = value
        return result

    def until(self, what: str, holds: Callable[[], object]) -> None:
        """Look until it holds. What cannot be asked yet does not hold yet."""
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            try:
                if self.ask(holds):
                    return
            except (AttributeError, IndexError, StopIteration, RuntimeError):
                pass
            time.sleep(LOOK_S)
        raise Never(f"{what}: this never came (done: {', '.join(self.done)})")

    def key(self, *keys: str) -> None:
        """Press and release: names of X, such as "ctrl+o"."""
        _xdotool("key", "--clearmodifiers", *keys)

    def hold(self, key: str, down: bool) -> None:
        """Press a key, or release it."""
        _xdotool("keydown" if down else "keyup", key)

    def type(self, text: str) -> None:
        """Letters into what has the keyboard."""
        _xdotool("type", "--delay", "4", text)

    def move(self, at: Callable[[], QPoint]) -> None:
        """The cursor, to a place on the screen."""
        place = self.ask(at)
        _xdotool("mousemove", "--sync", str(place.x()), str(place.y()))

    def click(self, at: Callable[[], QPoint], button: int = 1) -> None:
        """There."""
        self.move(at)
        _xdotool("click", str(button))

    def drag(self, start: Callable[[], QPoint], end: Callable[[], QPoint]) -> None:
        """In two moves, as users do."""
        self.move(start)
        _xdotool("mousedown", "1")
        first, last = self.ask(start), self.ask(end)
        middle = (first + last) / 2
        _xdotool("mousemove", "--sync", str(middle.x()), str(middle.y()))
        self.move(end)
        _xdotool("mouseup", "1")

    def resize(self, name: str, width: int, height: int) -> None:
        """The window called `name`, by the window manager."""
        found = _xdotool("search", "--onlyvisible", "--name", name).split()
        _xdotool("windowsize", found[-1], str(width), str(height))

    def dialogue(self, kind: type[QDialog]) -> QDialog:
        """The open one of this kind, once it has the keyboard."""
        self.until(f"a {kind.__name__}", lambda: _active(kind))
        return self.ask(lambda: _active(kind))

    def note(self, step: str) -> None:
        """It is done."""
        self.done.append(step)
        print(step, flush=True)


def _active(kind: type[QDialog]) -> QDialog:
    """StopIteration where there is none."""
    shown = (one for one in QApplication.topLevelWidgets() if isinstance(one, kind))
    return next(one for one in shown if one.isVisible() and one.isActiveWindow())


def is_open(kind: type[QDialog]) -> bool:
    """Whether one of this kind is seen."""
    return any(isinstance(one, kind) and one.isVisible() for one in QApplication.topLevelWidgets())


def middle(widget: QWidget) -> Callable[[], QPoint]:
    """Of a widget, in pixels of the screen."""
    return lambda: on_screen(widget, widget.rect().center())


def on_screen(widget: QWidget, at: QPoint) -> QPoint:
    """A place in a widget, in pixels of the screen: xdotool knows no scale."""
    ratio = widget.devicePixelRatioF()
    place = widget.mapToGlobal(at)
    return QPoint(round(place.x() * ratio), round(place.y() * ratio))


def fits(window: QWidget) -> bool:
    """Whether all of a window is on its screen."""
    screen: QRect = window.screen().geometry()
    return screen.contains(window.frameGeometry())


def _xdotool(*words: str) -> str:
    done = subprocess.run(["xdotool", *words], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Never(f"xdotool {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
