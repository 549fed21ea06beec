"""Above the list of frames: what is looked for, in which split and scene, and the order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.frame_rows import FrameRow, Order, Query
from sgnet_viewer.views.kit.choices import ChoiceMenu
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

FEW = 8  # frames that are found at a glance: the search box would only take room
ORDERS = (
    (Order.SET.value, "Order of the set"),
    (Order.WORST.value, "Worst mIoU first"),
    (Order.BEST.value, "Best mIoU first"),
    (Order.DIFFER.value, "Most disagreement first"),
)


class FrameFilters(QWidget):
    """Holds the query, and says when it changes. Each part hides while it has no use."""

    changed: Signal = intent()
    left_downwards: Signal = intent()  # the user moves on to the list
    entered: Signal = intent()
    scores_requested: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setAccessibleName("Search frames")
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.splits, self.scenes = _combo("Split"), _combo("Scene")
        self.count = QLabel()
        self.count.setProperty("muted", True)
        self.order = ChoiceMenu("Order", ORDERS, self)
        self.order.set_current(Order.SET.value)
        self.sort = self._sort_button()
        self._lay_out()
        self.search.textChanged.connect(self._tell)
        self.splits.activated.connect(self._tell)
        self.scenes.activated.connect(self._tell)
        self.order.chosen.connect(self._tell)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._find)

    @property
    def query(self) -> Query:
        """What is looked for."""
        checked = self.order.group.checkedAction()
        return Query(
            self.search.text(),
            self.splits.currentData() or "",
            self.scenes.currentData() or "",
            Order(checked.data()) if checked is not None else Order.SET,
        )

    def clear(self) -> None:
        """Any frame, in the same order; says nothing."""
        for widget in (self.search, self.splits, self.scenes):
            widget.blockSignals(True)
        self.search.clear()
        self.splits.setCurrentIndex(0)
        self.scenes.setCurrentIndex(0)
        for widget in (self.search, self.splits, self.scenes):
            widget.blockSignals(False)

    def begin(self, rows: tuple[FrameRow, ...]) -> None:
        """Another set, in its own order."""
        self.clear()
        self.order.set_current(Order.SET.value)
        self.search.setVisible(len(rows) > FEW)
        self.search.setPlaceholderText(f"Search {len(rows)} frames")
        self.offer(rows)

    def offer(self, rows: tuple[FrameRow, ...]) -> None:
        """The splits and scenes there are; a choice that is still there stays."""
        _fill(self.splits, "Any split", [row.split for row in rows])
        _fill(self.scenes, "Any scene", sorted({row.scene for row in rows}))
        scored = any(row.miou is not None for row in rows)
        for key in (Order.WORST, Order.BEST):
            self.order.entries[key.value].setEnabled(scored)
        compared = any(row.differ is not None for row in rows)
        self.order.entries[Order.DIFFER.value].setEnabled(compared)
        self.sort.setVisible(len(rows) > FEW or ((scored or compared) and len(rows) > 1))
        self._fold()

    def set_count(self, shown: int, of: int) -> None:
        """How many frames are listed; shown while some are not."""
        self.count.setText(f"{shown}/{of}" if shown < of else "")
        self.count.setToolTip(f"{shown} of {of} frames are listed" if shown < of else "")
        self.count.setVisible(shown < of)
        self._fold()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search box, Down goes to the list, Enter opens, Esc clears."""
        if watched is self.search and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        return super().eventFilter(watched, event)

    def _fold(self) -> None:
        """Without any part it takes no room."""
        parts = (self.search, self.count, self.sort, self.splits, self.scenes)
        self.setVisible(not all(part.isHidden() for part in parts))

    def _key(self, event: QKeyEvent) -> bool:
        """Whether the key is ours."""
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            return False
        return True

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _tell(self, *_: object) -> None:
        self.changed.emit()

    def _sort_button(self) -> QToolButton:
        button = IconButton("sort", "Order of the frames, and scores of an evaluation", self)
        menu = QMenu(button)
        menu.addActions(self.order.actions())
        menu.addSeparator()
        scores = menu.addAction("Scores of an evaluation…")
        scores.triggered.connect(lambda: self.scores_requested.emit())
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _lay_out(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.addWidget(self.search, 1)
        upper.addStretch(0)  # takes room only where the search box is hidden
        upper.addWidget(self.count)
        upper.addWidget(self.sort)
        lower.addWidget(self.splits, 3)
        lower.addWidget(self.scenes, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, 0, STEP // 2, 0)
        layout.setSpacing(STEP // 2)
        for row in (upper, lower):
            row.setSpacing(STEP // 2)
            layout.addLayout(row)


def _combo(what: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(what)
    combo.setToolTip(f"{what} to list")
    combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    combo.setMinimumContentsLength(4)
    return combo


def _fill(combo: QComboBox, everything: str, words: list[str]) -> None:
    """The words in order, each once; hidden where there is nothing to choose."""
    known = [word for word in dict.fromkeys(words) if word]
    combo.setVisible(len(set(words)) > 1)
    if [combo.itemData(at) for at in range(1, combo.count())] == known:
        return
    chosen = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    combo.addItem(everything, "")
    for word in known:
        combo.addItem(word, word)
    combo.setCurrentIndex(max(combo.findData(chosen), 0))
    combo.blockSignals(False)
