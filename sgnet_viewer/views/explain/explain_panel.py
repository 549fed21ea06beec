"""The Explain panel: a list of questions, and below it what the chosen one found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSlider,
    QWidget,
)

from sgnet_viewer.contract.explain import ExplainModel, ExplainState, InspectionRow
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.explain.question_delegate import QuestionDelegate
from sgnet_viewer.views.explain.question_options import QuestionOptions
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.panel_area import PanelArea
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.value_label import value_label

NAME = Qt.ItemDataRole.UserRole
COST = NAME + 1
NOTHING = "Choose a question about the active probe; its answer lies over the picture."
COMMANDS = (
    ("Copy numbers", "explain.copy"),
    ("Copy as command", "explain.copy_command"),
    ("Export …", "explain.export"),
)


class ExplainPanel(PanelArea):
    """Implements `contract.explain.ExplainView`."""

    chosen: Signal = intent(str)
    run_requested: Signal = intent()
    cancel_requested: Signal = intent()
    map_chosen: Signal = intent(int)
    step_chosen: Signal = intent(int)
    class_chosen: Signal = intent(str)
    noise_chosen: Signal = intent(str)
    command_requested: Signal = intent(str)  # for the window alone: a command's key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = QListWidget()
        self.list.setAccessibleName("Questions about the active probe")
        self.list.setSpacing(2)
        self.list.setItemDelegate(QuestionDelegate(COST, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sentence, self.notes = QLabel(), QLabel()
        for label in (self.sentence, self.notes):
            label.setWordWrap(True)
            label.setProperty("muted", True)
        self.options = QuestionOptions()
        self.run, self.cancel = QPushButton("Run"), QPushButton("Cancel")
        self.clear = QPushButton("Clear")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How far the question is")
        self.maps = QComboBox()
        self.maps.setAccessibleName("What is laid over the picture")
        self.maps.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.steps = QSlider(Qt.Orientation.Horizontal)
        self.steps.setAccessibleName("How many layers are composed")
        self.step_title = ElidedLabel()
        self.step_title.setProperty("muted", True)
        self.facts = QWidget()
        self._facts = QGridLayout(self.facts)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setVerticalSpacing(2)
        self._facts.setColumnStretch(0, 1)
        self.buttons = [QPushButton(title) for title, _ in COMMANDS]
        self._rows: tuple[InspectionRow, ...] = ()
        self._shown: tuple[tuple[str, str], ...] = ()
        self._labels: list[QLabel] = []  # name, value, name, value ...
        self._lay_out()
        self._connect()
        self.set_model(ExplainModel())

    def set_model(self, model: ExplainModel) -> None:
        """Everything that is known now."""
        self._set_rows(model.rows)
        self._mark(model.chosen)
        self.sentence.setText(model.sentence or ("" if model.chosen else NOTHING))
        self.sentence.setVisible(bool(self.sentence.text()))
        row = next((row for row in model.rows if row.name == model.chosen), None)
        running = model.state is ExplainState.RUNNING
        self.run.setVisible(row is not None and not row.cheap and not running)
        self.cancel.setVisible(running)
        self._set_progress(model.progress if running else -1.0)
        self.clear.setVisible(bool(model.chosen))
        self.options.set_model(model)
        self._set_maps(model)
        self._set_facts((*model.facts, *(_check(check) for check in model.checks)))
        self.notes.setText("\n".join(model.notes))
        self.notes.setVisible(bool(model.notes))
        for button in self.buttons:
            button.setVisible(model.state is ExplainState.SHOWN)

    def _set_rows(self, rows: tuple[InspectionRow, ...]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(row.title)
            item.setData(NAME, row.name)
            item.setData(COST, row.cost)
            how = "follows the probe" if row.cheap else f"on demand, {row.cost}"
            item.setToolTip(f"{row.name}: {how}")
            self.list.addItem(item)
        self.list.blockSignals(False)
        height = self.list.sizeHintForRow(0) + 2 * self.list.spacing() if rows else 0
        self.list.setFixedHeight(height * max(len(rows), 1) + 2 * self.list.frameWidth() + 2)

    def _mark(self, name: str) -> None:
        self.list.blockSignals(True)
        names = [row.name for row in self._rows]
        self.list.setCurrentRow(names.index(name) if name in names else -1)
        self.list.blockSignals(False)

    def _set_maps(self, model: ExplainModel) -> None:
        self.maps.blockSignals(True)
        if [self.maps.itemText(at) for at in range(self.maps.count())] != list(model.maps):
            self.maps.clear()
            self.maps.addItems(list(model.maps))
        self.maps.setCurrentIndex(model.map_index if model.maps else -1)
        self.maps.blockSignals(False)
        self.maps.setVisible(len(model.maps) > 1)
        self.steps.blockSignals(True)
        self.steps.setRange(1, model.steps + 1)
        self.steps.setValue(model.step or model.steps + 1)
        self.steps.blockSignals(False)
        for part in (self.steps, self.step_title):
            part.setVisible(model.steps > 0)
        self.step_title.setText(model.step_title)

    def _set_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """The same names get their new values in place."""
        if [name for name, _ in facts] != [name for name, _ in self._shown]:
            for label in self._labels:
                label.hide()
                label.deleteLater()
            self._labels = [
                label for name, value in facts for label in (_label(name), value_label(value))
            ]
            for place, label in enumerate(self._labels):
                self._facts.addWidget(label, place // 2, place % 2)
        else:
            for label, (_, value) in zip(self._labels[1::2], facts, strict=True):
                label.setText(value)
        self._shown = facts

    def _set_progress(self, fraction: float | None) -> None:
        """Below 0: nothing runs; None: it is not known how far."""
        self.progress.setVisible(fraction is None or fraction >= 0)
        self.progress.setRange(0, 0 if fraction is None else 100)
        if fraction is not None:
            self.progress.setValue(round(100 * max(fraction, 0.0)))

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._choose)
        self.run.clicked.connect(lambda: self.run_requested.emit())
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit())
        self.clear.clicked.connect(lambda: self.chosen.emit(""))
        self.options.class_chosen.connect(lambda name: self.class_chosen.emit(name))
        self.options.noise.chosen.connect(lambda noise: self.noise_chosen.emit(noise))
        self.maps.currentIndexChanged.connect(lambda index: self.map_chosen.emit(index))
        self.steps.valueChanged.connect(self._choose_step)
        for button, (_, key) in zip(self.buttons, COMMANDS, strict=True):
            button.clicked.connect(lambda _=False, key=key: self.command_requested.emit(key))

    def _choose_step(self, value: int) -> None:
        self.step_chosen.emit(value if value < self.steps.maximum() else 0)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(NAME)))

    def _lay_out(self) -> None:
        column = self.column
        column.addWidget(self.list)
        column.addWidget(self.options)
        column.addWidget(self.sentence)
        row = QHBoxLayout()
        for widget in (self.run, self.cancel, self.clear):
            row.addWidget(widget)
        row.addWidget(self.progress, 1)
        row.addStretch(1)
        column.addLayout(row)
        shown: tuple[QWidget, ...] = (
            self.maps,
            self.steps,
            self.step_title,
            self.facts,
            self.notes,
        )
        for part in shown:
            column.addWidget(part)
        row = QHBoxLayout()
        for button in self.buttons:
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)


def _check(check: tuple[str, str]) -> tuple[str, str]:
    return f"self-check: {check[0]}", check[1]


def _label(text: str) -> QLabel:
    label = ElidedLabel()
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    label.setText(text)
    label.setProperty("muted", True)
    return label
