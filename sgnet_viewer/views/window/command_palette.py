"""The command palette: a few letters find any command, and Enter runs it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.window.fuzzy import ranked

WIDTH, HEIGHT = 560, 400  # pixels
TOP = 56  # below the window's top edge
PADDING = 8
STEPS: dict[int, int] = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
INDEX = QModelIndex | QPersistentModelIndex
COMMAND = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """`show_commands` opens it; `choose` is called with the key of what was chosen."""

    def __init__(self, choose: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._choose = choose
        self._window = parent
        self.search = QLineEdit()
        self.search.setPlaceholderText("Command, recent file, sample, layer or class")
        self.search.setAccessibleName("Find a command")
        self.list = QListView()
        self.list.setAccessibleName("Commands found")
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(CommandDelegate(self))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # typing continues while moving in it
        self._model = CommandsFound(self)
        self.list.setModel(self._model)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.nothing = ElidedLabel()
        self.nothing.setProperty("muted", True)
        layout.addWidget(self.nothing)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(lambda: self._accept(self.list.currentIndex()))
        self.list.clicked.connect(self._accept)

    def show_commands(self, models: tuple[CommandModel, ...]) -> None:
        """In the upper middle of the window, with everything listed."""
        self._model.set_commands(models)
        self.search.clear()
        self._find("")
        window = self._window
        width = min(WIDTH, window.width() - 2 * PADDING)
        self.resize(width, min(HEIGHT, window.height() - TOP - PADDING))
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, TOP)))
        self.show()
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down move through what was found; the line has the rest."""
        by = STEPS.get(event.key())
        count = self._model.rowCount()
        if by is None or not count:
            super().keyPressEvent(event)
            return
        row = min(max(self.list.currentIndex().row() + by, 0), count - 1)
        self.list.setCurrentIndex(self._model.index(row))

    def _find(self, text: str) -> None:
        self._model.find(text)
        found = self._model.rowCount() > 0
        self.list.setVisible(found)
        self.nothing.setVisible(not found)
        self.nothing.setText(f"No command has these letters: {text}")
        self.list.setCurrentIndex(self._model.index(0))
        self.list.scrollToTop()

    def _accept(self, index: QModelIndex) -> None:
        """What cannot be done now says why, and stays."""
        model = index.data(COMMAND) if index.isValid() else None
        if isinstance(model, CommandModel) and not model.refusal:
            self.hide()
            self._choose(model.key)


class CommandsFound(QAbstractListModel):
    """The commands whose titles hold the letters, the likeliest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._all: tuple[CommandModel, ...] = ()
        self._texts: list[str] = []
        self._found: list[int] = []

    def set_commands(self, models: tuple[CommandModel, ...]) -> None:
        """What is searched from now on."""
        self._all = models
        self._texts = [f"{model.plain_title} {model.plain_menu}" for model in models]

    def find(self, text: str) -> None:
        """List what `text` means."""
        self.beginResetModel()
        self._found = ranked(text, self._texts)
        self.endResetModel()

    def rowCount(self, parent: INDEX | None = None) -> int:  # noqa: ARG002
        """Of a flat list."""
        return len(self._found)

    def data(self, index: INDEX, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The command under COMMAND, its words for screen readers elsewhere."""
        model = self._all[self._found[index.row()]]
        if role == COMMAND:
            return model
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (model.plain_title, model.refusal) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return model.refusal or model.tip or None
        return None


class CommandDelegate(QStyledItemDelegate):
    """Title on the left, its menu or why it cannot be done in grey, the shortcut on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: INDEX) -> QSize:
        """One line with room around it."""
        size = super().sizeHint(option, index)
        return QSize(size.width(), option.fontMetrics.height() + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: INDEX) -> None:
        """What cannot be done now is grey."""
        model: CommandModel = index.data(COMMAND)
        style = QStyleOptionViewItem(option)
        self.initStyleOption(style, index)
        style.text = ""
        widget = style.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, style, painter, widget)
        rect = style.rect.adjusted(PADDING, 0, -PADDING, 0)
        palette = style.palette
        metrics = style.fontMetrics
        normal = palette.color(QPalette.ColorRole.Text)
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        keys = QKeySequence(model.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        painter.save()
        painter.setPen(muted)
        painter.drawText(rect, right, keys)
        room = rect.width() - metrics.horizontalAdvance(keys) - 2 * PADDING
        title = metrics.elidedText(model.plain_title, Qt.TextElideMode.ElideMiddle, room)
        painter.setPen(muted if model.refusal else normal)
        painter.drawText(rect, left, title)
        used = metrics.horizontalAdvance(title) + PADDING
        about = model.refusal or model.plain_menu
        painter.setPen(muted)
        painter.drawText(
            rect.adjusted(used, 0, 0, 0),
            left,
            metrics.elidedText(about, Qt.TextElideMode.ElideRight, max(room - used, 0)),
        )
        painter.restore()
