"""A table of numbers, shaded; cells that lead to frames are underlined and can be chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.survey import Cell, SurveyTable
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

Index = QModelIndex | QPersistentModelIndex
ROLES = Qt.ItemDataRole
NOTHING = SurveyTable((), (), ())
SHADE = QColor(90, 167, 247)  # readable under dark and light text while it is half transparent
STRONGEST = 150  # of 255


class SurveyTableModel(QAbstractTableModel):
    """Reads a `SurveyTable`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = NOTHING
        self._underlined = QFont()
        self._underlined.setUnderline(True)

    def set_table(self, table: SurveyTable) -> None:
        """Another one."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Qt's name."""
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Qt's name."""
        return 0 if parent.isValid() else len(self.table.columns)

    def cell(self, index: Index) -> Cell:
        """At a place."""
        return self.table.rows[index.row()][index.column()]

    def data(self, index: Index, role: int = ROLES.DisplayRole) -> Any:
        """Qt's name."""
        cell = self.cell(index)
        if role == ROLES.DisplayRole:
            return cell.text
        if role == ROLES.ToolTipRole:
            return cell.tip
        if role == ROLES.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == ROLES.FontRole and cell.leads:
            return self._underlined
        if role == ROLES.BackgroundRole and cell.shade > 0:
            colour = QColor(SHADE)
            colour.setAlpha(round(STRONGEST * min(cell.shade, 1.0)))
            return colour
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLES.DisplayRole
    ) -> Any:
        """Qt's name."""
        across = orientation is Qt.Orientation.Horizontal
        names = self.table.columns if across else self.table.names
        if role in (ROLES.DisplayRole, ROLES.ToolTipRole) and section < len(names):
            return names[section]
        if role == ROLES.TextAlignmentRole and not across:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class SurveyTableView(QTableView):
    """`cell_chosen`: by a click or Enter, where it leads somewhere."""

    cell_chosen: Signal = intent(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corner = QLabel(self)  # what rows and columns are
        self._corner.setProperty("muted", True)
        self._corner.setIndent(STEP // 2)
        self.cells = SurveyTableModel(self)
        self.setModel(self.cells)
        self.setAccessibleName("Numbers over the set; a cell leads to its frames")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.setMouseTracking(True)
        self.entered.connect(self._point)
        self.viewportEntered.connect(lambda: self.viewport().unsetCursor())
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_table(self, table: SurveyTable | None) -> None:
        """None: an empty one."""
        wanted = table or NOTHING
        if wanted != self.cells.table:
            self.cells.set_table(wanted)
            self._corner.setText(wanted.corner)
            self.verticalHeader().setMinimumWidth(self._corner.sizeHint().width() + STEP)

    def updateGeometries(self) -> None:
        """Qt's name: the corner follows both heads."""
        super().updateGeometries()
        across, down = self.horizontalHeader(), self.verticalHeader()
        self._corner.setGeometry(
            across.x() - down.width(), down.y() - across.height(), down.width(), across.height()
        )

    def _point(self, index: QModelIndex) -> None:
        """A hand where a click leads somewhere."""
        if self.cells.cell(index).leads:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    def _choose(self, index: QModelIndex) -> None:
        if self.cells.cell(index).leads:
            self.cell_chosen.emit(index.row(), index.column())
