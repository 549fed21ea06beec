"""The frames that are listed, as a Qt list model: names at once, small pictures as they arrive."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QPixmap

from sgnet_model.types import UInt8Array
from sgnet_viewer.state.frame_rows import FrameRow, Query, RowScore, arranged
from sgnet_viewer.views.kit.pixmaps import pixmap_from_array

Index = QModelIndex | QPersistentModelIndex

THUMBNAIL = QSize(48, 36)
MOST_KEPT = 4096  # small pictures; about 30 MB
NUMBER_ROLE = Qt.ItemDataRole.UserRole
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
BROKEN_ROLE = Qt.ItemDataRole.UserRole + 2


class FrameModel(QAbstractListModel):
    """What `arranged` leaves of the rows of a set. A frame is known by its number in the set."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.query = Query()
        self._rows: tuple[FrameRow, ...] = ()
        self._shown: tuple[FrameRow, ...] = ()
        self._positions: dict[int, int] = {}
        self._pixmaps: dict[int, QPixmap | None] = {}  # None: it cannot be read

    @property
    def rows(self) -> tuple[FrameRow, ...]:
        """Of the whole set."""
        return self._rows

    def begin(self, rows: tuple[FrameRow, ...]) -> None:
        """Another set."""
        self._pixmaps.clear()
        self.set_rows(rows)

    def set_rows(self, rows: tuple[FrameRow, ...]) -> None:
        """More is known of the same frames."""
        self._rows = rows
        self.set_query(self.query)

    def set_query(self, query: Query) -> None:
        """What is listed. Where only texts changed, the rows are repainted in place."""
        self.query = query
        shown = arranged(self._rows, query)
        same = [row.index for row in shown] == [row.index for row in self._shown]
        if not same:
            self.beginResetModel()
        self._shown = shown
        self._positions = {row.index: position for position, row in enumerate(shown)}
        if not same:
            self.endResetModel()
        elif shown:
            self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))

    def set_thumbnail(self, number: int, thumbnail: UInt8Array | None) -> None:
        """One picture has arrived, or cannot be had; frames that are gone are ignored."""
        if number >= len(self._rows):
            return
        while len(self._pixmaps) >= MOST_KEPT:
            self._pixmaps.pop(next(iter(self._pixmaps)))
        self._pixmaps[number] = None if thumbnail is None else _small(thumbnail)
        index = self.index_of(number)
        if index.isValid():
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def index_of(self, number: int) -> QModelIndex:
        """Where a frame is listed; invalid where it is not."""
        position = self._positions.get(number)
        return QModelIndex() if position is None else self.index(position)

    def has_thumbnail(self, number: int) -> bool:
        """Whether it need not be asked for."""
        return number in self._pixmaps

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The frames listed."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, picture, number, and the row itself."""
        row = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return described(row, self._is_broken(row.index))
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pixmaps.get(row.index)
        if role == BROKEN_ROLE:
            return self._is_broken(row.index)
        return {NUMBER_ROLE: row.index, ROW_ROLE: row}.get(role)

    def _is_broken(self, number: int) -> bool:
        return self._pixmaps.get(number, ...) is None


def described(row: FrameRow, broken: bool = False) -> str:
    """A row in words, for tooltips and screen readers."""
    lines = [row.name]
    lines += [
        f"{what}: {word}" for what, word in (("Split", row.split), ("Scene", row.scene)) if word
    ]
    if row.score is not None:
        lines.append(f"Evaluation: {_score_text(row.score)}")
    if row.own is not None:
        lines.append(f"Network in this window: {_score_text(row.own)}")
    if row.differ is not None:
        lines.append(f"A and B differ in {percent(row.differ)} of the pixels")
    if broken:
        lines.append("Its picture cannot be read.")
    return "\n".join(lines)


def percent(fraction: float | None) -> str:
    """ "42.1 %", or a dash."""
    return "–" if fraction is None else f"{100 * fraction:.1f} %"


def _score_text(score: RowScore) -> str:
    return f"mIoU {percent(score.miou)}, pixel accuracy {percent(score.acc)}"


def _small(array: UInt8Array) -> QPixmap:
    """Fitted into 48 x 36, so that rows keep their height."""
    return pixmap_from_array(array).scaled(
        THUMBNAIL,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
