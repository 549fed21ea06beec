"""The classes of the frame: a tick shows or hides one, a double click shows it alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QPushButton, QVBoxLayout, QWidget

from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.picture.class_finder import ClassFinder
from sgnet_viewer.views.picture.legend_model import (
    ROW_ROLE,
    SWATCH,
    TICK_WIDTH,
    LegendDelegate,
    LegendModel,
    iou_width,
    percent_width,
)

TICK, COLOUR, NAME = "tick", "colour", "name"  # parts of a row
EMPTY = "The classes of the frame will be listed here."


class LegendList(QListView):
    """A click on a tick is not one on the rest of a row; Space ticks, Enter isolates."""

    ticked: Signal = intent(object)  # a LegendRow
    picked: Signal = intent(object)
    swatched: Signal = intent(object)  # a click on its colour
    pointed: Signal = intent(int)  # a class's index; -1: the cursor is on none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Classes")
        self.setAccessibleDescription("Space shows or hides a class, Enter shows it alone.")
        self._pointed = -1
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on tick or colour acts; elsewhere it chooses the row."""
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        position = event.position().toPoint()
        index = self.indexAt(position)
        signals = {TICK: self.ticked, COLOUR: self.swatched}
        part = self._part_at(index, position)
        if index.isValid() and part in signals:
            signals[part].emit(index.data(ROW_ROLE))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Anywhere but on tick and colour it shows the class alone."""
        position = event.position().toPoint()
        index = self.indexAt(position)
        if index.isValid() and self._part_at(index, position) == NAME:
            self.picked.emit(index.data(ROW_ROLE))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The class under the cursor is lit up in the picture."""
        super().mouseMoveEvent(event)
        self._point(self.indexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is under the cursor any more."""
        super().leaveEvent(event)
        self._point(QModelIndex())

    def _point(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE) if index.isValid() else None
        pointed = -1 if row is None else row.index
        if pointed != self._pointed:
            self._pointed = pointed
            self.pointed.emit(pointed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter act on the current row; all else is the list's own."""
        index = self.currentIndex()
        if index.isValid() and event.key() == Qt.Key.Key_Space:
            self.ticked.emit(index.data(ROW_ROLE))
        elif index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(index.data(ROW_ROLE))
        else:
            super().keyPressEvent(event)

    def _part_at(self, index: QModelIndex, position: QPoint) -> str:
        """The tick, the colour, or the rest of a row."""
        along = position.x() - self.visualRect(index).left()
        if along < TICK_WIDTH:
            return TICK
        return COLOUR if along < TICK_WIDTH + SWATCH + STEP // 2 else NAME


class LegendWidget(QWidget):
    """Implements `contract.panels.LegendView`."""

    toggled: Signal = intent(int, bool)
    isolated: Signal = intent(int)
    pointed: Signal = intent(int)
    all_shown: Signal = intent()
    menu_requested: Signal = intent(object, QPoint)  # for the window alone: a LegendRow, or None
    colour_requested: Signal = intent(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LegendModel(self)
        self._delegate = LegendDelegate(self)
        self.list = LegendList(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.summary = QLabel(EMPTY)
        self.summary.setProperty("muted", True)
        self.summary.setWordWrap(True)
        self._percent, self._iou = QLabel("%"), QLabel("IoU %")
        self._percent.setToolTip("Share of the picture's pixels")
        self._iou.setToolTip("Intersection over union with this frame's ground truth")
        self.show_all = QPushButton("Show all")
        self.show_all.setProperty("flat", True)
        self.show_all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_all.setToolTip("Show every class again")
        self._rows: tuple[LegendRow, ...] = ()  # as they were given
        self._empty = EMPTY
        self.finder = ClassFinder()
        self._lay_out()
        self.list.pointed.connect(self.pointed.emit)
        self.finder.changed.connect(self._list_again)
        self.list.ticked.connect(lambda row: self.toggled.emit(row.index, not row.shown))
        self.list.picked.connect(lambda row: self.isolated.emit(row.index))
        self.list.swatched.connect(lambda row: self.colour_requested.emit(row.index))
        self.list.verticalScrollBar().rangeChanged.connect(self._align)
        self.show_all.clicked.connect(lambda: self.all_shown.emit())
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._ask_menu)
        self.set_rows(())

    def listed(self) -> tuple[LegendRow, ...]:
        """The rows in sight, from the top."""
        return self._model.rows

    def _ask_menu(self, at: QPoint) -> None:
        row = self.list.indexAt(at).data(ROW_ROLE)
        self.menu_requested.emit(row, self.list.viewport().mapToGlobal(at))

    def set_rows(self, rows: tuple[LegendRow, ...]) -> None:
        """The largest share first; listed as far as they are sought, in the order chosen."""
        self._rows = rows
        self._delegate.with_iou = any(row.iou is not None for row in rows)
        self.finder.offer(rows)
        self._list_again()
        hidden = sum(not row.shown for row in rows)
        self.list.setVisible(bool(rows))
        self.show_all.setVisible(hidden > 0)
        self.summary.setText(self._summarise(hidden))
        self.summary.setToolTip(f"{hidden} of {len(rows)} classes are hidden" if hidden else "")
        self._percent.setVisible(bool(rows))
        self._iou.setVisible(self._delegate.with_iou)

    def set_no_result(self, reason: str) -> None:
        """Why no classes are listed; "" where they will be."""
        self._empty = reason or EMPTY
        if not self._rows:
            self.summary.setText(self._empty)

    def _summarise(self, hidden: int) -> str:
        count = len(self._rows)
        if not count:
            return self._empty
        text = f"{count} class" if count == 1 else f"{count} classes"
        return f"{count - hidden}/{count}" if hidden else text  # beside the button, in little room

    def _list_again(self) -> None:
        rows = self.finder.found(self._rows)
        others = [row.index for row in rows] != [row.index for row in self._model.rows]
        self._model.set_rows(rows)
        if others:
            self.list.setCurrentIndex(QModelIndex())  # another class stands there now

    def set_stale(self, stale: bool) -> None:
        """Whether the rows are of the frame before."""
        if stale is not self._delegate.stale:
            self._delegate.stale = stale
            self.list.viewport().update()

    def _align(self, _low: int, high: int) -> None:
        """The heads stand over their columns, with a scroll bar and without."""
        bar = self.list.verticalScrollBar().sizeHint().width() if high > 0 else 0
        self._top.setContentsMargins(STEP, 0, STEP + bar, 0)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(STEP, 0, STEP, 0)
        top.addWidget(self.summary, 1)
        top.addWidget(self.show_all)
        for label, width in ((self._percent, percent_width), (self._iou, iou_width)):
            label.setProperty("muted", True)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setFixedWidth(width(self.fontMetrics()))
            top.addWidget(label)
        top.setSpacing(0)
        self.summary.setMinimumHeight(self.show_all.sizeHint().height())  # rows do not jump
        self._top = top
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP // 2, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(top)
        layout.addWidget(self.finder)
        layout.addWidget(self.list, 1)
        layout.addStretch()
        layout.setStretchFactor(self.list, 100)
