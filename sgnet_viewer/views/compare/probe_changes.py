"""What both answers say at each probe: a line a probe."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from sgnet_viewer.contract.compare import OF_CHOSEN, ClassAt, ProbeChange
from sgnet_viewer.render.finding_words import signed
from sgnet_viewer.views.kit.theme import STEP

SWATCH = 10
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NOTICEABLE = 0.05  # change of probability that is drawn in full contrast


class ProbeChanges(QWidget):
    """Number; class and probability in A and in B; by how much A's class changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.probes: tuple[ProbeChange, ...] = ()
        self.change = OF_CHOSEN
        self.setAccessibleName("The two answers at the probes")

    def set_probes(self, probes: tuple[ProbeChange, ...], change: str = OF_CHOSEN) -> None:
        """By number. `change`: what is taken from what, the head of the last column."""
        if len(probes) != len(self.probes):
            self.updateGeometry()
        self.probes, self.change = probes, change
        self.setAccessibleDescription("; ".join(in_words(probe, change) for probe in probes))
        self.setToolTip(
            f"Class and probability of each answer; {change}: by how much the probability of A's "
            "class differs"
        )
        self.setVisible(bool(probes))
        self.update()

    def sizeHint(self) -> QSize:
        """A head, and a line for each probe."""
        return QSize(240, self._line() * (len(self.probes) + 1))

    def minimumSizeHint(self) -> QSize:
        """Never cut at the bottom."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The head muted; the active probe's number in full contrast."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        heads = ("A", "B", self.change)
        for head, box, flags in zip(heads, self._columns(0), (LEFT, LEFT, RIGHT), strict=True):
            painter.drawText(box, flags, head)
        for row, probe in enumerate(self.probes, 1):
            self._draw(painter, probe, row)

    def _draw(self, painter: QPainter, probe: ProbeChange, row: int) -> None:
        text = self.palette().color(QPalette.ColorRole.WindowText)
        muted = self.palette().color(QPalette.ColorRole.PlaceholderText)
        ours, theirs, change = self._columns(row)
        painter.setPen(text if probe.active else muted)
        painter.drawText(
            QRect(0, ours.top(), self._number(), ours.height()), LEFT, str(probe.number)
        )
        for box, said in ((ours, probe.a), (theirs, probe.b)):
            self._draw_class(painter, box, said, text)
        painter.setPen(text if abs(probe.change) >= NOTICEABLE else muted)
        painter.drawText(change, RIGHT, signed(probe.change))

    def _draw_class(self, painter: QPainter, box: QRect, said: ClassAt, text: QColor) -> None:
        painter.setPen(QPen(QColor(128, 128, 128, 130), 1))
        painter.setBrush(QColor(*said.colour))
        top = box.center().y() - SWATCH // 2 + 1
        painter.drawRoundedRect(box.left(), top, SWATCH, SWATCH, 2, 2)
        painter.setPen(text)
        metrics = self.fontMetrics()
        share = f"{said.probability:.2f}"
        room = metrics.horizontalAdvance(" 0.00")
        inner = box.adjusted(SWATCH + 5, 0, -STEP, 0)
        name = metrics.elidedText(
            said.name, Qt.TextElideMode.ElideRight, max(inner.width() - room, 0)
        )
        painter.drawText(inner, LEFT, name)
        painter.drawText(inner, RIGHT, share)

    def _columns(self, row: int) -> tuple[QRect, QRect, QRect]:
        line, number = self._line(), self._number()
        advance = self.fontMetrics().horizontalAdvance
        change = max(advance(self.change), advance("+0.00")) + 4
        half = max((self.width() - number - change) // 2, 0)
        top = row * line
        return (
            QRect(number, top, half, line),
            QRect(number + half, top, half, line),
            QRect(number + 2 * half, top, change, line),
        )

    def _line(self) -> int:
        return self.fontMetrics().height() + 4

    def _number(self) -> int:
        return self.fontMetrics().horizontalAdvance("00") + 6


def in_words(probe: ProbeChange, change: str) -> str:
    """For screen readers."""
    return (
        f"probe {probe.number}: A {probe.a.name} {probe.a.probability:.2f}, B {probe.b.name} "
        f"{probe.b.probability:.2f}, {change} {signed(probe.change)}"
    )
