"""Each S-Conv's spread at a probe, as a table; a row chooses its layer."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPixmap, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from sgnet_viewer.contract.panels import LayerRow
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent

Index = QModelIndex | QPersistentModelIndex

NAMES = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
FIGURES = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter

COLUMNS = ("layer", "spread px", "spread m", "outside")
SHORT = ("layer", "px", "m", "out")  # where two layers share a row
PIXELS, OUTSIDE = 1, 3  # the columns of the spread in pixels, and of taps beyond the map
TIPS = (
    "The S-Conv; a click shows its taps only",
    "Root-mean-square distance of the taps from their weighted mean, in pixels of the picture; of "
    "a stream with how far each wanders (where two layers share a row, on hover): the deviation "
    "from its mean place over the last 5 seconds",
    "The same between the taps' 3D points, in metres; – where depth is missing",
    "How many of the 9 taps lie beyond the layer's map, where they read nothing, and how many more "
    "lie partly beyond it (where two layers share a row, in brackets)",
)


class LayerTableModel(QStandardItemModel):
    """One row a layer; folded, the second half of the layers stands beside the first.

    Qt keeps the cells: a view asks for seven things a cell, each too slow in Python.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LayerRow, ...] = ()
        self._folds = 1
        self._build()

    def set_folded(self, folded: bool) -> None:
        """One layer a row, or two."""
        if folded is not (self._folds == 2):
            self._folds = 2 if folded else 1
            self._build()

    def set_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """The same layers are updated in place, each cell only where it says something else."""
        same = [_face(row) for row in rows] == [_face(row) for row in self._rows]
        self._rows = rows
        if same:
            self._write()
        else:
            self._build()

    def layer(self, index: Index) -> str:
        """The S-Conv of a cell; "" for one that is left over."""
        row = index.row() + index.column() // len(COLUMNS) * self.rowCount()
        return self._rows[row].layer if row < len(self._rows) else ""

    def cells_of(self, layer: str) -> list[tuple[QModelIndex, QModelIndex]]:
        """First and last cell of the layer's row; none where it has none."""
        found = []
        for number, row in enumerate(self._rows):
            if row.layer == layer:
                at, column = self._place(number, 0)
                found.append((self.index(at, column), self.index(at, column + len(COLUMNS) - 1)))
        return found

    def _build(self) -> None:
        """All cells again."""
        self.clear()
        self.setColumnCount(len(COLUMNS) * self._folds)
        self.setRowCount(math.ceil(len(self._rows) / self._folds))
        for column in range(self.columnCount()):
            self.setHorizontalHeaderItem(column, self._head(column % len(COLUMNS)))
        for number, row in enumerate(self._rows):
            for column in range(len(COLUMNS)):
                self.setItem(*self._place(number, column), self._cell(row, column))
        self._write()

    def _write(self) -> None:
        """The texts."""
        for number, row in enumerate(self._rows):
            texts = cells(row) if self._folds == 1 else folded_cells(row)
            for column, text in enumerate(texts):
                item = self.item(*self._place(number, column))
                item.setText(text)
                if column == 0:
                    _mark(item, row)
                elif column == PIXELS:
                    item.setToolTip(_show_tip(row) + _wander(row))
                elif column == OUTSIDE:
                    item.setToolTip(outside_words(row))

    def _place(self, number: int, column: int) -> tuple[int, int]:
        """(row, column) of a layer's cell."""
        fold, row = divmod(number, self.rowCount())
        return row, fold * len(COLUMNS) + column

    def _head(self, column: int) -> QStandardItem:
        head = QStandardItem((COLUMNS if self._folds == 1 else SHORT)[column])
        head.setToolTip(TIPS[column])
        head.setTextAlignment(self._alignment(column))
        return head

    def _cell(self, row: LayerRow, column: int) -> QStandardItem:
        cell = QStandardItem()
        cell.setEditable(False)
        cell.setToolTip(_show_tip(row))
        cell.setTextAlignment(self._alignment(column))
        if column == 0:
            cell.setData(_swatch(row.colour), Qt.ItemDataRole.DecorationRole)
        return cell

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        """Figures to the right; folded, the last of them would touch the next layer's name."""
        if self._folds > 1 and column == len(COLUMNS) - 1:
            return MIDDLE
        return FIGURES if column else NAMES


