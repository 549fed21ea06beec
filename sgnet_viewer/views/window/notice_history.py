"""What was said since the start, the newest on top: to be read again and copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.window import NoticeRow
from sgnet_viewer.views.kit.theme import STEP

COLUMNS = ("Time", "Kind", "Notice")
EMPTY = "Nothing has been said yet."
ROW = Qt.ItemDataRole.UserRole


class NoticeHistory(QDialog):
    """A row for each notice; below it what is known of the one that is chosen."""

    def __init__(self, rows: tuple[NoticeRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Notices")
        self.rows = rows
        self.list = QTreeWidget()
        self.list.setAccessibleName("Notices, the newest first")
        self.list.setHeaderLabels(list(COLUMNS))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("The notice with its details")
        self.text.setPlaceholderText("" if rows else EMPTY)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setEnabled(bool(rows))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        for widget, stretch in ((self.list, 3), (self.text, 2), (buttons, 0)):
            layout.addWidget(widget, stretch)
        self.resize(720, 420)
        self.list.currentItemChanged.connect(self._show)
        copy.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        key = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.list)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(self.copy)
        self._fill()

    def copy(self) -> None:
        """The notice that is chosen, with its details."""
        QApplication.clipboard().setText(self.text.toPlainText())

    def _fill(self) -> None:
        for row in reversed(self.rows):
            item = QTreeWidgetItem([row.time, row.severity.value, row.text.splitlines()[0]])
            item.setData(0, ROW, row)
            self.list.addTopLevelItem(item)
        for column in (0, 1):
            self.list.resizeColumnToContents(column)
        newest = self.list.topLevelItem(0)
        if newest is not None:
            self.list.setCurrentItem(newest)

    def _show(self, item: QTreeWidgetItem | None) -> None:
        row: NoticeRow | None = None if item is None else item.data(0, ROW)
        parts = () if row is None else (f"{row.time}  {row.text}", row.details)
        self.text.setPlainText("\n\n".join(part for part in parts if part))
