"""A table of an answer: sorted by a click on a head, and a row chooses its layer."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from sgnet_viewer.contract.explain import AnswerCell, AnswerTable
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import scaled

SMALLER = 0.85
ORDER = Qt.ItemDataRole.UserRole
ROW = ORDER + 1  # the place of a cell's row in the table as it was set
NAMES = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
FIGURES = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AnswerTableView(QTableView):
    """As high as its rows: the panel around it scrolls."""

    layer_chosen: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = QStandardItemModel(self)
        self.cells.setSortRole(ORDER)
        self.setModel(self.cells)
        self.setAccessibleName("The answer as a table")
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(12)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 4)
        heads = self.horizontalHeader()
        heads.setFont(scaled(self.font(), SMALLER))
        heads.setHighlightSections(False)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        heads.setStretchLastSection(True)
        heads.setSortIndicatorClearable(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._table = AnswerTable((), (), ())
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_table(self, table: AnswerTable) -> None:
        """The order that was chosen stays while the columns do."""
        if table == self._table:
            return
        if table.columns != self._table.columns:
            self.cells.clear()
            self.cells.setHorizontalHeaderLabels(list(table.columns))
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._table = table
        self.cells.setRowCount(0)
        for row, cells in enumerate(table.rows):
            self.cells.appendRow([_item(row, cell) for cell in cells])
        self._align_heads()
        heads = self.horizontalHeader()
        if heads.sortIndicatorSection() >= 0:
            self.cells.sort(heads.sortIndicatorSection(), heads.sortIndicatorOrder())
        rows = self.verticalHeader().defaultSectionSize() * len(table.rows)
        self.setFixedHeight(rows + heads.sizeHint().height() + 2 * self.frameWidth() + 2)

    def _align_heads(self) -> None:
        """As what stands below them."""
        for column in range(self.cells.columnCount() if self.cells.rowCount() else 0):
            side = self.cells.item(0, column).textAlignment()
            self.cells.horizontalHeaderItem(column).setTextAlignment(side)

    def _choose(self, index: QModelIndex) -> None:
        layer = self._table.layers[int(index.data(ROW))]
        if layer is not None:
            self.layer_chosen.emit(layer)


def _item(row: int, cell: AnswerCell) -> QStandardItem:
    item = QStandardItem(cell.text)
    item.setData(cell.order, ORDER)
    item.setData(row, ROW)
    item.setTextAlignment(NAMES if isinstance(cell.order, str) else FIGURES)
    return item
