"""The numbers of a stream, in columns of fixed width: painted, so nothing is laid out again."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgnet_viewer.contract.live import LiveBarModel
from sgnet_viewer.views.kit.theme import STEP

Column = tuple[str, str, str]  # label, text, the widest text
GAP = 4


class LiveFigures(QWidget):
    """Rates, latency, drops, valid depth; the last ones give way where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self.setAccessibleName("Figures of the stream")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            "Frames per second from the source (a camera, or a recording) and through the network; "
            "time from capture to screen; dropped frames; share of the pixels that have depth; "
            "share of the pixels that change their class in a second: of a still camera, how far "
            "noise decides"
        )

    def set_model(self, model: LiveBarModel) -> None:
        """Repaints where a figure changed."""
        columns = columns_of(model)
        if columns != self._columns:
            self._columns = columns
            said = ", ".join(f"{label} {text}" for label, text, _ in columns)
            self.setAccessibleDescription(said)
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(320, self.fontMetrics().height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Label in the muted colour, figure in the text's, flush right in its column."""
        painter = QPainter(self)
        metrics, left = self.fontMetrics(), 0
        for column in self._columns:
            width = column_width(metrics, column)
            if left + width > self.width():
                return
            self._draw(painter, column, QRect(left, 0, width, self.height()))
            left += width + 2 * STEP

    def _draw(self, painter: QPainter, column: Column, area: QRect) -> None:
        label, text, _ = column
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, label)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, text)


def columns_of(model: LiveBarModel) -> tuple[Column, ...]:
    """What is shown, the most important first; "–" where there is no number yet."""
    latency = "–" if model.latency_ms is None else f"{model.latency_ms:.0f} ms"
    valid = "none" if model.valid is None else f"{100 * model.valid:.0f} %"
    known = model.flips_per_s
    flips = "–" if known is None else f"{100 * known:.1f} %/s"
    return (
        ("source", _rate(model.capture_fps), "00.0 fps"),
        ("network", _rate(model.inference_fps), "00.0 fps"),
        ("latency", latency, "0000 ms"),
        ("dropped", str(model.dropped), "00000"),
        ("valid depth", valid, "100 %"),
        ("flips", flips, "00.0 %/s"),
    )


def column_width(metrics: QFontMetrics, column: Column) -> int:
    """Pixels of label and widest text."""
    label, _, widest = column
    return metrics.horizontalAdvance(label) + GAP + metrics.horizontalAdvance(widest)


def _rate(fps: float) -> str:
    """One decimal, and never 0.0 for what comes now and then."""
    return f"{max(fps, 0.1):.1f} fps" if fps else "–"
