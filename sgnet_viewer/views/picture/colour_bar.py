"""The scale of a picture whose colours mean a quantity: title, unit, ramp, range."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sgnet_model.types import FloatArray
from sgnet_viewer.contract.picture import ColourBar
from sgnet_viewer.painting.images import image_from_array
from sgnet_viewer.render.bar_text import number
from sgnet_viewer.views.kit.theme import STEP, scaled

WIDTH, WIDEST = 208, 336
RAMP_HEIGHT = 10
HISTOGRAM_HEIGHT = 3 * STEP
SMALLER = 0.9
BARS = QColor(244, 246, 248, 190)
TEXT = QColor(244, 246, 248)
PLATE = QColor(0, 0, 0, 165)


class ColourBarWidget(QWidget):
    """A plate that lies over the picture and lets the mouse through."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bar: ColourBar | None = None

    def set_bar(self, bar: ColourBar | None) -> None:
        """None hides it."""
        self._bar = bar
        self.setVisible(bar is not None)
        if bar is not None:
            self.setAccessibleName(in_words(bar))
            self.resize(self.sizeHint())
            self.update()

    def sizeHint(self) -> QSize:
        """Two lines of small text, the ramp, and the histogram where there is one."""
        height = 2 * self._line() + RAMP_HEIGHT + STEP + self._histogram_height()
        return QSize(self._wanted_width(), height)

    def _wanted_width(self) -> int:
        """More where there is more to say."""
        bar, metrics = self._bar, QFontMetrics(scaled(self.font(), SMALLER))
        if bar is None:
            return WIDTH
        below = metrics.horizontalAdvance("    ".join(bar.ends)) + 3 * STEP
        above = 0 if bar.counts is not None else metrics.horizontalAdvance(heading(bar)) + 3 * STEP
        return min(max(WIDTH, below, above), WIDEST)

    def _line(self) -> int:
        return self.fontMetrics().height()

    def _histogram_height(self) -> int:
        return HISTOGRAM_HEIGHT if self._bar is not None and self._bar.counts is not None else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title above, ramp, range below."""
        bar = self._bar
        if bar is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(PLATE)
        painter.drawRoundedRect(self.rect(), 4, 4)
        self._draw_ramp(painter, bar)
        if bar.counts is not None:
            self._draw_histogram(painter, bar.counts)
        self._draw_text(painter, bar)

    def _ramp(self) -> QRectF:
        top = (self.height() + self._histogram_height() - RAMP_HEIGHT) / 2
        return QRectF(STEP, top, self.width() - 2 * STEP, RAMP_HEIGHT)

    def _draw_ramp(self, painter: QPainter, bar: ColourBar) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._ramp(), image_from_array(bar.colours[None]))

    def _draw_histogram(self, painter: QPainter, counts: FloatArray) -> None:
        """Bars that stand on the ramp, the highest as high as there is room."""
        ramp = self._ramp()
        width, most = ramp.width() / len(counts), float(counts.max(initial=0.0)) or 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(BARS)
        for number_, count in enumerate(counts.tolist()):
            height = (HISTOGRAM_HEIGHT - 4) * count / most
            left = ramp.left() + number_ * width
            painter.drawRect(QRectF(left, ramp.top() - 1 - height, width, height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _draw_text(self, painter: QPainter, bar: ColourBar) -> None:
        ramp = self._ramp()
        height = ramp.top() - self._histogram_height() - 3
        above = QRectF(ramp.left(), 2, ramp.width(), height)
        below = QRectF(ramp.left(), ramp.bottom() + 1, ramp.width(), height)
        painter.setPen(TEXT)
        painter.setFont(scaled(self.font(), SMALLER))
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        room = round(above.width())
        elided = painter.fontMetrics().elidedText(heading(bar), Qt.TextElideMode.ElideRight, room)
        painter.drawText(above, left | middle, elided)
        if bar.counts is not None:
            painter.drawText(above, right | middle, beyond_text(bar.beyond))
        if bar.labels:
            share = below.width() / len(bar.labels)
            for place, label in enumerate(bar.labels):
                box = QRectF(below.left() + place * share, below.top(), share, below.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | middle, label)
            return
        low, *between, high = bar.ends or (number(bar.low), number(bar.high))
        painter.drawText(below, left | middle, low)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | middle, " ".join(between))
        painter.drawText(below, right | middle, high)


def heading(bar: ColourBar) -> str:
    """What stands above the ramp."""
    return f"{bar.title} [{bar.unit}]" if bar.unit else bar.title


def beyond_text(share: float) -> str:
    """How much lies outside the range."""
    percent = 100 * share
    return f"{percent:.0f} % beyond" if percent >= 0.5 or not percent else "<1 % beyond"


def in_words(bar: ColourBar) -> str:
    """For screen readers."""
    if bar.labels or bar.ends:
        return f"{heading(bar)}: {', '.join(bar.labels or bar.ends)}"
    unit = f" {bar.unit}" if bar.unit else ""
    beyond = f"; {beyond_text(bar.beyond)}" if bar.counts is not None else ""
    return f"{bar.title}: {number(bar.low)} to {number(bar.high)}{unit}, low to high{beyond}"
