"""A row of the list of frames: small picture, name, where it belongs, score."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sgnet_viewer.state.frame_rows import FrameRow
from sgnet_viewer.views.frames.frame_model import BROKEN_ROLE, ROW_ROLE, THUMBNAIL, percent
from sgnet_viewer.views.kit.theme import STEP, scaled

Index = QModelIndex | QPersistentModelIndex

SMALLER = 0.85  # the second line's size
BLANK = QColor(128, 128, 128, 40)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FrameDelegate(QStyledItemDelegate):
    """Paints a `FrameRow`; `with_scores` keeps a column free for them."""

    with_scores = False

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """The width is the view's; two lines beside the picture."""
        two_lines = 2 * QFontMetrics(option.font).height()
        return QSize(120, max(THUMBNAIL.height(), two_lines) + STEP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row: FrameRow = index.data(ROW_ROLE)
        painter.save()
        _background(painter, option)
        area = option.rect.adjusted(STEP, 0, -STEP, 0)
        top = area.center().y() - THUMBNAIL.height() // 2
        picture = QRect(area.left(), top, THUMBNAIL.width(), THUMBNAIL.height())
        _thumbnail(painter, picture, index, option.palette)
        text = area.adjusted(THUMBNAIL.width() + STEP, 0, 0, 0)
        if self.with_scores:
            text.adjust(0, 0, -self._score(painter, option, text, row), 0)
        self._words(painter, option, text, row)
        painter.restore()

    def _words(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: FrameRow
    ) -> None:
        place = " · ".join(word for word in (row.scene, row.split) if word)
        upper, lower = _lines(area) if place else (area, area)
        _write(painter, option, upper, row.name, QPalette.ColorRole.Text, 1.0)
        if place:
            _write(painter, option, lower, place, QPalette.ColorRole.PlaceholderText, SMALLER)

    def _score(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: FrameRow
    ) -> int:
        """Draws it at the right; the width of its column."""
        width = QFontMetrics(option.font).horizontalAdvance("100.0 %") + STEP
        if row.miou is None and row.differ is None:
            return width
        upper, lower = _lines(area)
        value, what = number_of(row)
        painter.setFont(option.font)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(upper, RIGHT, percent(value))
        painter.setFont(scaled(option.font, SMALLER))
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(lower, RIGHT, what)
        return max(width, QFontMetrics(painter.font()).horizontalAdvance("mIoU now") + STEP)


def number_of(row: FrameRow) -> tuple[float | None, str]:
    """While two answers are compared their disagreement counts, else the score; and its name."""
    if row.differ is not None:
        return row.differ, "differ"
    return row.miou, "mIoU" if row.score is not None else "mIoU now"


def _write(
    painter: QPainter,
    option: QStyleOptionViewItem,
    area: QRect,
    text: str,
    role: QPalette.ColorRole,
    size: float,
) -> None:
    """The middle of a long text is left out: numbers stand at the end of names."""
    painter.setFont(scaled(option.font, size) if size != 1.0 else option.font)
    painter.setPen(option.palette.color(role))
    elided = QFontMetrics(painter.font()).elidedText(
        text, Qt.TextElideMode.ElideMiddle, area.width()
    )
    painter.drawText(area, LEFT, elided)


def _lines(area: QRect) -> tuple[QRect, QRect]:
    middle = area.center().y()
    inset = STEP // 2
    upper = QRect(area.left(), area.top() + inset, area.width(), middle - area.top() - inset)
    return upper, QRect(area.left(), middle, area.width(), area.bottom() - middle - inset)


def _thumbnail(painter: QPainter, place: QRect, index: Index, palette: QPalette) -> None:
    """A grey plate until the picture is there; crossed out where it cannot be read."""
    pixmap = index.data(Qt.ItemDataRole.DecorationRole)
    if isinstance(pixmap, QPixmap):
        target = QRect(pixmap.rect())
        target.moveCenter(place.center())
        painter.drawPixmap(target.topLeft(), pixmap)
        return
    painter.fillRect(place, BLANK)
    if index.data(BROKEN_ROLE):
        painter.setPen(QPen(palette.color(QPalette.ColorRole.BrightText), 1.4))
        cross = QRect(0, 0, 12, 12)
        cross.moveCenter(place.center())
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())


def _background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if selected or hovered:
        role = QPalette.ColorRole.Midlight if selected else QPalette.ColorRole.AlternateBase
        painter.fillRect(option.rect, option.palette.color(role))
    if selected:
        bar = QRect(option.rect.left(), option.rect.top(), 2, option.rect.height())
        painter.fillRect(bar, option.palette.color(QPalette.ColorRole.Highlight))
