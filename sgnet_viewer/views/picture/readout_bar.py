"""What lies under the cursor: columns of fixed width, so that nothing dances."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgnet_viewer.contract.certainty import is_unsure
from sgnet_viewer.contract.window import Readout
from sgnet_viewer.views.kit.theme import STEP

SWATCH = 10
GAP = STEP + 2  # pixels after a column
AXES = "xyz"
WIDEST_CLASS = "otherstructure  0.00"
IDLE = "Hover to read, click to probe"
Column = tuple[str, str, str]  # label, text, the widest text


class ReadoutBar(QWidget):
    """One line under the picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readout: Readout | None = None
        self._idle = IDLE
        self.setAccessibleName("Under the cursor")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_readout(self, readout: Readout | None) -> None:
        """None where the cursor is beyond the picture."""
        if readout == self._readout:
            return
        self._readout = readout
        self.setAccessibleDescription("" if readout is None else in_words(readout))
        self.update()

    def set_no_result(self, reason: str) -> None:
        """Why a click would tell nothing; "" where it would."""
        idle = reason or IDLE
        if idle != self._idle:
            self._idle = idle
            self.update()

    def sizeHint(self) -> QSize:
        """One line of text."""
        return QSize(320, self.fontMetrics().height() + STEP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Numbers on the left in their columns, the class after them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(STEP, 0, -STEP, 0)
        if self._readout is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            metrics = self.fontMetrics()
            shown = metrics.elidedText(self._idle, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
            return
        left = area.left()
        for column in self._fitting(self._readout, area.width()):
            left = self._draw_column(painter, column, left)
        self._draw_class(painter, self._readout, area.adjusted(left - area.left(), 0, 0, 0))

    def _fitting(self, readout: Readout, room: int) -> list[Column]:
        """The columns that leave the class its room: without the position where it is little."""
        shown = list(columns(readout))
        metrics = self.fontMetrics()
        needed = SWATCH + 6 + metrics.horizontalAdvance(WIDEST_CLASS)
        needed += sum(_advance(metrics, column) for column in shown)
        if readout.name is not None and needed > room:
            shown = [column for column in shown if column[0] not in AXES]
        return shown

    def _draw_column(self, painter: QPainter, column: Column, left: int) -> int:
        label, text, widest = column
        middle = Qt.AlignmentFlag.AlignVCenter
        metrics = self.fontMetrics()
        label_width = metrics.horizontalAdvance(label) + 4
        width = metrics.horizontalAdvance(widest)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QRect(left, 0, label_width, self.height()), middle, label)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        box = QRect(left + label_width, 0, width, self.height())
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, text)
        return box.right() + GAP

    def _draw_class(self, painter: QPainter, readout: Readout, area: QRect) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        if readout.name is None:
            return
        if readout.colour is not None:
            painter.setPen(QPen(QColor(128, 128, 128, 130), 1))
            painter.setBrush(QColor(*readout.colour))
            top = area.center().y() - SWATCH // 2 + 1
            painter.drawRoundedRect(area.left(), top, SWATCH, SWATCH, 2, 2)
        role = QPalette.ColorRole.WindowText
        if is_unsure(readout.probability):
            role = QPalette.ColorRole.Link
        painter.setPen(self.palette().color(role))
        text = class_text(readout)
        box = area.adjusted(SWATCH + 6, 0, 0, 0)
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, middle, shown)


def _advance(metrics: QFontMetrics, column: Column) -> int:
    label, _, widest = column
    return metrics.horizontalAdvance(label) + 4 + metrics.horizontalAdvance(widest) + GAP


def columns(readout: Readout) -> tuple[Column, ...]:
    """u, v, depth and position; "–" where depth is missing."""
    pixel = (("u", str(readout.u), "0000"), ("v", str(readout.v), "0000"))
    if readout.depth_m is None or readout.xyz_m is None:
        missing = (("depth", "–", "00.00 m"),)
        return pixel + missing + tuple((axis, "–", "−00.00") for axis in AXES)
    axes = "xy" if readout.other else AXES  # z is the depth: there is more to say
    position = zip(axes, readout.xyz_m[: len(axes)], strict=True)
    return (
        *pixel,
        ("depth", f"{readout.depth_m:.2f} m", "00.00 m"),
        *((axis, f"{value:z.2f}".replace("-", "−"), "−00.00") for axis, value in position),
    )


def class_text(readout: Readout) -> str:
    """Class, probability, and the true class where another was expected."""
    text = readout.name or ""
    if readout.probability is not None:
        text += f"  {readout.probability:.2f}"
    if is_unsure(readout.probability):
        text += " unsure"
    if readout.truth is not None and readout.truth != readout.name:
        text += f"  (truth: {readout.truth})"
    return f"{text}  B: {readout.other}" if readout.other else text


def in_words(readout: Readout) -> str:
    """For screen readers."""
    parts = [f"{label} {text}" for label, text, _ in columns(readout)]
    return ", ".join([*parts, class_text(readout)])
