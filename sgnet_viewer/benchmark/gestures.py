"""What is measured in a running window: clicks, keys in the palette, new results, new points."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.launch.startup import Running
from sgnet_viewer.state.result import Result
from sgnet_viewer.views.picture.picture_canvas import PictureCanvas
from sgnet_viewer.views.window.command_palette import CommandPalette

from .gui_meter import GuiMeter, PaintWatch, Work
from .script import Waiting, after

CLOUD_SIZE = (480, 640)  # (height, width): 307,200 points
ORBIT_SIZE = (950, 720)  # (width, height), pixels of the pane
ORBIT_STEP_PX = 6
TYPED = "save the point cloud"  # into the command palette, again and again
REST_S = 0.15  # what a gesture stirs up has come to rest


@dataclass(slots=True)
class Findings:
    """One entry a repetition, in milliseconds.

    `questions`: the longest block while each was asked, answered and drawn, by its name.
    """

    clicks: list[float] = field(default_factory=list)
    results: list[Work] = field(default_factory=list)
    clouds: list[float] = field(default_factory=list)
    cloud_work: list[Work] = field(default_factory=list)
    orbits: list[float] = field(default_factory=list)
    keystrokes: list[float] = field(default_factory=list)
    questions: dict[str, float] = field(default_factory=dict)


def click_everywhere(running: Running, found: Findings, count: int) -> Waiting:
    """From a click on the picture to its taps on the screen, of the layers that are chosen."""
    canvas = _canvas(running)
    painted = PaintWatch(canvas.viewport())
    for u, v in _pixels(running, count):
        yield after(REST_S)
        began = time.perf_counter()
        _click(canvas.viewport(), canvas.to_viewport(u, v))
        yield _later(painted, began)
        probe = running.application.probes.active
        if (
            probe is None or max(abs(probe.u - u), abs(probe.v - v)) > 1
        ):  # widgets have whole pixels
            raise RuntimeError(f"the click on {u}, {v} placed no probe")
        found.clicks.append(1e3 * (painted.at - began))


def type_into_palette(running: Running, found: Findings, count: int) -> Waiting:
    """From a key pressed in the command palette to the commands that it finds on the screen."""
    running.window.show_palette()
    palette: CommandPalette | None = running.window.findChild(CommandPalette)
    assert palette is not None  # every window has one
    painted = PaintWatch(palette.list.viewport())
    for number in range(count):
        if number % len(TYPED) == 0:
            palette.search.clear()
        yield after(REST_S)
        began = time.perf_counter()
        _key(palette.search, TYPED[number % len(TYPED)])
        yield _later(painted, began)
        found.keystrokes.append(1e3 * (painted.at - began))
    palette.hide()


def take_results(running: Running, found: Findings, meter: GuiMeter, count: int) -> Waiting:
    """A result comes, with another class at every pixel, and is painted in picture, classes,
    cards, maps and cloud."""
    painted = PaintWatch(_canvas(running).viewport())
    session = running.application.session
    for number in range(1, count + 1):
        yield after(REST_S)
        result = _another(session.result, number)
        meter.start()
        began = time.perf_counter()
        session.set_result(result)
        yield _later(painted, began)
        yield lambda: running.is_complete
        found.results.append(meter.read())


def move_cloud(running: Running, found: Findings, meter: GuiMeter, count: int) -> Waiting:
    """307,200 new points and colours, until they are on the screen."""
    drawn = _Moment()
    running.cloud.drawn.connect(drawn)
    index = np.arange(CLOUD_SIZE[0] * CLOUD_SIZE[1], dtype=np.int64)
    for number in range(count + 1):
        points, colours = _made_up_points(number)
        yield after(REST_S)
        meter.start()
        began = time.perf_counter()
        running.window.cloud.set_cloud(points, colours, index)
        yield _later(drawn, began)
        if number:  # at first the shared memory grows
            found.clouds.append(1e3 * (drawn.at - began))
            found.cloud_work.append(meter.read())
    running.cloud.drawn.disconnect(drawn)


def orbit_cloud(running: Running, found: Findings, count: int) -> Waiting:
    """The same points in a large pane, turned with the left button held: from a step of the mouse
    to the picture of the new view on the screen.
    """
    cloud, drawn = running.cloud, _Moment()
    cloud.setFixedSize(*ORBIT_SIZE)
    yield lambda: cloud.size() == QSize(*ORBIT_SIZE) and cloud.is_current
    cloud.drawn.connect(drawn)
    at = QPointF(ORBIT_SIZE[0] / 2, ORBIT_SIZE[1] / 2)
    _mouse(cloud, QEvent.Type.MouseButtonPress, at)
    for number in range(count + 1):
        at += QPointF(ORBIT_STEP_PX if number else QApplication.startDragDistance() + 1, 0)
        began = time.perf_counter()
        _mouse(cloud, QEvent.Type.MouseMove, at)
        yield _later(drawn, began)
        if number:  # the first one begins the drag
            found.orbits.append(1e3 * (drawn.at - began))
    _mouse(cloud, QEvent.Type.MouseButtonRelease, at)
    cloud.drawn.disconnect(drawn)


def _another(result: Result | None, by: int) -> Result:
    """The same frame with its classes renumbered."""
    assert result is not None  # the window is complete
    prediction = result.prediction
    classes = len(prediction.scheme.classes)
    labels = ((prediction.labels.astype(np.int64) + by) % classes).astype(np.uint8)
    return replace(result, prediction=replace(prediction, labels=labels))


class _Moment:
    """When it was last called."""

    def __init__(self) -> None:
        self.at = float("-inf")

    def __call__(self, *_: object) -> None:
        self.at = time.perf_counter()


def _canvas(running: Running) -> PictureCanvas:
    canvas: PictureCanvas | None = running.window.findChild(PictureCanvas)
    assert canvas is not None  # every window has its picture
    return canvas


def _later(moment: PaintWatch | _Moment, began: float) -> Callable[[], bool]:
    return lambda: moment.at > began


def _pixels(running: Running, count: int) -> Iterator[tuple[int, int]]:
    """Spread over the frame, the same ones each time."""
    frame = running.application.session.frame
    assert frame is not None  # the window is complete
    height, width = frame.size
    random = np.random.default_rng(0)
    for _ in range(count):
        yield int(random.integers(8, width - 8)), int(random.integers(8, height - 8))


def _click(viewport: QWidget, at: QPointF) -> None:
    """Press and release of the left button, queued as the system queues them."""
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        _mouse(viewport, kind, at)


def _mouse(widget: QWidget, kind: QEvent.Type, at: QPointF) -> None:
    """An event of the left button, which is held but for its release."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    buttons = none if kind is QEvent.Type.MouseButtonRelease else left
    button = none if kind is QEvent.Type.MouseMove else left
    where = widget.mapToGlobal(at)
    event = QMouseEvent(kind, at, where, button, buttons, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.postEvent(widget, event)


def _key(widget: QWidget, letter: str) -> None:
    key = ord(letter.upper())  # Qt's numbers of letters and the blank
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
        QCoreApplication.postEvent(widget, event)


def _made_up_points(number: int) -> tuple[FloatArray, UInt8Array]:
    """A waving sheet, (307200, 3) float32 metres and uint8 RGB: another one for each number."""
    height, width = CLOUD_SIZE
    v, u = np.mgrid[:height, :width].astype(np.float32)
    z = 2 + 0.3 * np.sin(u / 40 + number)
    points = np.stack(((u - width / 2) * z / 520, (v - height / 2) * z / 520, z), -1)
    colours = np.stack((u % 256, v % 256, (u + v + 16 * number) % 256), -1)
    return points.reshape(-1, 3).astype(np.float32), colours.reshape(-1, 3).astype(np.uint8)
