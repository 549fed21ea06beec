"""One S-Conv in the strip: its Fig. 7 map, name and range, framed in the layer's hue."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from sgnet_viewer.contract.panels import FieldMap
from sgnet_viewer.painting.pointer import around, paint_pointer
from sgnet_viewer.views.kit.pixmaps import pixmap_from_array
from sgnet_viewer.views.kit.theme import STEP, scaled

POINTER_RADIUS = 3.0
STALE = 0.3  # opacity
SMALLEST = QSize(34, 72)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FieldButton(QAbstractButton):
    """A checkable thumbnail."""

    pointed = Signal(float, float)  # shares of the frame, 0..1; (-1, -1) beside the map
    enlarged = Signal(bool)  # by a double click; whether it was checked before its first click

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._map: FieldMap | None = None
        self._pixmap = QPixmap()
        self._stale = False
        self._was_checked = False
        self._pointer: tuple[float, float] | None = None
        self.setMouseTracking(True)
        self._make_fonts()

    @property
    def layer(self) -> str:
        """The S-Conv shown."""
        return "" if self._map is None else self._map.layer

    def set_map(self, field: FieldMap) -> None:
        """Another map."""
        self._map = field
        self._pixmap = pixmap_from_array(field.image)
        self.setToolTip(describe(field))
        self.setAccessibleName(f"Layer {field.layer}")
        self.setAccessibleDescription(describe(field))
        self.update()

    def set_stale(self, stale: bool) -> None:
        """Faint: the map is of the frame before."""
        if stale is not self._stale:
            self._stale = stale
            self.update()

    def set_pointer(self, place: tuple[float, float] | None) -> None:
        """Mark a place, in shares of the map; None for none."""
        if place != self._pointer:
            before, self._pointer = self._pointer, place
            for changed in (before, place):  # a map is not painted anew for a ring
                if changed is not None:
                    self.update(around(self._at(changed), POINTER_RADIUS))

    def sizeHint(self) -> QSize:
        """A 4:3 thumbnail with two lines of text."""
        return QSize(96, 72 + self._text_height())

    def minimumSizeHint(self) -> QSize:
        """Small enough for twelve on a narrow screen."""
        return SMALLEST

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Picture above, name and range below, a frame where chosen."""
        if self._map is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(*self._map.colour)
        if self.underMouse() or self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Midlight))
            painter.drawRoundedRect(self.rect(), 4, 4)
        picture = self._picture_rect()
        painter.setOpacity(STALE if self._stale else 1.0)
        painter.drawPixmap(picture, self._pixmap, QRectF(self._pixmap.rect()))
        painter.fillRect(
            QRectF(picture.left(), picture.bottom(), picture.width(), 3), colour
        )  # the hue, also where nothing is chosen
        self._draw_text(painter, self._map)
        if self._map.switched:
            self._draw_switch(painter, picture)
        self._draw_frame(painter, colour)
        if self._pointer is not None:
            paint_pointer(painter, self._at(self._pointer), POINTER_RADIUS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remembers how it was."""
        self._was_checked = self.isChecked()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press is no click of its own."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.enlarged.emit(self._was_checked)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Says which place of the frame is under the cursor."""
        super().mouseMoveEvent(event)
        picture, at = self._picture_rect(), event.position()
        if picture.contains(at):
            x, y = at.x() - picture.left(), at.y() - picture.top()
            self.pointed.emit(x / picture.width(), y / picture.height())
        else:
            self.pointed.emit(-1.0, -1.0)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        super().leaveEvent(event)
        self.pointed.emit(-1.0, -1.0)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the font."""
        if event.type() == QEvent.Type.FontChange:
            self._make_fonts()
        super().changeEvent(event)

    def _make_fonts(self) -> None:
        self._name_font = scaled(self.font(), 0.9, bold=True)
        self._range_font = scaled(self.font(), 0.8)

    def _text_height(self) -> int:
        return self.fontMetrics().height() + STEP

    def _picture_rect(self) -> QRectF:
        """As large as fits, keeping the map's proportions, centred."""
        area = QRect(4, 4, self.width() - 8, self.height() - self._text_height() - 4)
        size = self._pixmap.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = area.left() + (area.width() - size.width()) / 2
        top = area.top() + (area.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def _at(self, place: tuple[float, float]) -> QPointF:
        """Of shares of the frame, in the widget."""
        picture, (x, y) = self._picture_rect(), place
        return picture.topLeft() + QPointF(x * picture.width(), y * picture.height())

    def _draw_text(self, painter: QPainter, field: FieldMap) -> None:
        height = self._text_height()
        area = QRect(5, self.height() - height + 2, self.width() - 10, height - 3)
        name = field.layer.removeprefix("layer")
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.setFont(self._name_font)
        painter.drawText(area, LEFT, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 4
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.setFont(self._range_font)
        text = range_text(field)
        if painter.fontMetrics().horizontalAdvance(text) <= area.width() - used:
            painter.drawText(area, RIGHT, text)

    def _draw_switch(self, painter: QPainter, picture: QRectF) -> None:
        """A bar across the map in the colour of what is not as usual."""
        pen = QPen(self.palette().color(QPalette.ColorRole.BrightText), 2)
        painter.setPen(pen)
        painter.drawLine(picture.topLeft(), picture.bottomRight())

    def _draw_frame(self, painter: QPainter, colour: QColor) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked():
            painter.setPen(QPen(colour, 2))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 3, 3)


def range_text(field: FieldMap) -> str:
    """The range of the map, short."""
    return "constant" if field.constant else f"{field.low:.1f}–{field.high:.1f}"


def describe(field: FieldMap) -> str:
    """The map in a sentence, and what its layer does without."""
    if field.switched:
        plain = describe(replace(field, switched=""))
        return f"{plain}\nSwitched: {field.switched}."
    if field.constant:
        return (
            f"{field.layer}, relative receptive field: the sum of the lengths of the nine offsets "
            f"is {field.low:.2f} everywhere, so nothing varies: shown mid-grey."
        )
    return (
        f"{field.layer}, relative receptive field: sum of the lengths of the nine offsets, "
        f"{field.low:.2f} (dark) to {field.high:.2f} (bright), in cells of the layer's input grid. "
        "Click to show its taps only, double click to lay the map over the picture, right click to "
        "switch its offsets or modulation."
    )
