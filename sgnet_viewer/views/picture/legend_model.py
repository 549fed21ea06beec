"""The classes of the frame as a Qt list model, with a delegate that paints a row."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPalette, QPen, QPolygon
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sgnet_viewer.contract.certainty import is_unsure
from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.render.bar_text import percent_text
from sgnet_viewer.views.kit.theme import STEP

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TICK_WIDTH = 28
TICK = QPolygon([QPoint(3, 7), QPoint(6, 10), QPoint(11, 4)])
SWATCH = 12
UNSURE = " ?"


class LegendModel(QAbstractListModel):
    """Rows in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LegendRow, ...] = ()

    @property
    def rows(self) -> tuple[LegendRow, ...]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: tuple[LegendRow, ...]) -> None:
        """Painted again in place, where anything differs; only at the end some rows are added or
        taken away: to lay out the list again costs as much as to paint it."""
        before = self._rows
        if len(rows) < len(before):
            self.beginRemoveRows(QModelIndex(), len(rows), len(before) - 1)
            self._rows = before[: len(rows)]
            self.endRemoveRows()
        elif len(rows) > len(before):
            self.beginInsertRows(QModelIndex(), len(before), len(rows) - 1)
            self._rows = (*before, *rows[len(before) :])
            self.endInsertRows()
        self._rows = rows
        if rows and rows != before:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """One row a class."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself, its name, and a sentence for tooltips and screen readers."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return describe(row)
        return None


class LegendDelegate(QStyledItemDelegate):
    """Tick, swatch, name, share bar, percent, and IoU where there is one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.with_iou = False
        self.stale = False  # of the frame before

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """The width is the view's."""
        return QSize(120, max(QFontMetrics(option.font).height() + 8, 3 * STEP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row; a hidden class is faded."""
        row: LegendRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _background(painter, option)
        _tick(painter, tick_rect(option.rect), row.shown, option.palette)
        painter.setOpacity((1.0 if row.shown else 0.45) * (0.4 if self.stale else 1.0))
        self._columns(painter, option, row)
        painter.restore()

    def _columns(self, painter: QPainter, option: QStyleOptionViewItem, row: LegendRow) -> None:
        metrics = option.fontMetrics
        percent, iou = percent_width(metrics), iou_width(metrics) if self.with_iou else 0
        rect = option.rect.adjusted(TICK_WIDTH, 0, -STEP, 0)
        swatch = QRect(rect.left(), rect.center().y() - SWATCH // 2 + 1, SWATCH, SWATCH)
        painter.setPen(QPen(QColor(128, 128, 128, 130), 1))
        painter.setBrush(QColor(*row.colour))
        painter.drawRoundedRect(swatch, 2, 2)
        name = rect.adjusted(SWATCH + STEP, 0, -percent - iou, 0)
        _share_bar(painter, name, row)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        mark = UNSURE if is_unsure(row.confidence) else ""
        room = name.width() - 4 - metrics.horizontalAdvance(mark)
        shown = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(name, LEFT, shown)
        if mark:
            painter.setPen(option.palette.color(QPalette.ColorRole.Link))
            painter.drawText(name.adjusted(metrics.horizontalAdvance(shown), 0, 0, 0), LEFT, mark)
            painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(rect.adjusted(0, 0, -iou, 0), RIGHT, percent_text(row.share))
        if iou:
            painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(rect, RIGHT, "–" if row.iou is None else f"{100 * row.iou:.1f}")


def tick_rect(row: QRect) -> QRect:
    """Where the tick of a row lies."""
    return QRect(row.left() + STEP, row.center().y() - 6, 13, 13)


def percent_width(metrics: QFontMetrics) -> int:
    """Room for the widest share."""
    return metrics.horizontalAdvance("<0.1") + STEP // 2


def iou_width(metrics: QFontMetrics) -> int:
    """Room for an IoU, in per cent."""
    return metrics.horizontalAdvance("100.0") + STEP + 4


def describe(row: LegendRow) -> str:
    """The row in words."""
    text = f"{row.name}, {percent_text(row.share)} % of the picture"
    if row.iou is not None:
        text += f", IoU {100 * row.iou:.1f} %"
    if row.confidence is not None:
        text += f", mean confidence {row.confidence:.2f}"
    if is_unsure(row.confidence):
        text += " (unsure: often another class)"
    return text + (", shown" if row.shown else ", hidden")


def _background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
    if hovered or focused:
        painter.fillRect(option.rect, option.palette.color(QPalette.ColorRole.Midlight))
    if focused:
        bar = QRect(option.rect.left(), option.rect.top(), 2, option.rect.height())
        painter.fillRect(bar, option.palette.color(QPalette.ColorRole.Highlight))


def _tick(painter: QPainter, box: QRect, shown: bool, palette: QPalette) -> None:
    accent = palette.color(QPalette.ColorRole.Highlight)
    painter.setPen(QPen(accent if shown else palette.color(QPalette.ColorRole.PlaceholderText), 1))
    painter.setBrush(QBrush(accent) if shown else QBrush())
    painter.drawRoundedRect(box, 3, 3)
    if shown:
        painter.setPen(QPen(palette.color(QPalette.ColorRole.HighlightedText), 1.8))
        painter.drawPolyline(TICK.translated(box.topLeft()))


def _share_bar(painter: QPainter, area: QRect, row: LegendRow) -> None:
    """A thin line under the name, as long as the class's share."""
    track = QRect(area.left(), area.bottom() - 2, area.width() - 4, 2)
    painter.fillRect(track, QColor(128, 128, 128, 60))
    track.setWidth(max(round(track.width() * row.share), 1))
    painter.fillRect(track, QColor(*row.colour))
