"""The frames of the open set: thumbnails fetched as they come into sight, and a search box."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QListView, QVBoxLayout, QWidget

from sgnet_model.types import UInt8Array
from sgnet_viewer.views.interface import FrameRow, Signal
from sgnet_viewer.views.pixmaps import pixmap_from_array
from sgnet_viewer.views.signals import intent
from sgnet_viewer.views.theme import STEP

Index = QModelIndex | QPersistentModelIndex

THUMBNAIL = QSize(48, 36)
FEW = 8  # frames that are found at a glance: the search box would only take room
SETTLE_MS = 60  # scrolling asks for thumbnails when it pauses
NUMBER_ROLE = Qt.ItemDataRole.UserRole


class FrameModel(QAbstractListModel):
    """Names at once, thumbnails as they arrive."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[FrameRow, ...] = ()
        self._positions: dict[int, int] = {}
        self._pixmaps: dict[int, QPixmap] = {}
        self._blank = QPixmap(THUMBNAIL)
        self._blank.fill(QColor(128, 128, 128, 40))

    def set_rows(self, rows: tuple[FrameRow, ...]) -> None:
        """Another set of frames."""
        self.beginResetModel()
        self._rows = rows
        self._positions = {row.index: position for position, row in enumerate(rows)}
        self._pixmaps = {
            row.index: _thumbnail(row.thumbnail) for row in rows if row.thumbnail is not None
        }
        self.endResetModel()

    def set_thumbnail(self, number: int, thumbnail: UInt8Array) -> None:
        """One picture has arrived; frames that are gone meanwhile are ignored."""
        if number in self._positions:
            self._pixmaps[number] = _thumbnail(thumbnail)
            index = self.index(self._positions[number])
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def index_of(self, number: int) -> QModelIndex:
        """The row of a frame; invalid where there is none."""
        position = self._positions.get(number)
        return QModelIndex() if position is None else self.index(position)

    def has_thumbnail(self, number: int) -> bool:
        """Whether it has arrived."""
        return number in self._pixmaps

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The frames."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, picture, number."""
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pixmaps.get(row.index, self._blank)
        return row.index if role == NUMBER_ROLE else None


class FrameList(QWidget):
    """Implements `interface.FrameListView`."""

    chosen: Signal = intent(int)
    thumbnails_wanted: Signal = intent(list)
    position_changed: Signal = intent(int, int)  # (place from 1, or 0; count): for the window

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FrameModel(self)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search frames")
        self.search.setAccessibleName("Search frames")
        self.search.setClearButtonEnabled(True)
        self.list = _list_view()
        self.list.setModel(self._found)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP // 2, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._want)
        self.search.textChanged.connect(self._filter)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.list.verticalScrollBar().valueChanged.connect(self._look_soon)
        self.list.verticalScrollBar().rangeChanged.connect(self._look_soon)

    def set_frames(self, frames: tuple[FrameRow, ...]) -> None:
        """Another set; the search is cleared, and hidden where there are few."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._found.setFilterFixedString("")
        self._model.set_rows(frames)
        self.search.setVisible(len(frames) > FEW)
        self._settle.start()
        self._say_position(QModelIndex())

    def set_current(self, index: int) -> None:
        """Marks a frame and brings it into sight."""
        source = self._model.index_of(index)
        self._say_position(source)
        self.list.setCurrentIndex(self._found.mapFromSource(source))  # scrolls there

    def set_thumbnail(self, index: int, thumbnail: UInt8Array) -> None:
        """A picture has arrived: (h, w, 3) uint8 RGB."""
        self._model.set_thumbnail(index, thumbnail)

    def visible_numbers(self) -> list[int]:
        """The frames in sight, from the top."""
        tops = [self.list.visualRect(self._found.index(row, 0)).top() for row in (0, 1)]
        height = max(tops[1] - tops[0], self.list.sizeHintForRow(0), 1)
        first = self.list.verticalScrollBar().value() // height
        last = first + self.list.viewport().height() // height + 1
        rows = range(first, min(last + 1, self._found.rowCount()))
        return [int(self._found.index(row, 0).data(NUMBER_ROLE)) for row in rows]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The current frame stays in sight."""
        super().resizeEvent(event)
        if self.list.currentIndex().isValid():
            self.list.scrollTo(self.list.currentIndex())

    def showEvent(self, event: QShowEvent) -> None:
        """What came into sight may lack its picture."""
        super().showEvent(event)
        self._settle.start()

    def _look_soon(self, *_: int) -> None:
        """The scroll bar's numbers must not reach the timer: it would take one for its interval."""
        self._settle.start()

    def _want(self) -> None:
        wanted = [n for n in self.visible_numbers() if not self._model.has_thumbnail(n)]
        if wanted and self.isVisible():
            self.thumbnails_wanted.emit(wanted)

    def _say_position(self, source: QModelIndex) -> None:
        self.position_changed.emit(source.row() + 1, self._model.rowCount())

    def _filter(self, text: str) -> None:
        self._found.setFilterFixedString(text)
        self._settle.start()

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(int(index.data(NUMBER_ROLE)))


def _list_view() -> QListView:
    view = QListView()
    view.setAccessibleName("Frames")
    view.setIconSize(THUMBNAIL)
    view.setUniformItemSizes(True)
    view.setSpacing(1)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    return view


def _thumbnail(array: UInt8Array) -> QPixmap:
    """Fitted into 48 x 36, so that rows keep their height."""
    return pixmap_from_array(array).scaled(
        THUMBNAIL,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
