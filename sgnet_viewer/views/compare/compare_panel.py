"""The Compare panel: A and B by name, how they are looked at, numbers, and the probes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from sgnet_viewer.contract.compare import CompareModel
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.render.comparison import FACT_TIPS
from sgnet_viewer.state.comparing import LAYOUT_TITLES, MAP_TITLES, CompareMap, Layout
from sgnet_viewer.views.compare.probe_changes import ProbeChanges
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.panel_area import PanelArea
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.kit.value_label import together, value_label

COMMANDS = (  # title, key of the command, whether B must be one that was chosen
    ("Swap", "compare.swap", True),
    ("End", "compare.end", True),
    ("All frames", "compare.all_frames", True),
    ("Copy command", "compare.copy_command", False),
)
SHORT = {Layout.A: "A", Layout.B: "B", Layout.WIPE: "Wipe", Layout.SIDE: "Side by side"}


class ComparePanel(PanelArea):
    """Implements `contract.compare.CompareView`."""

    layout_chosen: Signal = intent(str)
    map_chosen: Signal = intent(str)
    command_requested: Signal = intent(str)  # for the window alone: a command's key
    menu_requested: Signal = intent(QPoint)  # for the window alone: what B may be

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = (ElidedLabel(), ElidedLabel())
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("muted", True)
        self.layouts = _segments()
        self._group = QButtonGroup(self)
        for button in self.layouts.values():
            self._group.addButton(button)
        self.maps = QComboBox()
        self.maps.setAccessibleName("Map of the comparison over the picture")
        for shown, title in MAP_TITLES.items():
            self.maps.addItem(title, shown.value)
        self.facts = QWidget()
        self._facts = QFormLayout(self.facts)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setVerticalSpacing(2)
        self.probes = ProbeChanges()
        self.choose = QPushButton("Choose B")
        self.buttons = {key: QPushButton(title) for title, key, _ in COMMANDS}
        self._shown: tuple[tuple[str, str], ...] = ()
        self._lay_out()
        self._connect()
        self.set_model(CompareModel())

    def set_model(self, model: CompareModel) -> None:
        """Everything that is known now."""
        there = bool(model.b)
        for letter, label, name in zip("AB", self.names, (model.a, model.b), strict=True):
            label.setText(f"{letter}   {name}")
            label.setToolTip(name)
        self.sentence.setText(model.sentence)
        self.sentence.setVisible(bool(model.sentence))
        for layout, button in self.layouts.items():
            button.setChecked(layout is model.layout)
        self._set_maps(model)
        self._set_facts(model.facts)
        self.probes.set_probes(model.probes, model.change)
        for part in self._parts:
            part.setVisible(there)
        for _, key, of_chosen in COMMANDS:
            self.buttons[key].setVisible(there and (model.chosen or not of_chosen))

    def _set_maps(self, model: CompareModel) -> None:
        self.maps.blockSignals(True)
        self.maps.setCurrentIndex(self.maps.findData(model.shown_map.value))
        for row, shown in enumerate(CompareMap):
            self.maps.view().setRowHidden(row, shown not in model.maps | {CompareMap.NONE})  # type: ignore[attr-defined]
        self.maps.blockSignals(False)

    def _set_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """The same names get their new values in place."""
        if [name for name, _ in facts] != [name for name, _ in self._shown]:
            while self._facts.rowCount():
                self._facts.removeRow(0)
            for name, value in facts:
                self._facts.addRow(_label(name), value_label(value))
        else:
            for row, (_, value) in enumerate(facts):
                item = self._facts.itemAt(row, QFormLayout.ItemRole.FieldRole)
                label = item.widget() if item is not None else None
                if isinstance(label, QLabel):
                    label.setText(value)
        self._shown = facts
        self.facts.setVisible(bool(facts))

    def _connect(self) -> None:
        for layout, button in self.layouts.items():
            button.clicked.connect(partial(self._choose_layout, layout))
        self.maps.activated.connect(lambda _: self.map_chosen.emit(self.maps.currentData()))
        self.choose.clicked.connect(self._ask)
        for key, command in self.buttons.items():
            command.clicked.connect(partial(self._request, key))

    def _choose_layout(self, layout: Layout, _checked: bool = False) -> None:
        self.layout_chosen.emit(layout.value)

    def _request(self, key: str, _checked: bool = False) -> None:
        self.command_requested.emit(key)

    def _ask(self) -> None:
        corner = self.choose.rect().bottomLeft()
        self.menu_requested.emit(self.choose.mapToGlobal(corner))

    def _lay_out(self) -> None:
        column = self.column
        segments = _row(*self.layouts.values(), spacing=0)
        self._parts: tuple[QWidget, ...] = (*self.names, segments, self.maps)
        column.addWidget(self.names[0])
        column.addWidget(self._other_row())
        column.addWidget(self.sentence)
        column.addWidget(segments)
        column.addWidget(self.maps)
        column.addLayout(together(self.facts))
        column.addWidget(self.probes)
        column.addWidget(_row(*self.buttons.values(), spacing=STEP // 2))
        column.addStretch(1)

    def _other_row(self) -> QWidget:
        """B's name, and the button that chooses another."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.names[1], 1)
        layout.addWidget(self.choose)
        layout.addStretch(0)
        return row


def _segments() -> dict[Layout, QToolButton]:
    """One of them is chosen; they stand together as one."""
    buttons = {}
    last = len(SHORT) - 1
    for place, (layout, text) in enumerate(SHORT.items()):
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(LAYOUT_TITLES[layout])
        button.setProperty(
            "segment", "first" if place == 0 else "last" if place == last else "middle"
        )
        buttons[layout] = button
    return buttons


def _row(*widgets: QWidget, spacing: int = STEP) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return row


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("muted", True)
    label.setToolTip(FACT_TIPS.get(text, ""))
    return label
