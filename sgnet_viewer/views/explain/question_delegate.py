"""A line of the list of questions: the question, and at the right what it costs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from sgnet_viewer.views.kit.theme import STEP, scaled

SMALLER = 0.85
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QuestionDelegate(QStyledItemDelegate):
    """`role`: of the cost's text, which is left out where it would touch the question."""

    def __init__(self, role: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._role = role

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The usual line, and the cost over it."""
        super().paint(painter, option, index)
        cost = index.data(self._role)
        if not cost:
            return
        area: QRect = option.rect
        asked = option.fontMetrics.horizontalAdvance(str(index.data())) + 2 * STEP
        painter.save()
        painter.setFont(scaled(option.font, SMALLER))
        if painter.fontMetrics().horizontalAdvance(cost) + asked <= area.width():
            painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(area.adjusted(0, 0, -STEP // 2, 0), RIGHT, cost)
        painter.restore()
