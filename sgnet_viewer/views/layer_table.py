"""Each S-Conv's spread at a probe, as a table; a row chooses its layer."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from sgnet_viewer.views.interface import LayerRow, Signal
from sgnet_viewer.views.signals import intent

Index = QModelIndex | QPersistentModelIndex

# Looked up once: an enumeration's member takes longer than all else that a cell asks for.
TEXT, SWATCH = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.DecorationRole
ALIGNMENT, TIP = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.ToolTipRole
NAMES = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
FIGURES = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

COLUMNS = ("layer", "spread px", "spread m", "outside")
TIPS = (
    "The S-Conv; a click shows its taps only",
    "Root-mean-square distance of the taps from their weighted mean, in pixels of the picture",
    "The same between the taps' 3D points, in metres; – where depth is missing",
    "Taps of 9 beyond the layer's map; in brackets those partly beyond it",
)


class LayerTableModel(QAbstractTableModel):
    """One row a layer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LayerRow, ...] = ()
        self._cells: list[tuple[str, str, str, str]] = []

    def set_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """As many rows as before are updated in place."""
        if len(rows) == len(self._rows):
            self._take(rows)
            if rows:
                last = self.index(len(rows) - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._take(rows)
        self.endResetModel()

    def layer(self, row: int) -> str:
        """The S-Conv of a row."""
        return self._rows[row].layer

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The layers."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, spread in pixels, spread in metres, taps outside."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, colour swatch, alignment; asked for seven times a cell when it is painted."""
        if role == TEXT:
            return self._cells[index.row()][index.column()]
        if role == ALIGNMENT:
            return _alignment(index.column())
        if role == SWATCH and index.column() == 0:
            return _swatch(self._rows[index.row()].colour)
        if role == TIP:
            return f"Show the taps of {self._rows[index.row()].layer} only"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles and what they mean."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == TEXT:
            return COLUMNS[section]
        if role == TIP:
            return TIPS[section]
        return _alignment(section) if role == ALIGNMENT else None

    def _take(self, rows: tuple[LayerRow, ...]) -> None:
        self._rows, self._cells = rows, [cells(row) for row in rows]


class LayerTable(QTableView):
    """As high as its rows: the card around it scrolls."""

    layer_chosen: Signal = intent(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = LayerTableModel(self)
        self.setModel(self.rows)
        self.setAccessibleName("Spread of each layer")
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(12)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 3)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """New numbers."""
        self.rows.set_rows(rows)
        self.setFixedHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Header and all rows."""
        height = self.horizontalHeader().sizeHint().height() + 2
        return QSize(
            240, height + self.rows.rowCount() * self.verticalHeader().defaultSectionSize()
        )

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return QSize(160, self.sizeHint().height())

    def _choose(self, index: QModelIndex) -> None:
        self.layer_chosen.emit(self.rows.layer(index.row()))


def cells(row: LayerRow) -> tuple[str, str, str, str]:
    """The four texts of a row."""
    outside = str(row.outside) if row.outside else "–"
    if row.partly_outside:
        outside = f"{row.outside} (+{row.partly_outside})"
    metres = "–" if row.spread_m is None else f"{row.spread_m:.3f}"
    pixels = "–" if not math.isfinite(row.spread_px) else f"{row.spread_px:.1f}"
    return row.layer, pixels, metres, outside


def _alignment(column: int) -> Qt.AlignmentFlag:
    return FIGURES if column else NAMES


def _swatch(colour: tuple[int, int, int]) -> QPixmap:
    pixmap = QPixmap(8, 8)
    pixmap.fill(QColor(*colour))
    return pixmap
