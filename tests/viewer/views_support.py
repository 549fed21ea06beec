"""Hand-made things to show, and a cloud that is only a widget."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QObject,
    QPoint,
    QPointF,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.panels import FieldMap, LayerRow, LegendRow, ProbeCard
from sgnet_viewer.contract.picture import ProbeMarks, TapMarks

GREEN = (40, 200, 90)
RED = (220, 40, 40)
LAYERS = ("layer1.0", "layer1.1", "layer2.0")


class FakeCloud(QWidget):
    """Has the signals the window connects to."""

    point_size_changed = Signal(int)
    pixel_picked = Signal(object)
    command_requested = Signal(str)
    box_changed = Signal(object)
    menu_requested = Signal(object)

    def look_from(self, viewpoint: object) -> None: ...

    def open_box(self) -> None: ...

    def picture(self) -> None: ...


class Heard:
    """Collects what a signal says."""

    def __init__(self, *signals: object) -> None:
        self.said: list[object] = []
        for signal in signals:
            signal.connect(self._hear)  # type: ignore[attr-defined]

    def _hear(self, *values: object) -> None:
        self.said.append(values[0] if len(values) == 1 else values)


class Counted(QObject):
    """How often a widget got events of a kind."""

    def __init__(self, widget: QWidget, kind: QEvent.Type) -> None:
        super().__init__(widget)
        self.count = 0
        self._kind = kind
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == self._kind
        return super().eventFilter(watched, event)


def settle() -> None:
    """What events ask for in turn is done too: layouts in layouts, paintings after them."""
    for _ in range(8):
        QApplication.processEvents()


def ramp_image(height: int = 60, width: int = 80) -> UInt8Array:
    """Every pixel differs from its neighbours."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack((columns * 3, rows * 4, (rows + columns) % 2 * 255), -1).astype(np.uint8)


def flat_image(height: int = 60, width: int = 80, grey: int = 30) -> UInt8Array:
    return np.full((height, width, 3), grey, np.uint8)


def tap_marks(
    points: list[tuple[float, float]],
    *,
    outside: list[bool] | None = None,
    partly: list[bool] | None = None,
    modulation: float = 1.0,
    grid: list[tuple[float, float]] | None = None,
) -> TapMarks:
    xy = np.array(points, np.float32)
    regular = np.array(grid or points, np.float32)
    count = len(points)
    return TapMarks(
        "layer1.0",
        GREEN,
        xy[:, 0],
        xy[:, 1],
        regular[:, 0],
        regular[:, 1],
        np.full(count, modulation, np.float32),
        np.array(outside or [False] * count),
        np.array(partly or [False] * count),
    )


def probe_marks(
    u: int, v: int, *taps: TapMarks, number: int = 1, active: bool = True
) -> ProbeMarks:
    return ProbeMarks(number, u, v, active, taps)


def legend_rows(
    hidden: frozenset[int] = frozenset(), iou: float | None = None
) -> tuple[LegendRow, ...]:
    names = ((7, "bed", 0.6), (2, "wall", 0.3), (30, "a class of a very long name", 0.0004))
    return tuple(
        LegendRow(index, name, RED, share, index not in hidden, iou) for index, name, share in names
    )


def field_maps(value: int = 200) -> tuple[FieldMap, ...]:
    image = np.full((6, 8), value, np.uint8)
    return tuple(FieldMap(name, image, GREEN, 0.5, 3.25, name == "layer2.0") for name in LAYERS)


def probe_card(number: int = 1, name: str = "bed", truth: str | None = None) -> ProbeCard:
    rows = (
        LayerRow("layer1.0", GREEN, 5.25, 0.0625, 0, 0),
        LayerRow("layer1.1", GREEN, 7.5, None, 2, 1),
    )
    classes = ((name, RED, 0.75), ("pillow", GREEN, 0.125))
    return ProbeCard(number, 20, 30, 2.5, (-0.5, 0.25, 2.5), classes, truth, rows)


def turn_wheel(widget: QWidget, position: QPointF, notches: int) -> None:
    event = QWheelEvent(
        position,
        QPointF(widget.mapToGlobal(position.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def drawn_svg(svg: bytes) -> bytes:
    """An SVG as Qt's own reader draws it, at its own size: a PNG file."""
    renderer = QSvgRenderer(QByteArray(svg))
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return bytes(buffer.data().data())
