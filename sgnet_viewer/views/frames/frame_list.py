"""The frames of the open set: thumbnails fetched as they come into sight, search and filters."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QVBoxLayout, QWidget

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.frame_rows import FrameRow
from sgnet_viewer.views.frames.frame_delegate import FrameDelegate, number_of
from sgnet_viewer.views.frames.frame_filters import FrameFilters
from sgnet_viewer.views.frames.frame_model import NUMBER_ROLE, FrameModel
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

MANY = 30  # rows: more are scrolled in any window
SETTLE_MS = 60  # scrolling asks for thumbnails when it pauses


class FrameList(QWidget):
    """Implements `contract.panels.FrameListView`."""

    chosen: Signal = intent(int)
    thumbnails_wanted: Signal = intent(list)
    queried: Signal = intent(object)
    scores_requested: Signal = intent()
    menu_requested: Signal = intent(QPoint)  # for the window alone
    # For the window: (place among those listed, from 1, or 0; how many are listed; frames in all).
    position_changed: Signal = intent(int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FrameModel(self)
        self._delegate = FrameDelegate(self)
        self._current = -1  # number of the frame that is shown; it need not be listed
        self._row_height = 0
        self.filters = FrameFilters()
        self.search = self.filters.search
        self.list = _list_view()
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.nothing = _Nothing()
        self._lay_out()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._want)
        self._connect()

    @property
    def total(self) -> int:
        """Frames of the set, listed or not."""
        return len(self._model.rows)

    def set_frames(self, frames: tuple[FrameRow, ...]) -> None:
        """Another set; what was looked for is forgotten, and the box hidden where there are few."""
        self._current = -1
        self.filters.begin(frames)
        self._model.query = self.filters.query
        self._delegate.with_scores = any(number_of(row)[0] is not None for row in frames)
        self._model.begin(frames)
        self._follow()

    def set_rows(self, frames: tuple[FrameRow, ...]) -> None:
        """More is known of the same frames; search, order and place in the list stay."""
        self.filters.offer(frames)
        self._delegate.with_scores = any(number_of(row)[0] is not None for row in frames)
        self._model.query = self.filters.query
        self._model.set_rows(frames)
        self._follow()

    def set_current(self, index: int) -> None:
        """Marks a frame and brings it into sight, if it is listed."""
        self._current = index
        self.list.setCurrentIndex(self._model.index_of(index))  # scrolls there
        self._say_position()

    def set_thumbnail(self, index: int, thumbnail: UInt8Array | None) -> None:
        """A picture has arrived: (h, w, 3) uint8 RGB; None where it cannot be read."""
        self._model.set_thumbnail(index, thumbnail)

    def visible_numbers(self) -> list[int]:
        """The frames in sight, from the top."""
        height = max(self.list.sizeHintForRow(0) + 2 * self.list.spacing(), 1)
        first = self.list.verticalScrollBar().value() // height
        last = first + self.list.viewport().height() // height + 1
        rows = range(first, min(last + 1, self._model.rowCount()))
        return [int(self._model.index(row).data(NUMBER_ROLE)) for row in rows]

    def sizeHint(self) -> QSize:
        """Room for all frames, listed or not, up to `MANY` rows: a search moves nothing."""
        hint = super().sizeHint()
        if self._model.rowCount():
            self._row_height = self.list.sizeHintForRow(0)
        head = 0 if self.filters.isHidden() else self.filters.sizeHint().height() + STEP // 2
        rows = self._row_height * min(self.total, MANY)
        hint.setHeight(STEP // 2 + head + rows + STEP)
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The current frame stays in sight."""
        super().resizeEvent(event)
        if self.list.currentIndex().isValid():
            self.list.scrollTo(self.list.currentIndex())

    def showEvent(self, event: QShowEvent) -> None:
        """What came into sight may lack its picture."""
        super().showEvent(event)
        self._settle.start()

    def _look(self) -> None:
        """Another query."""
        self._model.set_query(self.filters.query)
        self._follow()
        self.queried.emit(self.filters.query)
        self.list.scrollToTop()  # not where the current frame is: the first found is looked for

    def _follow(self) -> None:
        """After the rows have changed: mark, count, and the small pictures that are missing."""
        listed, count = self._model.rowCount(), len(self._model.rows)
        self.list.setCurrentIndex(self._model.index_of(self._current))
        self.filters.set_count(listed, count)
        self.list.setVisible(listed > 0 or count == 0)
        self.nothing.setVisible(listed == 0 and count > 0)
        self._say_position()
        self._settle.start()

    def _show_all(self) -> None:
        self.filters.clear()
        self._look()
        self.search.setFocus()

    def _look_soon(self, *_: int) -> None:
        """The scroll bar's numbers must not reach the timer: it would take one for its interval."""
        self._settle.start()

    def _want(self) -> None:
        wanted = [n for n in self.visible_numbers() if not self._model.has_thumbnail(n)]
        if wanted and self.isVisible():
            self.thumbnails_wanted.emit(wanted)

    def _say_position(self) -> None:
        place = self._model.index_of(self._current).row() + 1
        self.position_changed.emit(place, self._model.rowCount(), self.total)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(int(index.data(NUMBER_ROLE)))

    def _enter_list(self) -> None:
        """From the search box down to the rows."""
        if self._model.rowCount():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self._model.index(0))

    def _open_first(self) -> None:
        """Enter in the search box opens what was found first."""
        if self._model.rowCount():
            self._choose(self._model.index(0))

    def _connect(self) -> None:
        self.filters.changed.connect(self._look)
        self.filters.left_downwards.connect(self._enter_list)
        self.filters.entered.connect(self._open_first)
        self.filters.scores_requested.connect(self.scores_requested.emit)
        self.nothing.show_all.clicked.connect(self._show_all)
        self.list.clicked.connect(self._choose)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(
            lambda at: self.menu_requested.emit(self.list.viewport().mapToGlobal(at))
        )
        self.list.activated.connect(self._choose)
        self.list.verticalScrollBar().valueChanged.connect(self._look_soon)
        self.list.verticalScrollBar().rangeChanged.connect(self._look_soon)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP // 2, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self.filters)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.nothing, 1)
        self.nothing.hide()


class _Nothing(QWidget):
    """Where no frame is what is looked for."""

    def __init__(self) -> None:
        super().__init__()
        text = QLabel("No frame matches.")
        text.setProperty("muted", True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.show_all = QPushButton("Show all frames")
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(text)
        layout.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()


def _list_view() -> QListView:
    view = QListView()
    view.setAccessibleName("Frames")
    view.setMouseTracking(True)
    view.setUniformItemSizes(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    return view
