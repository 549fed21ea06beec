"""The editor of keyboard shortcuts: every command with its key, which can be changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.views.window.fuzzy import ranked

NATIVE = QKeySequence.SequenceFormat.NativeText
PORTABLE = QKeySequence.SequenceFormat.PortableText
KEY = Qt.ItemDataRole.UserRole
SPACING = 8


class ShortcutEditor(QDialog):
    """`set_key(command, sequence)` is called with what the user wants; "" takes the key away.

    A sequence that another command has is named, and taken from it only on a second click.
    `reset` is called to get back the keys that the program came with.
    """

    def __init__(
        self,
        set_key: Callable[[str, str], object],
        reset: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self._set_key = set_key
        self._models: tuple[CommandModel, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a command")
        self.search.setAccessibleName("Find a command")
        self.list = _tree()
        self.keys = QKeySequenceEdit()
        self.keys.setMaximumSequenceLength(1)
        self.keys.setAccessibleName("New key")
        self.assign, self.remove = QPushButton("Set key"), QPushButton("No key")
        self.reset_all = QPushButton("Reset all keys")
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setAccessibleName("Conflict")
        self._lay_out()
        self.search.textChanged.connect(lambda _: self._list())
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        self.keys.keySequenceChanged.connect(lambda _: self._name_conflict())
        self.assign.clicked.connect(self._assign)
        self.remove.clicked.connect(lambda: self._send(""))
        self.reset_all.clicked.connect(lambda: reset())
        self.resize(640, 560)

    def set_commands(self, models: tuple[CommandModel, ...]) -> None:
        """What is listed: commands that a key can run."""
        self._models = tuple(
            model for model in models if not model.held and (model.menu or model.shortcut)
        )
        self._list()

    def select(self, key: str) -> None:
        """Make a command the current one."""
        for item in self._items():
            if item.data(0, KEY) == key:
                self.list.setCurrentItem(item)

    @property
    def current(self) -> CommandModel | None:
        """The command whose key is shown."""
        item = self.list.currentItem()
        key = item.data(0, KEY) if item is not None else None
        return next((model for model in self._models if model.key == key), None)

    def _list(self) -> None:
        before = self.current
        titles = [f"{model.plain_title} {model.plain_menu}" for model in self._models]
        order = ranked(self.search.text(), titles)
        self.list.clear()
        for index in order:
            model = self._models[index]
            shown = QKeySequence(model.shortcut, PORTABLE).toString(NATIVE)
            item = QTreeWidgetItem([model.plain_title, model.plain_menu, shown])
            item.setData(0, KEY, model.key)
            self.list.addTopLevelItem(item)
        if before is not None:
            self.select(before.key)
        if self.list.currentItem() is None and order:
            self.list.setCurrentItem(self._items()[0])
        self._show_current()

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _show_current(self) -> None:
        model = self.current
        for widget in (self.keys, self.assign, self.remove):
            widget.setEnabled(model is not None)
        self.keys.setKeySequence(QKeySequence(model.shortcut if model else "", PORTABLE))
        self._name_conflict()

    def _conflicts(self) -> list[CommandModel]:
        sequence, current = self._sequence(), self.current
        return [
            model
            for model in self._models
            if sequence and model.shortcut == sequence and model is not current
        ]

    def _name_conflict(self) -> None:
        others = " and ".join(f"“{model.plain_title}”" for model in self._conflicts())
        keys = self.keys.keySequence().toString(NATIVE)
        self.message.setText(
            f"{keys} is the key of {others}: setting it takes it from there." if others else ""
        )
        self.assign.setText("Take key" if others else "Set key")

    def _sequence(self) -> str:
        return self.keys.keySequence().toString(PORTABLE)

    def _assign(self) -> None:
        self._send(self._sequence())

    def _send(self, sequence: str) -> None:
        model = self.current
        if model is not None:
            self._set_key(model.key, sequence)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for widget in (self.keys, self.assign, self.remove):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.reset_all)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        layout.addLayout(row)
        layout.addWidget(self.message)
        layout.addWidget(buttons)


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(["Command", "Menu", "Key"])
    tree.setRootIsDecorated(False)
    tree.setAccessibleName("Commands and their keys")
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column in (1, 2):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    return tree
