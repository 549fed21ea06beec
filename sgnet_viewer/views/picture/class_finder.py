"""Above the list of classes: what is looked for, and the order."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.choices import ChoiceMenu
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

FEW = 8  # classes that are found at a glance: the line would only take room
SHARE, NAME, WORST = "share", "name", "worst"
ORDERS = ((SHARE, "Largest share first"), (NAME, "By name"), (WORST, "Worst IoU first"))


class ClassFinder(QWidget):
    """Holds what is looked for, and says when it changes."""

    changed: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search classes")
        self.search.setAccessibleName("Search classes")
        self.search.setClearButtonEnabled(True)
        self.order = ChoiceMenu("Order", ORDERS, self)
        self.order.set_current(SHARE)
        self.sort = IconButton("sort", "Order of the classes")
        menu = QMenu(self.sort)
        menu.addActions(self.order.actions())
        self.sort.setMenu(menu)
        self.sort.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(STEP, 0, STEP // 2, 0)
        row.setSpacing(STEP // 2)
        row.addWidget(self.search, 1)
        row.addWidget(self.sort)
        self.search.textChanged.connect(lambda _: self.changed.emit())
        self.order.chosen.connect(lambda _: self.changed.emit())

    def offer(self, rows: tuple[LegendRow, ...]) -> None:
        """Seen where there are many classes, or while one is looked for."""
        self.setVisible(len(rows) > FEW or bool(self.search.text()))
        self.order.entries[WORST].setEnabled(any(row.iou is not None for row in rows))

    def found(self, rows: tuple[LegendRow, ...]) -> tuple[LegendRow, ...]:
        """Those that are looked for, in the order chosen; `rows` have the largest share first."""
        checked = self.order.group.checkedAction()
        return found_rows(rows, self.search.text(), SHARE if checked is None else checked.data())


def found_rows(rows: tuple[LegendRow, ...], text: str, order: str) -> tuple[LegendRow, ...]:
    """Those whose name has `text` in it, in order; classes without an IoU come last."""
    sought = text.strip().lower()
    found = [row for row in rows if sought in row.name.lower()]
    if order == NAME:
        found.sort(key=lambda row: row.name.lower())
    elif order == WORST:
        found.sort(key=lambda row: (row.iou is None, row.iou or 0.0))
    return tuple(found)