class LayerTable(QTableView):
    """As high as its rows: the card around it scrolls. A column is as wide as its figures."""

    layer_chosen: Signal = intent(str)
    menu_requested: Signal = intent(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = ""
        self._needs: list[int] = []  # pixels of each column
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
        self.setTextElideMode(Qt.TextElideMode.ElideNone)  # a figure cut is another figure
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(12)
        self.horizontalHeader().setHighlightSections(False)
        # Else a faint card has a black head: what it is laid over is not painted below it.
        self.horizontalHeader().viewport().setAutoFillBackground(False)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)

    def set_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """New numbers."""
        self.rows.set_rows(rows)
        self._share_width()
        self._mark_layer()
        self.setFixedHeight(self.sizeHint().height())

    def set_folded(self, folded: bool) -> None:
        """Whether two layers share a row: half as high."""
        self.rows.set_folded(folded)
        self._share_width()
        self._mark_layer()
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width to share."""
        super().resizeEvent(event)
        self._needs = []
        self._share_width()

    def set_layer(self, layer: str) -> None:
        """Mark the one whose taps are drawn; "" for all."""
        self._layer = layer
        self._mark_layer()

    def _share_width(self) -> None:
        """What the columns need, and an equal share of the rest.

        A column that has grown stays so: figures change many times a second.
        """
        count, head = self.rows.columnCount(), self.horizontalHeader()
        before = self._needs if len(self._needs) == count else [0] * count
        least = [
            max(self.sizeHintForColumn(at), head.sectionSizeHint(at), before[at])
            for at in range(count)
        ]
        if least == self._needs:
            return
        self._needs = least
        rest = max(self.viewport().width() - sum(least), 0)
        for at, width in enumerate(least):
            head.resizeSection(at, width + rest * (at + 1) // count - rest * at // count)

    def _mark_layer(self) -> None:
        chosen = QItemSelection()
        for first, last in self.rows.cells_of(self._layer):
            chosen.select(first, last)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flags.ClearAndSelect)

    def _open_menu(self, at: QPoint) -> None:
        layer = self.rows.layer(self.indexAt(at))
        if layer:
            self.menu_requested.emit(layer, self.viewport().mapToGlobal(at))

    def _choose(self, index: QModelIndex) -> None:
        layer = self.rows.layer(index)
        if layer:
            self.layer_chosen.emit(layer)


def cells(row: LayerRow) -> tuple[str, str, str, str]:
    """The four texts of a row; the spread with how far the taps wander."""
    layer, pixels, metres = _figures(row)
    if row.jitter_px is not None:
        pixels += f" ±{row.jitter_px:.1f}"
    parts = [str(row.outside)] if row.outside else []
    parts += [f"{row.partly_outside} partly"] if row.partly_outside else []
    return layer, pixels, metres, ", ".join(parts) or "–"


def folded_cells(row: LayerRow) -> tuple[str, str, str, str]:
    """The same in half the room: the layer's number, the spread alone."""
    layer, pixels, metres = _figures(row)
    outside = str(row.outside) if row.outside else "–"
    if row.partly_outside:
        outside = f"{row.outside} (+{row.partly_outside})"
    return layer.removeprefix("layer"), pixels, metres, outside


def outside_words(row: LayerRow) -> str:
    """The taps beyond the map, in a sentence."""
    whole, partly = row.outside, row.partly_outside
    if not (whole or partly):
        return f"All 9 taps of {row.layer} lie on its map"
    said = [f"{_taps(whole)} beyond the map of {row.layer} and read{'s' * (whole == 1)} nothing"]
    if partly:
        said.append(f"{_taps(partly)} partly beyond it")
    return "; ".join(said if whole else [f"{_taps(partly)} partly beyond the map of {row.layer}"])


def _taps(count: int) -> str:
    return f"{count} of 9 taps lie{'s' * (count == 1)}"


def _figures(row: LayerRow) -> tuple[str, str, str]:
    metres = "–" if row.spread_m is None else f"{row.spread_m:.3f}"
    pixels = "–" if not math.isfinite(row.spread_px) else f"{row.spread_px:.1f}"
    return row.layer, pixels, metres


def _show_tip(row: LayerRow) -> str:
    return f"Show the taps of {row.layer} only"


def _wander(row: LayerRow) -> str:
    return "" if row.jitter_px is None else f"\nThey wander by ±{row.jitter_px:.1f} px"


def _mark(item: QStandardItem, row: LayerRow) -> None:
    """A layer that does without something is struck out, and says what."""
    font = item.font()
    if font.strikeOut() is not bool(row.switched):
        font.setStrikeOut(bool(row.switched))
        item.setFont(font)
        switched = f" (switched: {row.switched})" if row.switched else ""
        item.setToolTip(_show_tip(row) + switched)


def _face(row: LayerRow) -> tuple[str, tuple[int, int, int]]:
    """What a layer keeps from result to result."""
    return row.layer, row.colour


def _swatch(colour: tuple[int, int, int]) -> QPixmap:
    pixmap = QPixmap(8, 8)
    pixmap.fill(QColor(*colour))
    return pixmap
