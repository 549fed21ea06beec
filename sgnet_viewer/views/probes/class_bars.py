"""The likeliest classes of a pixel as bars."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from sgnet_viewer.views.kit.theme import STEP

ClassBar = tuple[str, tuple[int, int, int], float]  # name, colour, probability 0..1
SWATCH = 10
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassBars(QWidget):
    """One line a class: swatch, name, bar, probability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[ClassBar, ...] = ()

    def set_classes(self, classes: tuple[ClassBar, ...]) -> None:
        """Likeliest first."""
        if len(classes) != len(self._classes):
            self.updateGeometry()
        self._classes = classes
        self.setAccessibleName("Likeliest classes")
        self.setAccessibleDescription(
            ", ".join(f"{name} {probability:.2f}" for name, _, probability in classes)
        )
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(200, self._line() * len(self._classes))

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Line by line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, entry in enumerate(self._classes):
            area = QRect(0, index * self._line(), self.width(), self._line())
            self._draw_line(painter, area, entry)

    def _line(self) -> int:
        return self.fontMetrics().height() + 3

    def _draw_line(self, painter: QPainter, area: QRect, entry: ClassBar) -> None:
        name, colour, probability = entry
        metrics = self.fontMetrics()
        painter.setPen(QPen(QColor(128, 128, 128, 130), 1))
        painter.setBrush(QColor(*colour))
        painter.drawRoundedRect(1, area.center().y() - SWATCH // 2 + 1, SWATCH, SWATCH, 2, 2)
        figure = metrics.horizontalAdvance("<0.01") + STEP
        text = area.adjusted(SWATCH + STEP, 0, -figure, 0)
        text.setWidth(min(text.width() // 2, 18 * metrics.averageCharWidth()))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, LEFT, shown)
        painter.drawText(area, RIGHT, probability_text(probability))
        left = text.right() + STEP
        bar = QRect(left, area.center().y() - 2, area.width() - figure - left, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Midlight))
        painter.drawRoundedRect(bar, 3, 3)
        bar.setWidth(max(round(bar.width() * probability), 1))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(bar, 3, 3)


def probability_text(probability: float) -> str:
    """Two places, and never 0.00 for what is possible."""
    return "<0.01" if 0 < probability < 0.005 else f"{probability:.2f}"
