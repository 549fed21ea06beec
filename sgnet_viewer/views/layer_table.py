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
MIDDLE = Qt.AlignmentFlag.AlignCenter

COLUMNS = ("layer", "spread px", "spread m", "outside")
SHORT = ("layer", "px", "m", "out")  # where two layers share a row
TIPS = (
    "The S-Conv; a click shows its taps only",
    "Root-mean-square distance of the taps from their weighted mean, in pixels of the picture",
    "The same between the taps' 3D points, in metres; – where depth is missing",
    "Taps of 9 beyond the layer's map; in brackets those partly beyond it",
)


class LayerTableModel(QAbstractTableModel):
    """One row a layer; folded, the second half of the layers stands beside the first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LayerRow, ...] = ()
        self._cells: list[tuple[str, str, str, str]] = []
        self._folds = 1

    def set_folded(self, folded: bool) -> None:
        """One layer a row, or two."""
        if folded is not (self._folds == 2):
            self.beginResetModel()
            self._folds = 2 if folded else 1
            self.endResetModel()

    def set_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """As many rows as before are updated in place."""
        if len(rows) == len(self._rows):
            self._take(rows)
            if rows:
                last = self.index(self.rowCount() - 1, self.columnCount() - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._take(rows)
        self.endResetModel()

    def layer(self, index: Index) -> str:
        """The S-Conv of a cell; "" for one that is left over."""
        row = self._row(index)
        return "" if row is None else self._rows[row].layer

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The layers, or half of them."""
        return 0 if parent.isValid() else math.ceil(len(self._rows) / self._folds)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, spread in pixels, spread in metres, taps outside."""
        return 0 if parent.isValid() else len(COLUMNS) * self._folds

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, colour swatch, alignment; asked for seven times a cell when it is painted."""
        row, column = self._row(index), index.column() % len(COLUMNS)
        if row is None:
            return None
        if role == TEXT:
            text = self._cells[row][column]
            return text.removeprefix("layer") if self._folds > 1 else text
        if role == ALIGNMENT:
            return self._alignment(column)
        if role == SWATCH and column == 0:
            return _swatch(self._rows[row].colour)
        if role == TIP:
            return f"Show the taps of {self._rows[row].layer} only"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles and what they mean."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = section % len(COLUMNS)
        if role == TEXT:
            return (COLUMNS if self._folds == 1 else SHORT)[column]
        if role == TIP:
            return TIPS[column]
        return self._alignment(column) if role == ALIGNMENT else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        """Figures to the right; folded, the last of them would touch the next layer's name."""
        if self._folds > 1 and column == len(COLUMNS) - 1:
            return MIDDLE
        return FIGURES if column else NAMES

    def _row(self, index: Index) -> int | None:
        row: int = index.row() + index.column() // len(COLUMNS) * self.rowCount()
        return row if row < len(self._rows) else None

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

    def set_folded(self, folded: bool) -> None:
        """Whether two layers share a row: half as high."""
        self.rows.set_folded(folded)
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
        layer = self.rows.layer(index)
        if layer:
            self.layer_chosen.emit(layer)


def cells(row: LayerRow) -> tuple[str, str, str, str]:
    """The four texts of a row."""
    outside = str(row.outside) if row.outside else "–"
    if row.partly_outside:
        outside = f"{row.outside} (+{row.partly_outside})"
    metres = "–" if row.spread_m is None else f"{row.spread_m:.3f}"
    pixels = "–" if not math.isfinite(row.spread_px) else f"{row.spread_px:.1f}"
    return row.layer, pixels, metres, outside


def _swatch(colour: tuple[int, int, int]) -> QPixmap:
    pixmap = QPixmap(8, 8)
    pixmap.fill(QColor(*colour))
    return pixmap
