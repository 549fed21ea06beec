"""The Explain panel: a list of questions, and in its place what the chosen one found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.explain import AnswerTable, ExplainModel, ExplainState, InspectionRow
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.survey import SurveyPlot
from sgnet_viewer.views.explain.answer_table import AnswerTableView
from sgnet_viewer.views.explain.checks_line import ChecksLine
from sgnet_viewer.views.explain.fact_grid import FactGrid
from sgnet_viewer.views.explain.question_delegate import QuestionDelegate
from sgnet_viewer.views.explain.question_options import QuestionOptions
from sgnet_viewer.views.kit.elided_combo import ElidedCombo
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.panel_area import PanelArea
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.kit.value_label import together
from sgnet_viewer.views.survey.line_plot import LinePlot

NAME = Qt.ItemDataRole.UserRole
COST = NAME + 1
NOTHING = "Choose a question about the active probe; its answer lies over the picture."
NO_PIXEL = "Click a pixel in the picture first, then choose a question."
COMMANDS = (
    ("Copy numbers", "explain.copy"),
    ("Copy as command", "explain.copy_command"),
    ("Export…", "explain.export"),
)


class ExplainPanel(PanelArea):
    """Implements `contract.explain.ExplainView`."""

    chosen: Signal = intent(str)
    run_requested: Signal = intent()
    cancel_requested: Signal = intent()
    map_chosen: Signal = intent(int)
    step_chosen: Signal = intent(int)
    layer_chosen: Signal = intent(str)
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
        self.questions = ElidedCombo("The question that is asked; others to choose")
        self.questions.setItemDelegate(QuestionDelegate(COST, self.questions))
        self.sentence, self.notes, self.answer = QLabel(), QLabel(), QLabel()
        for label in (self.sentence, self.notes, self.answer):
            label.setWordWrap(True)
            label.setProperty("muted", label is not self.answer)
        self.answer.setStyleSheet("font-weight: bold")
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.options = QuestionOptions()
        self.run, self.cancel = QPushButton("Run"), QPushButton("Cancel")
        self.clear = QPushButton("Clear")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How far the question is")
        self.maps = ElidedCombo("What is laid over the picture")
        self.step_name = QLabel("Layers composed")
        self.steps = QSlider(Qt.Orientation.Horizontal)
        self.steps.setAccessibleName("How many layers are composed")
        self.step_title = ElidedLabel()
        self.step_title.setProperty("muted", True)
        self.facts, self.checks = FactGrid(), ChecksLine()
        self.tables: list[AnswerTableView] = []
        self.plots: list[LinePlot] = []
        self._shown_here = QVBoxLayout()  # tables and plots
        self.buttons = [QPushButton(title) for title, _ in COMMANDS]
        self._rows: tuple[InspectionRow, ...] = ()
        self._model, self._no_result = ExplainModel(), ""
        self._lay_out()
        self._connect()
        self.set_model(ExplainModel())

    def set_model(self, model: ExplainModel) -> None:
        """Everything that is known now."""
        self._set_rows(model.rows)
        self._mark(model.chosen)
        self._set_state(model)
        self.options.set_model(model)
        self._set_maps(model)
        self.answer.setText(model.answer)
        self.answer.setVisible(bool(model.answer))
        self.facts.set_facts(model.facts)
        self._set_tables(model.tables)
        self._set_plots(model.plots)
        self.checks.set_checks(model.checked, model.checks)
        self.notes.setText("\n".join(model.notes))
        self.notes.setVisible(bool(model.notes))
        for button in self.buttons:
            button.setVisible(model.state is ExplainState.SHOWN)

    def set_no_result(self, reason: str) -> None:
        """Why there is nothing to ask about; "" where a click would choose a pixel."""
        if reason != self._no_result:
            self._no_result = reason
            self._set_state(self._model)

    def _set_state(self, model: ExplainModel) -> None:
        """What can be done now, and why not."""
        self._model = model
        missing = self._no_result or (NOTHING if model.ready else NO_PIXEL)
        nothing = "" if model.chosen else missing
        self.sentence.setText(model.sentence or nothing)
        self.sentence.setVisible(bool(self.sentence.text()))
        row = next((row for row in model.rows if row.name == model.chosen), None)
        running = model.state is ExplainState.RUNNING
        had_focus = self.run.hasFocus() or self.cancel.hasFocus()
        self.run.setVisible(row is not None and not row.cheap and not running)
        self.run.setText(f"Run, {row.cost}" if row is not None and row.cost else "Run")
        self.run.setEnabled(model.ready)
        self.cancel.setVisible(running)
        button = self.cancel if running else self.run
        if had_focus and not button.isHidden():
            button.setFocus()
        self._set_progress(model.progress if running else -1.0)

    def _set_rows(self, rows: tuple[InspectionRow, ...]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        self.list.blockSignals(True)
        self.list.clear()
        self.questions.clear()
        for at, row in enumerate(rows):
            how = "follows the probe" if row.cheap else f"on demand, {row.cost}".removesuffix(", ")
            self.list.addItem(QListWidgetItem(row.title))
            self.questions.addItem(row.title)
            for role, value in (
                (NAME, row.name),
                (COST, row.cost),
                (Qt.ItemDataRole.ToolTipRole, f"{row.name}: {how}"),
            ):
                self.list.item(at).setData(role, value)
                self.questions.setItemData(at, value, role)
        self.list.blockSignals(False)
        height = self.list.sizeHintForRow(0) + 2 * self.list.spacing() if rows else 0
        self.list.setFixedHeight(height * max(len(rows), 1) + 2 * self.list.frameWidth() + 2)

    def _mark(self, name: str) -> None:
        """All questions while none is chosen; then that one, for its answer to have the room."""
        self.list.blockSignals(True)
        names = [row.name for row in self._rows]
        at = names.index(name) if name in names else -1
        self.list.setCurrentRow(at)
        self.questions.setCurrentIndex(at)
        self.list.blockSignals(False)
        was_in, to = (self.list, self.questions) if at >= 0 else (self.questions, self.list)
        moves = was_in.hasFocus() or (at < 0 and self.clear.hasFocus())
        for part in (self.questions, self.clear):
            part.setVisible(at >= 0)
        self.list.setVisible(at < 0 and bool(self._rows))
        if moves:
            to.setFocus()

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
        for part in (self.step_name, self.steps, self.step_title):
            part.setVisible(model.steps > 0)
        self.step_title.setText(model.step_title)

    def _set_tables(self, tables: tuple[AnswerTable, ...]) -> None:
        """One below the other."""
        while len(self.tables) < len(tables):
            table = AnswerTableView()
            table.layer_chosen.connect(lambda layer: self.layer_chosen.emit(layer))
            self.tables.append(table)
            self._shown_here.addWidget(table)
        for place, view in enumerate(self.tables):
            if place < len(tables):
                view.set_table(tables[place])
            view.setVisible(place < len(tables))

    def _set_plots(self, plots: tuple[SurveyPlot, ...]) -> None:
        while len(self.plots) < len(plots):
            self.plots.append(LinePlot())
            self._shown_here.addWidget(self.plots[-1])
        for place, view in enumerate(self.plots):
            view.set_plot(plots[place] if place < len(plots) else None)

    def _set_progress(self, fraction: float | None) -> None:
        """Below 0: nothing runs; None: it is not known how far."""
        self.progress.setVisible(fraction is None or fraction >= 0)
        self.progress.setRange(0, 0 if fraction is None else 100)
        if fraction is not None:
            self.progress.setValue(round(100 * max(fraction, 0.0)))

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._choose)
        self.questions.activated.connect(lambda at: self.chosen.emit(self._rows[at].name))
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
        row = QHBoxLayout()
        row.addWidget(self.questions, 1)
        row.addWidget(self.clear)
        column.addLayout(row)
        column.addWidget(self.options)
        column.addWidget(self.sentence)
        row = QHBoxLayout()
        for widget in (self.run, self.cancel):
            row.addWidget(widget)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        column.addLayout(row)
        column.addWidget(self.answer)
        column.addWidget(self.maps)
        row = QHBoxLayout()
        row.addWidget(self.step_name)
        row.addWidget(self.steps, 1)
        column.addLayout(row)
        column.addWidget(self.step_title)
        column.addLayout(together(self.facts))
        self._shown_here.setSpacing(STEP)
        column.addLayout(self._shown_here)
        column.addWidget(self.checks)
        column.addWidget(self.notes)
        row = QHBoxLayout()
        for button in self.buttons:
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
